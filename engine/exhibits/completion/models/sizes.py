"""How large the models are: sized for two processor cores, and as published for a graphics card."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Numbers of points and widths, which all models share.

    Args:
        partial: points that are seen. truth: points of the whole shape that teach.
        levels: points on the way from all that are seen to the centres, the last of them the centres themselves.
        edges: widths of the edge convolutions, from the coordinates on. edge_k: neighbours of each.
        queries: dynamic queries, each folded into ``fold`` x ``fold`` points.
        dim: width of a proxy. encoder, decoder: blocks. aware: how many of them, the first, have the neighbour branch.
        code: width of the feature of a whole shape. hidden: of the folding.
        pcn: widths of PCN's four encoder layers, of its decoder, and its coarse points.
        grid: side of FoldingNet's square. codeword: width of its code.
    """

    partial: int
    truth: int
    levels: tuple[int, int]
    edges: tuple[int, int, int, int, int]
    edge_k: int
    queries: int
    fold: int
    dim: int
    encoder: int
    decoder: int
    code: int
    hidden: int
    pcn: tuple[int, int, int, int, int, int]
    grid: int
    codeword: int
    aware: int = 1
    ratio: int = 2

    @property
    def centres(self) -> int:
        """Centres of the point proxies."""
        return self.levels[-1]

    @property
    def rebuilt(self) -> int:
        """Points that PoinTr adds to those it sees."""
        return self.queries * self.fold**2


TINY = Size(
    partial=128, truth=256, levels=(64, 32), edges=(4, 8, 16, 16, 32), edge_k=6, queries=16, fold=3, dim=24, encoder=1,
    decoder=1, code=48, hidden=24, pcn=(16, 32, 48, 48, 48, 32), grid=16, codeword=48,
)  # fmt: skip
SMALL = Size(
    partial=512, truth=1024, levels=(128, 64), edges=(8, 24, 32, 48, 64), edge_k=8, queries=64, fold=4, dim=64,
    encoder=2, decoder=2, code=128, hidden=64, pcn=(64, 128, 256, 256, 128, 64), grid=32, codeword=256,
)  # fmt: skip
PUBLISHED = Size(
    partial=2048, truth=8192, levels=(512, 128), edges=(8, 32, 64, 64, 128), edge_k=16, queries=96, fold=8, dim=384,
    encoder=6, decoder=8, code=1024, hidden=256, pcn=(128, 256, 512, 1024, 512, 1024), grid=45, codeword=512,
)  # fmt: skip
"""PoinTr as for ShapeNet-55 (6,144 points are added to 2,048), PCN and FoldingNet as in their papers."""

SIZES = {"tiny": TINY, "small": SMALL, "published": PUBLISHED}
