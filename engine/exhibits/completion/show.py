"""What is drawn: the shape in the large picture with all that the network makes of it, and all shapes side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import Frame, State
from engine.exhibits.completion.distances import nearest, taken
from engine.exhibits.completion.hand import Hand
from engine.exhibits.completion.instruments import THIRDS, averages
from engine.exhibits.completion.meshing import surface
from engine.exhibits.completion.models import Passage
from engine.exhibits.completion.params import SHOWN
from engine.exhibits.completion.scenes import Seen, seen_of
from engine.exhibits.completion.training import Trainer

FAR = 0.2  # an error from which the heat is at its hottest, in radii of the shape
COLD, MILD, HOT = (38, 70, 140), (240, 228, 190), (190, 40, 20)
MESH_S = 3.0  # that a surface may take
BONDS = 256  # lines that join points with what they are compared with
STRIP, WALL = 512, 1.3  # points of a cloud in the small pictures, and how far these reach

Arrays = dict[str, np.ndarray]
NOTHING = np.zeros((0, 3), np.float32)
EMPTY: Arrays = {
    "input": NOTHING, "centres": NOTHING, "coarse": NOTHING, "completed": NOTHING, "truth": NOTHING,
    "heat": np.zeros((0, 3), np.uint8), "attending": NOTHING, "attention": np.zeros((0, 3), np.uint8),
    "looked": NOTHING, "moving": NOTHING, "parts": np.zeros(0, np.uint8), "picked": NOTHING,
    "bonds": np.zeros((0, 2, 3), np.float32), "vertices": NOTHING, "triangles": np.zeros((0, 3), np.int32),
}  # fmt: skip
AFTER_FOLD = ("fold", "losses", "learn")


class Show:
    """Looks at held-out shapes through the network as it is.

    Args:
        trainer, hand: what is shown. seed: of what is seen.
    """

    def __init__(self, trainer: Trainer, hand: Hand, seed: int) -> None:
        self.trainer, self.hand, self.seed = trainer, hand, seed
        self._now: tuple[object, Seen, Passage] | None = None
        self._main: tuple[object, Frame] = (None, Frame())
        self.arrived = 1.0  # the share of their way that the dynamic queries have come, in slow motion
        self.strip: Arrays = {}
        self.mesh: Arrays = {}
        self.complaint = ""  # why there is no surface
        self.refresh()

    def main(self) -> Frame:
        """The shape in the large picture; in slow motion, the first shape of the batch as far as it has come.

        Shapes:
            input (N, 3), what is seen; truth (n, 3), the whole, and parts (n,), to which part of it each point belongs,
            where that is known; centres (M, 3), of the proxies; picked, the same in slow motion; attending, the same
            once they do, and attention (M, 3), colours of how much the proxy looked at looks at each; looked (1, 3),
            its place; coarse (Q, 3), and moving (Q, 3), queries on their way in slow motion; completed (N', 3), what
            the network adds, and heat (N', 3), colours of how far each point is off; bonds (b, 2, 3), lines between
            what is compared.
        """
        if self.trainer.part:
            return self.batch()
        now, seen, passage = self.now()
        if self._main[0] != now:
            self._main = (now, self._look(seen, passage))
        return _copied(self._main[1])

    def now(self) -> tuple[object, Seen, Passage]:
        """What is seen of the shape in the large picture, and what the network makes of it, worked out once; before
        both, what they depend on.
        """
        p = self.trainer.params
        now = (self.trainer.steps, p, self.hand.version)
        if self._now is None or self._now[0] != now:
            seen = self.view(p.shape - 1, own=True)
            self._now = (now, seen, self.trainer.complete(seen.x[None]))
        return self._now

    def view(self, shape: int, *, own: bool = False) -> Seen:
        """What is seen of a shape, or of somebody's own one, now that the camera has turned so far."""
        p = self.trainer.params
        return seen_of(p, self.hand, shape, p.turn * self.trainer.steps, self.seed, own=own)

    def _look(self, seen: Seen, passage: Passage) -> Frame:
        assert passage.fine is not None
        truth, which = torch.from_numpy(seen.truth)[None], torch.from_numpy(seen.seen)[None]
        matched = nearest(fine := passage.fine.cpu(), truth)
        drawn = self.drawn(passage, truth, matched[0])
        found = averages(fine, truth, which, matched)
        metrics = {f"here_{name}": value for name, value in found.items() if name in ("cd_l1", "unseen")}
        metrics["missing_now"] = float(1 - seen.seen.mean())
        return Frame(drawn | {"truth": seen.truth, "parts": seen.parts}, metrics)

    def batch(self) -> Frame:
        """The first shape of the batch at hand, as far as it has come."""
        passage, truth, part = self.trainer.passage, self.trainer.truth, self.trainer.part
        if passage is None or truth is None:
            return Frame(dict(EMPTY))
        drawn = self.drawn(_first(passage), truth[:1].cpu())
        drawn["picked"] = drawn["centres"]
        if part in ("queries", "decode") and len(drawn["centres"]):
            way = bonds(drawn["coarse"], drawn["centres"])  # (Q, 2, 3), from a query's place to the proxy nearest to it
            drawn["moving"] = way[:, 1] + np.float32(self.arrived) * (way[:, 0] - way[:, 1])
            drawn["bonds"] = np.stack([drawn["moving"], way[:, 1]], 1)
        if part == "losses":
            drawn["bonds"] = bonds(truth[0].cpu().numpy(), drawn["completed"])
        whole = truth[0].cpu().numpy().copy()
        return Frame(drawn | {"truth": whole, "parts": np.zeros(len(whole), np.uint8)})

    def drawn(self, passage: Passage, truth: Tensor, nearby: Tensor | None = None) -> Arrays:
        """The parts of a passage of one cloud (1, ...), as far as there are any.

        Args:
            truth: (1, n, 3). nearby: (1, N'), which point of it is nearest to each completed one, if that is known.
        """
        found = dict(EMPTY) | {"input": _array(passage.x)}
        if passage.centres is not None:
            found["centres"] = _array(passage.centres)
            found |= self._attention(passage)
        if passage.coarse is not None:
            found["coarse"] = _array(passage.coarse)
        if passage.fine is not None:
            made = passage.fine[:, : passage.rebuilt].detach().cpu()
            nearby = nearest(made, truth)[0] if nearby is None else nearby[:, : passage.rebuilt]
            away = (made - taken(truth, nearby)).square().sum(2).sqrt()
            found |= {"completed": _array(made), "heat": heated(away[0].numpy() / FAR)}
        return found

    def _attention(self, passage: Passage) -> Arrays:
        """How much the proxy nearest to the point looked at looks at every proxy, on average over the heads."""
        assert passage.centres is not None
        if passage.attention is None or not len(passage.attention):
            return {}
        centres, at = passage.centres[0].detach().cpu(), torch.from_numpy(self._place()).to(torch.float32)
        row = int((centres - at).square().sum(1).argmin())
        weights = passage.attention[0, :, row].mean(0).detach().cpu().numpy()  # (M,)
        shades = heated(weights / max(float(weights.max()), 1e-9))
        return {
            "attending": _array(passage.centres),
            "attention": shades,
            "looked": _array(centres[None, row : row + 1]),
        }

    def _place(self) -> np.ndarray:
        """The point looked at, (3,)."""
        truth = self.now()[1].truth
        return np.asarray(truth[min(self.hand.looked, len(truth) - 1)])

    # ---- side by side, and the surface ----------------------------------------------------------------------------

    def refresh(self, turn: int | None = None) -> None:
        """Complete the small pictures, or a third of them whose ``turn`` it is, and mesh the large one, at the first
        turn of every round.
        """
        shapes = list(range(SHOWN) if turn is None else range(turn, SHOWN, THIRDS))
        seen = [self.view(each) for each in shapes]
        self._put(shapes, seen, self.trainer.complete(np.stack([each.x for each in seen])))
        if not turn:
            self.mesh, self.complaint = self._meshed()

    def touched(self) -> None:
        """A hand has changed the shape in the large picture: its mesh follows, and the small picture if it has one."""
        if self.hand.own is None:
            _, seen, passage = self.now()
            self._put([self.trainer.params.shape - 1], [seen], passage)
        self.mesh, self.complaint = self._meshed()

    def _put(self, shapes: Sequence[int], seen: Sequence[Seen], passage: Passage) -> None:
        assert passage.fine is not None
        made = passage.fine[:, : passage.rebuilt].cpu().numpy()
        for number, each, completed in zip(shapes, seen, made, strict=True):
            self.strip |= {f"in{number + 1}": _thin(each.x), f"out{number + 1}": _thin(completed)}

    def _meshed(self) -> tuple[Arrays, str]:
        """A mesh through all points of the large picture, and why there is none."""
        none = {name: EMPTY[name] for name in ("vertices", "triangles")}
        if self.trainer.params.surface == "none":
            return none, ""
        _, _, passage = self.now()
        assert passage.fine is not None
        try:
            found = surface(passage.fine[0].cpu().numpy(), self.trainer.params.surface, seconds=MESH_S)
        except ValueError as error:
            return none, str(error)
        return {"vertices": found.vertices, "triangles": found.triangles}, ""

    def aside(self) -> Frame:
        """The small pictures and the mesh.

        Shapes:
            in1 ... (N, 3), what is seen of every shape, and out1 ... (N', 3), what is added; vertices (v, 3), triangles
            (t, 3), in slow motion none.
        """
        mesh = {name: EMPTY[name] for name in self.mesh} if self.trainer.part else self.mesh
        ranges = dict.fromkeys(self.strip, (-WALL, WALL))
        return _copied(Frame(self.strip | mesh, {}, {"surface": self.complaint}, ranges))

    def state_dict(self) -> State:
        """The small pictures and the mesh."""
        return {"strip": self.strip, "mesh": self.mesh, "complaint": self.complaint}

    def load_state_dict(self, state: State) -> None:
        """Show that again."""
        self.strip, self.mesh = (
            {name: np.array(each) for name, each in state[kind].items()} for kind in ("strip", "mesh")
        )
        self.complaint = str(state["complaint"])
        self._now, self._main = None, (None, Frame())


def bonds(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Lines from some points to those nearest to them, (b, 2, 3); none where there is nothing to join."""
    if not (len(start) and len(end)):
        return EMPTY["bonds"]
    some = start[np.linspace(0, len(start) - 1, min(BONDS, len(start))).astype(np.int64)]
    there = nearest(torch.from_numpy(some.copy())[None], torch.from_numpy(end.copy())[None])[0][0].numpy()
    return np.stack([some, end[there]], 1).astype(np.float32)


def heated(share: np.ndarray) -> np.ndarray:
    """Colours (n, 3) of shares (n,), from 0, cold, to 1 and more, hot."""
    at = np.clip(np.nan_to_num(share, nan=1.0), 0, 1)
    channels = [np.interp(at, (0, 0.5, 1), ends) for ends in zip(COLD, MILD, HOT, strict=True)]
    return np.stack(channels, 1).astype(np.uint8)


def _first(passage: Passage) -> Passage:
    """Of the first cloud of a batch."""
    parts: dict[str, Any] = {
        name: value[:1] for name, value in vars(passage).items() if isinstance(value, Tensor) and len(value)
    }
    return replace(passage, **parts)


def _array(points: Tensor) -> np.ndarray:
    """The only cloud of a batch, (n, 3), finite also when the network is not."""
    return np.nan_to_num(points[0].detach().cpu().numpy(), nan=0.0, posinf=1e3, neginf=-1e3).astype(np.float32)


def _thin(points: np.ndarray) -> np.ndarray:
    """At most ``STRIP`` of the points, within ``WALL``, for the small pictures."""
    rows = np.linspace(0, len(points) - 1, min(STRIP, len(points))).round().astype(np.int64)
    return np.clip(np.nan_to_num(points[rows]), -WALL, WALL).astype(np.float32)


def _copied(frame: Frame) -> Frame:
    """Of which nobody else has the arrays."""
    arrays = {name: each.copy() for name, each in frame.arrays.items()}
    return Frame(arrays, dict(frame.metrics), dict(frame.words), dict(frame.ranges))
