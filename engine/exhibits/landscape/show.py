"""From the networks and their landscape to what the page shows of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import Frame
from engine.exhibits.landscape.cartography import Cartography
from engine.exhibits.landscape.connection import Connection, barrier, bezier
from engine.exhibits.landscape.curvature import Sharpness
from engine.exhibits.landscape.judge import Judge, Worth
from engine.exhibits.landscape.learning import Learning
from engine.exhibits.landscape.roughness import folds, roughness
from engine.exhibits.landscape.survey import CELLS, LEVELS, LOWEST
from engine.exhibits.landscape.tasks import Task

LINES = 14  # contours
FAR = 3.0  # halves of the window: what is farther away is drawn no farther
PATH = 33  # places of the curve in the picture
PIXELS = 56  # of the picture of a network's answers, along each side
CLIP = 6.0  # answers beyond are as sure as that
FINE, ACROSS = 801, 5  # places on a line, and lines each way, on which folds are looked for
LIFT = 0.03  # by so much a way hangs over the relief
PLACES = {"random": "two random ones, as long as the network's filters",
          "trajectory": "those in which the path so far spreads most",
          "curvature": "the two in which the landscape bends most sharply",
          "three": "those through three places: start, middle and now, or those you kept"}  # fmt: skip

NOTHING = Worth(math.nan, math.nan, math.nan, torch.empty(0, 0, device="cpu"))


class Show:
    """Draws what there is; remembers only what it has already projected.

    Args:
        study, land, judge, task: what is shown.
    """

    def __init__(self, study: Learning, land: Cartography, judge: Judge, task: Task) -> None:
        self.study, self.land, self.judge, self.task = study, land, judge, task
        self._plane: object = None
        self._known: dict[float, np.ndarray] = {}

    def picture(self, hand: tuple[float, float] | None) -> Frame:
        """The plane, in coordinates of its window.

        Shapes:
            relief, errors: (CELLS, CELLS), log10 of the training loss, and the share of wrong answers in the test; row
            0 on top. levels: (LINES,). trails: (M, n, 2), oldest first. places: (M, 2). marks: (k, 2).
            path: (1, PATH, 2). hand: (1, 2), or none.
        """
        loss, error = self.land.shown.shown()
        relief = np.log10(np.maximum(loss, LOWEST))
        low, high = float(relief.min()), float(relief.max())
        trails = self._trails()
        arrays = {
            "relief": relief[::-1], "heights": relief[::-1], "errors": error[::-1],
            "levels": np.linspace(low, high, LINES + 2)[1:-1], "trails": trails, "places": trails[:, -1],
            "marks": self._projected(list(self.study.marks().values())), "path": self._path(),
            "hand": np.array([hand] if hand else np.empty((0, 2))),
        }  # fmt: skip
        ranges = {"relief": (low, high if high > low else low + 1)}
        arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}
        return Frame(arrays, {}, {"height": "logarithm of the loss"}, ranges)

    def _trails(self) -> np.ndarray:
        """Everybody's way in the plane; moment by moment, so that it does not matter when somebody looks."""
        if self._plane is not self.land.plane:
            self._plane, self._known = self.land.plane, {}
        trace = self.study.trace
        known = {}
        for index, step in enumerate(trace.steps.tolist()):
            if (there := self._known.get(step)) is None or step == trace.steps[-1]:
                there = self._projected(torch.from_numpy(trace["w"][index]))
            known[step] = there
        self._known = known
        return np.stack(list(known.values()), axis=1)

    def _projected(self, ws: Sequence[Tensor] | Tensor) -> np.ndarray:
        """Coordinates in the plane, not too far outside the window: (k, 2)."""
        if not len(ws):
            return np.empty((0, 2))
        there = torch.cat([self.land.plane.places(w[None].to(self.study.main.device)) for w in ws])
        return np.clip(np.nan_to_num(there.cpu().numpy()), -FAR, FAR)

    def _path(self) -> np.ndarray:
        """The curve between two networks, or their line: (1, PATH, 2); none elsewhere."""
        if not isinstance(self.study, Connection):
            return np.empty((0, 2, 2))
        one, middle, two = self._projected([self.study.ends[0], self.study.at(0.5), self.study.ends[1]])
        ends, ts = (one, 2 * middle - (one + two) / 2, two), np.linspace(0, 1, PATH)  # of a line too
        return np.stack([np.asarray(bezier(t, *map(torch.from_numpy, ends))) for t in ts])[None]

    def relief(self) -> Frame:
        """The same as a relief in space: x to the right, z away from the picture's lower edge, y upwards.

        Shapes:
            vertices: (CELLS^2, 3). ways: (M, n, 3).
        """
        loss, _ = self.land.shown.shown()
        relief = np.log10(np.maximum(loss, LOWEST))
        low, high = float(relief.min()), float(relief.max())
        up = 1.1 * (relief - low) / max(high - low, 1e-9) - 0.5
        b, a = np.mgrid[-1 : 1 : CELLS * 1j, -1 : 1 : CELLS * 1j]
        trails = np.clip(self._trails(), -1, 1)
        rows, columns = (np.rint((trails[..., i] + 1) / 2 * (CELLS - 1)).astype(int) for i in (1, 0))
        ways = np.stack([trails[..., 0], up[rows, columns] + LIFT, -trails[..., 1]], axis=-1)
        vertices = np.stack([a, up, -b], axis=-1).reshape(-1, 3)
        return Frame({"vertices": vertices.astype(np.float32), "ways": ways.astype(np.float32)})

    def answers(self, w: Tensor, said: Tensor) -> dict[str, np.ndarray]:
        """What a network with these weights says: of the digits the confusion matrix of the test, (10, 10), rows the
        class, columns the answer, in shares of the class; of points how sure it is of the second class at every place
        of the plane, (PIXELS, PIXELS), row 0 on top.

        Args:
            said: its outputs for the test samples that are weighed, (n, classes).
        """
        if self.task.classes > 2:
            true = self.task.y[self.judge.weighed[1]].cpu().numpy()
            counts = np.zeros((self.task.classes,) * 2, np.float32)
            np.add.at(counts, (true, said.argmax(dim=1).cpu().numpy()), 1)
            return {"confusion": counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)}
        sure = self._sure(w, self._places()).reshape(PIXELS, PIXELS)
        return {"response": np.clip(np.nan_to_num(sure), -CLIP, CLIP)}

    def _sure(self, w: Tensor, places: Tensor) -> np.ndarray:
        """By how much the second class is ahead at places (n, 2): (n,)."""
        outputs = self.judge.outputs(w, places)
        return (outputs[:, 1] - outputs[:, 0]).cpu().numpy()

    def _places(self) -> Tensor:
        """Every place of the plane of two inputs, row by row from the top: (PIXELS^2, 2)."""
        side = torch.linspace(-1, 1, PIXELS, device=self.task.x.device) * extent(self.task)
        return torch.stack([side.repeat(PIXELS), side.flip(0).repeat_interleave(PIXELS)], dim=1)

    def _folds(self, w: Tensor) -> float:
        """How folded the response is along lines across the plane, up and to the right; NaN of images."""
        if self.task.inputs != 2:
            return math.nan
        along = torch.linspace(-1, 1, FINE, device=self.task.x.device) * extent(self.task)
        across = torch.linspace(-0.8, 0.8, ACROSS, device=self.task.x.device) * extent(self.task)
        x, y = along.repeat(ACROSS), across.repeat_interleave(FINE)
        both = torch.cat([torch.stack([x, y], dim=1), torch.stack([y, x], dim=1)])
        return folds(self._sure(w, both).reshape(2 * ACROSS, FINE))

    def numbers(self, sharpness: Sharpness, hand: tuple[float, float] | None) -> Frame:
        """Loss, errors and distances of everybody; curvature; barriers; how far the landscape is computed."""
        study, land = self.study, self.land
        worths = [self.judge.weigh(walker.w) for walker in study.walkers]
        looked, seen = study.main, worths[0]
        metrics = {"loss": _finite(seen.loss), "error": seen.error, "train_error": seen.train_error}
        _, off = land.plane.project(torch.stack([walker.w for walker in study.walkers]))
        for name, worth, away in zip(study.names, worths, off.tolist(), strict=True):
            key = name.replace(" ", "_")
            metrics |= {f"loss_{key}": _finite(worth.loss), f"error_{key}": worth.error, f"off_{key}": away}
        metrics["off"] = float(off[0])
        marks = study.marks()
        for name in ("swa", "theta"):
            found = self.judge.weigh(marks[name]) if name in marks else NOTHING
            metrics |= {f"loss_{name}": _finite(found.loss), f"error_{name}": found.error}
        metrics |= {"hand_loss": math.nan, "hand_error": math.nan}
        if hand is not None:
            looked = land.plane.at(*hand)
            seen = self.judge.weigh(looked)
            metrics |= {"hand_loss": _finite(seen.loss), "hand_error": seen.error}
        metrics |= {
            "sharpness": sharpness.largest, "trace": sharpness.trace, "limit": study.walkers[0].limit(),
            "explained": land.plane.explained, "progress": land.shown.progress, "level": float(land.shown.level),
            "half": land.plane.half, "steps": float(study.steps), "lowest": float(np.nanmin(land.shown.loss)),
            "out": float(sum(walker.out for walker in study.walkers)),
            "roughness": roughness(land.shown.loss) if land.shown.done else math.nan,
            "folds": self._folds(looked),
        }  # fmt: skip
        metrics |= self._way()
        arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in self._profile().items()}
        arrays |= {name: array.astype(np.float32) for name, array in self.answers(looked, seen.answers).items()}
        return Frame(arrays, metrics, self._words(hand))

    def _profile(self) -> dict[str, np.ndarray]:
        """Losses along line and curve, (WAY,); none elsewhere."""
        if not isinstance(self.study, Connection):
            return {"way": np.empty(0), "line": np.empty(0), "curve": np.empty(0)}
        line, curve = (
            np.clip(np.nan_to_num(each, nan=1e6), LOWEST, 1e6) for each in (self.study.line, self.study.curve)
        )
        return {"way": np.linspace(0, 1, len(line)), "line": line, "curve": curve}

    def _way(self) -> dict[str, float]:
        if not isinstance(self.study, Connection):
            return {"barrier_line": math.nan, "barrier_curve": math.nan}
        curve = barrier(self.study.curve) if self.study.bending else math.nan
        return {"barrier_line": barrier(self.study.line), "barrier_curve": curve}

    def _words(self, hand: tuple[float, float] | None) -> dict[str, str]:
        shown, count = self.land.shown, self.task.train
        if shown.done:
            said = f"exact, {CELLS} × {CELLS} places on all {count:,} samples"
        else:
            cells, (rows, _) = LEVELS[shown.level].cells, shown.rows
            said = f"pass {shown.level + 1} of {len(LEVELS)}, {cells} × {cells} places on {rows:,} samples"
        status = {f"status_{name.replace(' ', '_')}": "diverged" if walker.out else ""
                  for name, walker in zip(self.study.names, self.study.walkers, strict=True)}  # fmt: skip
        looked = "the weights under your hand" if hand else "the network as it is"
        words = {"progress": f"Landscape: {said}.", "looked": f"Shown: {looked}.", "verdict": self._verdict()}
        return words | {"felt": self._felt(), "weighed": self._weighed()} | status

    def _weighed(self) -> str:
        """Of which samples loss and errors are, where that is not of all."""
        train, tested = self.judge.weighed
        count, others = self.task.train, len(self.task.x) - self.task.train
        few, some = train.stop, tested.stop - tested.start
        if (few, some) == (count, others):
            return ""
        return f"Losses and errors: of {few:,} of the {count:,} training and {some:,} of the {others:,} test samples."

    def _felt(self) -> str:
        """On which samples curvature is felt, where that is not on all."""
        felt, count = self.judge.felt, self.task.train
        return f"Curvature: of {felt:,} of the {count:,} training samples, to be in time." if felt < count else ""

    def _verdict(self) -> str:
        study, land = self.study, self.land
        if isinstance(study, Connection):
            if not study.bending:
                return f"Two networks learn apart; in {study.params.settle - study.steps} steps a curve begins."
            return "Seen in the plane of both networks and the curve between them."
        if study.params.study == "average":
            count = study.version
            if study.steps < study.params.settle and not count:
                return f"SGD learns as usual; in {study.params.settle - study.steps} steps the cycles begin."
            if count < 3:
                return f"{count} of the 3 ends of cycles through which the plane is laid."
            return "Seen in the plane through the first, a middle and the last end of a cycle."
        if land.lanczos is not None:
            return "The two sharpest directions are being looked for."
        of_part = " " + self._felt() if study.params.plane == "curvature" and self._felt() else ""
        return f"The picture's two directions: {PLACES[study.params.plane]}.{of_part}"


def _finite(loss: float) -> float:
    """A loss that is a number; else NaN."""
    return loss if math.isfinite(loss) else math.nan


def extent(task: Task) -> float:
    """Half the side of the square in which points are shown."""
    return 1.1 * float(task.x.abs().max())


def ground(task: Task) -> Frame:
    """What stays: the training points of two classes, and the triangles of the relief.

    Shapes:
        points: (n, 2). labels: (n,). triangles: (m, 3).
    """
    corner = (np.arange(CELLS - 1)[:, None] * CELLS + np.arange(CELLS - 1)).reshape(-1, 1)
    triangles = np.concatenate([corner + np.array(three) for three in ((0, 1, CELLS), (1, CELLS + 1, CELLS))])
    arrays: dict[str, np.ndarray] = {"triangles": triangles.astype(np.uint32)}
    if task.inputs == 2:
        arrays |= {"points": task.x[: task.train].cpu().numpy(), "labels": task.y[: task.train].cpu().numpy()}
        arrays["labels"] = arrays["labels"].astype(np.uint8)
        arrays["border"] = np.zeros(1, np.float32)
    classes = ",".join(str(each) for each in range(task.classes))
    return Frame(arrays, {"extent": extent(task)}, {"classes": classes})
