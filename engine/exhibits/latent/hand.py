"""What a hand does: it points into the latent plane, walks from one example to another, and draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
import torch
from PIL import Image
from pydantic import Field
from scipy import ndimage
from torch import Tensor

from engine.exhibit import Poke, State
from engine.exhibits.latent.data import Dataset
from engine.kit.generators import portable, restore

PAD = 32  # dots along each side of the drawing pad: what the digits were scanned with
FRAME, INNER = 28, 20  # pixels along each side of an image of MNIST, and of the box into which a digit was fitted
ASIDE = (-2.0, 2.0)  # where the finger is at first: beside the crowd of codes
INK = 0.05  # less is paper
FAR = 1e6  # no plane is larger
Place = Annotated[float, Field(ge=-FAR, le=FAR)]
Level = Annotated[float, Field(ge=0, le=1)]


class Touch(Poke):
    """A hand on a picture, in the units of its data, y upwards.

    Args:
        kind: on the latent plane, ``finger`` decodes a place, ``from`` and ``to`` choose the example nearest to it;
            on the grid of decoded codes, ``tile`` puts the finger on the place of tile ``index``; on the data plane,
            ``point`` is a point to encode; on the pad, ``draw``, ``rub`` and ``smear`` are strokes, ``clear`` empties
            it, ``example`` puts the example on it from which one walks, ``picture`` a whole picture.
        x, y: where; x0, y0: where the stroke came from; radius: of the brush.
        index: of a tile.
        levels: of a picture, row by row from the top, 32 x 32.
    """

    kind: Literal["finger", "from", "to", "tile", "point", "draw", "rub", "smear", "clear", "example", "picture"]
    x: Place = 0.0
    y: Place = 0.0
    x0: Place | None = None
    y0: Place | None = None
    radius: float = Field(2.0, ge=0.0, le=FAR)
    index: int = Field(0, ge=0, le=1_000_000)
    levels: list[Level] = Field([], max_length=PAD * PAD)


class Hand:
    """Where the finger is, between which examples one walks, and what was drawn.

    Args:
        data: of which examples are chosen. seed: of what is smeared.
    """

    def __init__(self, data: Dataset, seed: int) -> None:
        self.data = data
        self.random = np.random.default_rng(seed)
        self.finger = torch.tensor(ASIDE, device="cpu")  # in the latent plane
        first = _first_of(data.labels)
        self.start, self.end = first[0], first[min(3, len(first) - 1)]
        self.walking = False  # nobody has chosen where from or where to
        self.pad = np.zeros((PAD, PAD), np.float32)  # row 0 on top
        self.exact = False  # what is on the pad is to be taken as it stands, not fitted into the frame
        self.point = torch.zeros(2, device="cpu")  # in the data plane
        self.pointed = False

    def put_finger(self, place: Tensor) -> None:
        """On a place (2,) of the latent plane."""
        self.finger = place.detach().clone()

    def on_pad(self, event: Touch) -> None:
        """A stroke, or something that takes the place of all of it."""
        if event.kind == "clear":
            self.pad[:], self.exact = 0, False
        elif event.kind == "example":
            self.pad, self.exact = _enlarged(self.data.x[self.start].view(self.data.shape).numpy()), True
        elif event.kind == "picture":
            self.pad, self.exact = np.array(event.levels, np.float32).reshape(PAD, PAD), False
        else:
            self._stroke(event)

    def _stroke(self, event: Touch) -> None:
        """Ink, none, or specks of it, under a brush that goes from (x0, y0) to (x, y); rows lie from the top."""
        to = np.array([event.x, PAD - event.y])
        start = np.array([event.x if event.x0 is None else event.x0, PAD - (event.y if event.y0 is None else event.y0)])
        rows, columns = np.mgrid[:PAD, :PAD] + 0.5
        at, way = np.stack([columns, rows], -1) - start, to - start
        along = np.clip(at @ way / max(way @ way, 1e-9), 0, 1)[..., None]
        away = np.linalg.norm(at - along * way, axis=-1)
        if event.kind == "smear":
            specks = (away < event.radius) & (self.random.random(away.shape) < 0.35)
            self.pad[specks] = self.random.integers(0, 2, int(specks.sum()))
            return
        ink = np.clip(event.radius + 0.5 - away, 0, 1).astype(np.float32)
        self.pad = np.maximum(self.pad, ink) if event.kind == "draw" else self.pad * (1 - ink)

    @property
    def drawn(self) -> bool:
        """Whether there is anything on the pad."""
        return bool(self.pad.max() > INK)

    def drawing(self) -> Tensor:
        """What is on the pad as an example, (1, d): put into the frame as the examples were, unless it is one."""
        seen = coarse(self.pad, self.data.shape) if self.exact else FRAMED[self.data.name](self.pad)
        return torch.from_numpy(seen).reshape(1, -1)

    def state_dict(self) -> State:
        """Everything."""
        return {
            "finger": self.finger, "start": self.start, "end": self.end, "pad": self.pad, "exact": self.exact,
            "point": self.point, "pointed": self.pointed, "walking": self.walking, "random": portable(self.random),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.finger, self.point = (torch.as_tensor(state[name]).clone() for name in ("finger", "point"))
        self.start, self.end = int(state["start"]), int(state["end"])
        self.pad, self.exact = np.array(state["pad"], np.float32), bool(state["exact"])
        self.pointed, self.walking = bool(state["pointed"]), bool(state["walking"])
        restore(self.random, state["random"])


def _first_of(labels: Tensor) -> list[int]:
    """The first example of every class."""
    return [int((labels == each).nonzero()[0]) for each in labels.unique()]


def fit(pad: np.ndarray) -> np.ndarray:
    """What is drawn on a pad (32, 32), shifted and scaled so that it fills the height or the width: as the digits were
    before they were counted out in blocks.
    """
    rows, columns = np.flatnonzero(pad.max(1) > INK), np.flatnonzero(pad.max(0) > INK)
    if not len(rows):
        return np.zeros_like(pad)
    cut = pad[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = PAD / max(cut.shape)
    grown = ndimage.zoom(cut, scale, order=1, grid_mode=True, mode="nearest")[:PAD, :PAD]
    fitted = np.zeros_like(pad)
    top, left = ((PAD - length) // 2 for length in grown.shape)
    fitted[top : top + grown.shape[0], left : left + grown.shape[1]] = grown
    return fitted


def coarse(pad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The mean of every block, (h, w), of a pad (32, 32); where they do not divide it its margin is left out."""
    blocks = [PAD // length for length in shape]
    top, left = ((PAD - length * block) // 2 for length, block in zip(shape, blocks, strict=True))
    cut = pad[top : top + shape[0] * blocks[0], left : left + shape[1] * blocks[1]]
    return cut.reshape(shape[0], blocks[0], shape[1], blocks[1]).mean((1, 3)).astype(np.float32)


def _enlarged(image: np.ndarray) -> np.ndarray:
    """An image (h, w) on a pad, each pixel a block: what :func:`coarse` makes an image of again."""
    blocks = np.kron(image, np.ones([PAD // length for length in image.shape]))
    margins = [((PAD - length) // 2,) * 2 for length in blocks.shape]
    return np.pad(blocks, margins).astype(np.float32)


def centred(pad: np.ndarray) -> np.ndarray:
    """What is drawn on a pad (32, 32) as MNIST's digits were framed: fitted into a box of 20 x 20 pixels, the centre of
    its mass in the middle of (28, 28).

    References:
        Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition",
        Proceedings of the IEEE 86, 1998.
    """
    small = _shrunk(fit(pad), INNER)
    mass = float(small.sum())
    if mass == 0:
        return np.zeros((FRAME, FRAME), np.float32)
    middle = [float((small.sum(1 - axis) @ np.arange(INNER)) / mass) for axis in (0, 1)]
    top, left = (int(np.clip(round((FRAME - 1) / 2 - at), 0, FRAME - INNER)) for at in middle)
    framed = np.zeros((FRAME, FRAME), np.float32)
    framed[top : top + INNER, left : left + INNER] = small
    return framed


def _shrunk(pad: np.ndarray, side: int) -> np.ndarray:
    """A square picture with ``side`` pixels along each side, each the mean of what it covers."""
    return np.array(Image.fromarray(pad).resize((side, side), Image.Resampling.BOX))


FRAMED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "digits": lambda pad: coarse(fit(pad), (8, 8)), "shapes": lambda pad: coarse(pad, (16, 16)), "mnist": centred,
    "fashion-mnist": lambda pad: _shrunk(fit(pad), FRAME),
}  # fmt: skip
"""How a drawing becomes an example of each set."""
