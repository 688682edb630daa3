"""FoldingNet: the whole shape is one square, folded twice by the codeword of what is seen.

References:
    Y. Yang et al., FoldingNet: point cloud auto-encoder via deep grid deformation, CVPR 2018.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from engine.exhibits.completion.models.parts import Completer, Folding, Passage, largest, neighbours, perceptron, rows
from engine.exhibits.completion.models.sizes import Size


class FoldingNet(Completer):
    """A graph-based encoder makes a codeword of the points; a decoder folds a square by it into the whole shape.

    Invariant to the order of the points. An autoencoder in its paper; here it is taught to unfold what it does not see.

    Args:
        size: of all parts. rng: draws the start, on its own device.
    """

    def __init__(self, size: Size, rng: torch.Generator) -> None:
        super().__init__()
        self.k, width = size.edge_k, size.edges[3]
        self.points = perceptron(12, width, width, width)
        self.graph = nn.ModuleList([perceptron(width, 2 * width), perceptron(2 * width, size.codeword)])
        self.code = perceptron(size.codeword, size.codeword, size.codeword)
        self.folding = Folding(size.codeword, max(size.hidden, size.codeword // 2), size.grid)
        self.begin(rng)

    def walk(self, x: Tensor) -> Iterator[tuple[str, Passage]]:
        """Complete partial clouds x (B, N, 3): the codeword, the first folding, the second."""
        p = Passage(x)
        p.encoded = self.encode(x)[:, None]  # (B, 1, C)
        yield "encode", p
        f = p.encoded[:, :, None]  # (B, 1, 1, C)
        p.coarse = self.folding.fold(0, f, self.folding.square(x.device))[:, 0]  # (B, side^2, 3)
        yield "first fold", p
        p.fine = self.folding.fold(1, f, p.coarse[:, None])[:, 0]
        p.rebuilt = p.fine.shape[1]
        yield "fold", p

    def encode(self, x: Tensor) -> Tensor:
        """The codeword (B, C): points with the covariance of their neighbourhoods, then twice the largest of the
        neighbours' features, at last the largest of all.
        """
        index = neighbours(x, x, self.k)
        f = self.points(torch.cat([x, covariances(x, index)], 2)).relu()  # (B, N, width)
        for layer in self.graph:
            f = layer(largest(f, index)).relu()
        return self.code(f.amax(1))


def covariances(x: Tensor, index: Tensor) -> Tensor:
    """Covariance of the neighbours of every point. Shapes: x (B, N, 3), index (B, N, k); returns (B, N, 9)."""
    near = rows(x, index)  # (B, N, k, 3)
    away = near - near.mean(2, keepdim=True)
    return (away.transpose(2, 3) @ away / index.shape[2]).flatten(2)
