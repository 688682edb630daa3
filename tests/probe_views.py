"""An asymmetric picture for every view, and what a hand on it says. Served by MORPHOGEN_EXHIBITS=tests.probe_views."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from pydantic import Field

from engine.exhibit import Exhibit, Frame, Poke, Reference, State, Subject
from engine.params import Params, live

F = np.float32


class ViewsParams(Params):
    """What changes."""

    height: float = live(1.0, label="Height", help="Of the curves.", ge=0.0, le=100.0, step=0.5)


class Hand(Poke):
    """A hand on any of the pictures."""

    picture: str
    x: float | None = None
    y: float | None = None
    x0: float | None = None
    y0: float | None = None
    radius: float | None = None
    index: int | None = Field(None, ge=0)
    side: int | None = None
    erase: list[int] | None = None


class Views(Exhibit[ViewsParams]):
    """Shows the same for ever. Planes reach from -2 to 2 and from -1 to 1; fields have 3 rows and 4 columns."""

    slug = "probe-views"
    title = "Every view"
    summary = "One asymmetric picture for each view and each of its layers."
    subject = Subject.SEQUENCES
    references = (Reference("nobody", "nothing", "nowhere"),)
    Params = ViewsParams
    Poke = Hand
    default_speed = 60.0

    def __init__(self, params: ViewsParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self.steps = 0
        self.poked = ""

    def phases(self) -> Iterator[str]:
        """Two that differ in nothing but their name."""
        yield "One"
        self.steps += 1
        yield "Two"

    def frame(self) -> Frame:
        """Everything that is drawn."""
        cells = np.zeros((3, 4), F)
        cells[0, 3] = 1.0  # upper right
        other = np.zeros((3, 4), F)
        other[2, 0] = 1.0  # lower left
        stack = np.zeros((5, 4, 4), F)
        stack[3, 0, 3] = 1.0  # of the fourth tile, upper right
        colours = np.zeros((3, 4, 3), np.uint8)
        colours[2, 3] = (0, 255, 0)  # lower right
        hill = np.exp(-((np.arange(24)[None, :] - 18) ** 2 + (np.arange(12)[:, None] - 3) ** 2) / 8).astype(F)
        arrays = {
            "cells": cells, "other": other, "stack": stack, "colours": colours, "hill": hill,
            "corner": np.array([[1.5, 0.75]], F), "four": np.array([[1.5, 0.75], [-1.5, 0.75], [-1.5, -0.75]], F),
            "classes": np.array([0, 1, 2], np.uint8), "hidden": np.array([1, 0, 1], np.uint8),
            "rising": np.array([[0.5, 0.5]], F), "from": np.array([[0.0, 0.0]], F),
            "path": np.array([[[-1.5, -0.75], [-1.5, 0.75], [1.5, 0.75]]], F),
            "pairs": np.array([[0, 1]], np.int32), "weights": np.array([1.0], F),
            "segment": np.array([[1.0, 0.2, 1.0, 0.9]], F),
            "mesh": np.array([[[0.5, 0.9], [1.5, 0.9]], [[0.5, 0.1], [1.5, 0.1]]], F),
            "mean": np.array([[1.0, 0.5]], F), "cov": np.array([[[0.16, 0.0], [0.0, 0.0025]]], F),
            "round": np.tile(np.diag([0.04, 0.04]).astype(F), (3, 1, 1)),
            "digit": stack[3:4], "digit_at": np.array([[1.0, 0.5]], F), "middle": np.array([[0.0, 0.0]], F),
            "sides": np.array([0, 1], np.uint8),
            "heights": np.linspace(0, 1, 16, dtype=F) * self.params.height, "bars": np.array([0.0, 0.0, 0.5, 1.0], F),
            "way": np.array([[0.5, -0.75, 1.5, -0.25]], F),
            "level": np.array([0.5], F), "ticks": np.array([0.5, 1.0], F),
            "points": np.array([[0.5, 0.4, 0.0], [-0.5, -0.4, 0.0]], F),
            "tokens": np.array([[1.0, 0.0, 0.2], [0.0, 1.0, 0.0], [0.1, 0.2, 1.0]], F),
        }  # fmt: skip
        ranges = {name: (0.0, 1.0) for name in ("cells", "other", "stack", "digit")}
        spiky = 1000.0 if self.steps < 3 else 1.0 + 0.1 * (self.steps % 3)
        metrics = {
            "spiky": spiky,
            "count": float(self.steps // 20 % 2),
            "steps": float(self.steps),
            "lamp": 1.0,
            "dark": 0.0,
            "size_a": 1.5,
            "size_b": float("nan"),
            "third": 2.0 / 3.0,
            "many": 12345.678,
            "tiny": 1.2345e-5,
            "never": float("nan"),
            "told": float("nan"),
        }
        words = {
            "poked": self.poked, "marks": "half,one", "right": "east", "up": "north", "names": "first,second,third",
            "text": "graphs are fun", "note": "a note", "rows": "a,b,c", "columns": "k,l,m,n",
            "highlight": "", "verdict": "well",
            "status_a": "good", "status_b": "bad", "size_b": "∞",
            "told": "not today", "sign": "■",
        }  # fmt: skip
        return Frame(arrays, metrics, words, ranges)

    def scene(self) -> Frame:
        """What is said once."""
        return Frame({"still": np.array([[-1.0, -0.5]], F), "range": np.array([-3.0, 7.0], F)}, {"half": 2.0})

    def poke(self, event: Hand) -> None:
        """Remember what the hand said."""
        self.poked = json.dumps(event.model_dump(exclude_none=True))

    def state_dict(self) -> State:
        """The count."""
        return {"steps": self.steps, "poked": self.poked}

    def load_state_dict(self, state: State) -> None:
        """Go on."""
        self.steps, self.poked = int(state["steps"]), str(state["poked"])

    def set(self, params: Any) -> None:
        """The height."""
        self.params = params
