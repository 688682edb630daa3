"""What a hand does: it rubs out parts of a shape, points at one, or brings a shape of its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Poke, Refused, State
from engine.exhibits.completion.files import Axis, Frame
from engine.exhibits.completion.params import SHOWN

MOST_POINTS = 8192
FEWEST = 16  # points that must be left of a shape
FAR = 1e9
Number = Annotated[float, Field(ge=-FAR, le=FAR)]
Row = Annotated[int, Field(ge=0, le=MOST_POINTS)]


class Touch(Poke):
    """A hand on the large picture.

    Args:
        kind: ``touch`` points at the point number ``index`` of the shape, or rubs out those in ``erase``; ``mend``
            brings back what was rubbed out; ``own`` puts in a shape of one's own, ``back`` takes it away again.
        points: of one's own shape, normalised; centre, scale, up: its own frame, see :class:`~.files.Frame`.
    """

    kind: Literal["touch", "mend", "own", "back"]
    index: Row | None = None
    erase: list[Row] = Field([], max_length=MOST_POINTS)
    points: list[tuple[Number, Number, Number]] = Field([], max_length=MOST_POINTS)
    centre: tuple[Number, Number, Number] = (0.0, 0.0, 0.0)
    scale: float = Field(1.0, gt=0, le=FAR)
    up: Axis = "y"


class Hand:
    """What has been rubbed out of which shape, which point is looked at, and one's own shape.

    Args:
        points: of every shape.
    """

    def __init__(self, points: int) -> None:
        self.erased = np.zeros((SHOWN, points), bool)
        self.looked = 0  # the point of the shape that was pointed at
        self.own: np.ndarray | None = None  # (n, 3), in the unit sphere
        self.own_erased = np.zeros(0, bool)
        self.frame = Frame(np.zeros(3), 1.0)
        self.version = 0  # goes up with everything it does

    def gone(self, shape: int) -> np.ndarray:
        """Which points of the shape in the picture are rubbed out, (n,); a view."""
        return self.own_erased if self.own is not None else self.erased[shape]

    def do(self, event: Touch, shape: int) -> None:
        """Do to the shape in the picture what a hand wants.

        Raises:
            Refused: too little would be left, or the shape has too few points.
        """
        getattr(self, f"_{event.kind}")(event, shape)
        self.version += 1

    def _touch(self, event: Touch, shape: int) -> None:
        gone = self.gone(shape)
        if event.erase:
            wanted = gone.copy()
            wanted[[row for row in event.erase if row < len(gone)]] = True
            if (~wanted).sum() < FEWEST:
                raise Refused(f"At least {FEWEST} points of a shape must be left; mend it first.")
            gone[:] = wanted
        elif event.index is not None and event.index < len(gone):
            self.looked = event.index

    def _mend(self, event: Touch, shape: int) -> None:
        self.gone(shape)[:] = False

    def _own(self, event: Touch, shape: int) -> None:
        if len(event.points) < FEWEST:
            raise Refused(f"A shape of your own wants at least {FEWEST} points; this one has {len(event.points)}.")
        self.own = np.array(event.points, np.float32)
        if (farthest := float(np.linalg.norm(self.own, axis=1).max())) > 1.001:
            self.own = None
            raise Refused(f"The points reach {farthest:.3g} from the middle; normalise them to 1 first.")
        self.own_erased = np.zeros(len(self.own), bool)
        self.frame, self.looked = Frame(np.array(event.centre), event.scale, event.up), 0

    def _back(self, event: Touch, shape: int) -> None:
        self.own, self.frame, self.looked = None, Frame(np.zeros(3), 1.0), 0

    def state_dict(self) -> State:
        """Everything."""
        return {
            "erased": self.erased, "looked": self.looked, "own": self.own, "own_erased": self.own_erased,
            "centre": self.frame.centre, "scale": self.frame.scale, "up": self.frame.up,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        own: Any = state["own"]
        self.erased, self.own_erased = (np.array(state[name], bool) for name in ("erased", "own_erased"))
        self.own = None if own is None else np.array(own, np.float32)
        self.looked = int(state["looked"])
        self.frame = Frame(np.array(state["centre"], np.float64), float(state["scale"]), state["up"])
        self.version += 1
