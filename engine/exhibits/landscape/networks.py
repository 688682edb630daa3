r"""The networks whose landscapes are looked at, each as an affine first layer and a rest.

That the first layer comes apart matters to whoever computes a plane: its output is linear in the plane's two
coordinates, z(a, b) = z(centre) + a z(u) + b z(v), so that it is computed three times and not at every place.

References:
    He et al., "Deep residual learning for image recognition", CVPR 2016; Ioffe, Szegedy, "Batch normalization", ICML
    2015; Hayou et al., "Stable ResNet", AISTATS 2021 (the scale of the branches).
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.kit.nets import flatten

Kind = Literal["one-layer", "two-layer", "cnn", "deep"]
CHANNELS = (8, 16)
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "swish": functional.silu,
    "mish": functional.mish,
}


@dataclass(frozen=True)
class Spec:
    """Which network.

    Args:
        inputs, classes: numbers that go in, and that come out.
        width: neurons of a hidden layer. depth: hidden layers of the deep one.
        skips, norm: of the deep one, whether its layers are stepped over, and normalised over the batch.
    """

    kind: Kind
    inputs: int
    classes: int
    width: int = 64
    depth: int = 8
    activation: str = "relu"
    skips: bool = False
    norm: bool = False


class Network(nn.Module):
    """A network with all weights in one tensor ``flat``, (P,).

    Args:
        spec: which.
        rng: draws the start: weights N(0, 2 / inputs) as befits ReLU (1 / inputs in the last layer, and for tanh),
            biases 0.
    """

    entry: nn.Linear | nn.Conv2d
    out: nn.Linear

    def __init__(self, spec: Spec, rng: torch.Generator) -> None:
        super().__init__()
        self.spec, self.act = spec, ACTIVATIONS[spec.activation]
        self.make()
        self.flat = flatten(self, rng.device)
        self.weights = list(self.parameters())
        self.shapes = [each.shape for each in self.weights]
        self._start(rng)

    @abstractmethod
    def make(self) -> None:
        """Its layers, without numbers yet; the first is ``entry``, the last ``out``."""

    @abstractmethod
    def first(self, x: Tensor) -> Tensor:
        """The first layer alone, before any activation: affine in x, and in its own weights."""

    @abstractmethod
    def layers(self, z: Tensor) -> Generator[Tensor, None, None]:
        """From there on, what every layer makes of it; the last are the outputs (B, classes)."""

    def rest(self, z: Tensor) -> Tensor:
        """From there to the outputs at once."""
        for h in self.layers(z):
            z = h
        return z

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x (B, inputs), returns (B, classes)."""
        return self.rest(self.first(x))

    @property
    def last(self) -> nn.Module:
        """The layer whose outputs are those of the network."""
        return self.out

    @property
    def mixes(self) -> bool:
        """Whether what is said of a sample depends on the others in the batch."""
        return self.spec.norm and self.spec.kind == "deep"

    @property
    def cost(self) -> tuple[float, int]:
        """Operations for one sample, as matrix products do them, and layers."""
        return 2.0 * self.flat.numel(), len(self.weights) // 2

    def _start(self, rng: torch.Generator) -> None:
        for part in self.modules():
            if isinstance(part, nn.BatchNorm1d):
                part.weight.detach().fill_(1), part.bias.detach().zero_()
            elif isinstance(part, (nn.Linear, nn.Conv2d)):
                inputs = part.weight[0].numel()
                gain = 1.0 if part is self.last or self.spec.activation == "tanh" else 2.0
                part.weight.detach().normal_(0, math.sqrt(gain / inputs), generator=rng)
                assert part.bias is not None
                part.bias.detach().zero_()


class OneLayer(Network):
    """Softmax regression: x -> W x + b."""

    def make(self) -> None:
        self.entry = nn.Linear(self.spec.inputs, self.spec.classes, device="meta")

    def first(self, x: Tensor) -> Tensor:
        return self.entry(x)

    def layers(self, z: Tensor) -> Generator[Tensor, None, None]:
        yield z

    @property
    def last(self) -> nn.Module:
        return self.entry


class TwoLayer(Network):
    """One hidden layer: x -> V a(W x + b) + c."""

    def make(self) -> None:
        self.entry = nn.Linear(self.spec.inputs, self.spec.width, device="meta")
        self.out = nn.Linear(self.spec.width, self.spec.classes, device="meta")

    def first(self, x: Tensor) -> Tensor:
        return self.entry(x)

    def layers(self, z: Tensor) -> Generator[Tensor, None, None]:
        yield self.out(self.act(z))


class Convolutional(Network):
    """Two layers of 3 x 3 convolutions, the second with stride 2, and a linear one, on square images."""

    @property
    def side(self) -> int:
        """Of an image, in pixels."""
        return math.isqrt(self.spec.inputs)

    def make(self) -> None:
        one, two = CHANNELS
        self.entry = nn.Conv2d(1, one, 3, padding=1, device="meta")
        self.middle = nn.Conv2d(one, two, 3, stride=2, padding=1, device="meta")
        self.out = nn.Linear(two * (self.side // 2) ** 2, self.spec.classes, device="meta")

    def first(self, x: Tensor) -> Tensor:
        return self.entry(x.reshape(-1, 1, self.side, self.side))

    def layers(self, z: Tensor) -> Generator[Tensor, None, None]:
        yield self.out(self.act(self.middle(self.act(z))).flatten(1))

    @property
    def cost(self) -> tuple[float, int]:
        one, two = CHANNELS
        places = self.side**2
        return 4.0 * (9 * one * places + 9 * one * two * places / 4 + self.out.weight.numel()), 3  # half as fast


class Deep(Network):
    """Many hidden layers of one width: h <- a(N(W h + b)), or with skips h <- h + a(N(W h + b)) / sqrt(depth).

    N normalises over the batch at hand, whichever that is, so that the loss is a function of weights and data alone.
    """

    def make(self) -> None:
        spec = self.spec
        self.entry = nn.Linear(spec.inputs, spec.width, device="meta")
        self.hidden = nn.ModuleList(nn.Linear(spec.width, spec.width, device="meta") for _ in range(spec.depth))
        count = spec.depth if spec.norm else 0
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(spec.width, track_running_stats=False, device="meta") for _ in range(count)
        )
        self.out = nn.Linear(spec.width, spec.classes, device="meta")

    def first(self, x: Tensor) -> Tensor:
        return self.entry(x)

    def layers(self, z: Tensor) -> Generator[Tensor, None, None]:
        h = self.act(z)
        share = 1 / math.sqrt(self.spec.depth)
        for index, layer in enumerate(self.hidden):
            s = layer(h)
            if self.spec.norm:
                s = self.norms[index](s)
            h = torch.add(h, self.act(s), alpha=share) if self.spec.skips else self.act(s)
            yield h
        yield self.out(h)


KINDS: dict[Kind, type[Network]] = {
    "one-layer": OneLayer, "two-layer": TwoLayer, "cnn": Convolutional, "deep": Deep,
}  # fmt: skip


def build(spec: Spec, rng: torch.Generator) -> Network:
    """The network that ``spec`` asks for, at a start that ``rng`` draws, on its device."""
    return KINDS[spec.kind](spec, rng)
