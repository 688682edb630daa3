"""Small exhibits for tests. ``MORPHOGEN_EXHIBITS=tests.probes`` serves them beside the real ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Literal, Self

import numpy as np
import torch
from pydantic import Field, model_validator

from engine.exhibit import Card, Exhibit, Expectation, Frame, Poke, Reference, State, Subject
from engine.params import Params, live, setup
from tests.clock import Clock


class WalkParams(Params):
    """A parameter of each type."""

    stride: float = live(1.0, label="Stride", help="Length of a step.", ge=0.0, le=2.0, step=0.05, unit="m")
    drift: float = live(0.0, label="Drift", help="What is added to each step.", ge=-0.3, le=0.3, step=0.1)
    rate: float = live(0.01, label="Rate", help="How fast the trail fades.", ge=1e-5, le=1.0, log=True)
    trail: int = live(8, label="Trail", help="How many places are remembered.", ge=1, le=64)
    mirrored: bool = live(False, label="Mirrored", help="Walk the other way.")
    walkers: int = setup(4, label="Walkers", help="How many walk.", ge=1, le=64, group="Start")
    shape: Literal["line", "ring"] = setup("line", label="Shape", help="Where they start.", group="Start")
    radius: float = setup(
        1.0, label="Radius", help="Of the ring.", ge=0.5, le=4.0, step=0.5, when={"shape": ("ring",)}, group="Start"
    )
    name: str = setup("walk", label="Name", help="What it is called.", max_length=12, group="Start")

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.shape == "ring" and self.walkers > 32:
            raise ValueError("a ring has room for at most 32 walkers; take fewer or a line")
        return self


class Push(Poke):
    """Push one walker."""

    who: int = Field(ge=0, le=63)
    by: float = Field(ge=-10, le=10)


class Walk(Exhibit[WalkParams]):
    """A random walk in three phases, that listens to the pointer."""

    slug = "probe-walk"
    title = "A random walk"
    summary = "Some walkers take random steps."
    references = (Reference("K. Pearson", "The problem of the random walk", "Nature 72, 1905"),)
    subject = Subject.SEQUENCES
    cards = (
        Card(
            "Standing still",
            "Without a stride nobody goes anywhere.",
            {"stride": 0.0, "shape": "ring"},
            expects=(Expectation("The mean stays.", 50, lambda metrics: abs(metrics["mean"]) < 1),),
        ),
        Card("The other way", "Everybody turns round.", {"mirrored": True}, fresh=False),
    )
    Params = WalkParams
    Poke = Push

    def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self.rng = np.random.default_rng(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.at = np.zeros(params.walkers)
        if params.shape == "ring":
            self.at = params.radius * np.cos(np.linspace(0, 2 * np.pi, params.walkers))
        self.steps = 0
        self.changes = 0
        self.last = torch.tensor(0.0)  # of no dimension, like Adam's step

    def phases(self) -> Iterator[str]:
        """Look, think, go."""
        draw = self.rng.normal(size=self.at.shape)
        yield "Look: draw a direction"
        draw += torch.rand(self.at.shape, generator=self.generator, dtype=torch.float64).numpy() - 0.5
        yield "Think: stir it"
        self.at += self.params.stride * draw * (-1 if self.params.mirrored else 1) + self.params.drift
        self.last = torch.tensor(float(draw[0]))
        self.steps += 1
        yield "Go: take the step"

    def frame(self) -> Frame:
        """Where they are."""
        return Frame(
            {"at": self.at.copy(), "shade": self.at.copy()},
            {"mean": float(self.at.mean()), "steps": float(self.steps), "stride": self.params.stride},
            {"name": self.params.name},
            {"shade": (-50.0, 50.0)},
        )

    def scene(self) -> Frame:
        """Where they started."""
        return Frame({"start": np.zeros(self.params.walkers, np.float32)}, {}, {"shape": self.params.shape})

    def set(self, params: WalkParams) -> None:
        """Counted."""
        self.params = params
        self.changes += 1

    def poke(self, event: Push) -> None:
        """Push a walker."""
        self.at[event.who % len(self.at)] += event.by

    def state_dict(self) -> State:
        """Everything."""
        return {
            "at": self.at,
            "steps": self.steps,
            "rng": self.rng.bit_generator.state,
            "generator": self.generator.get_state(),
            "last": self.last,
            "extra": (1, [None, "text", True], {"nested": np.float32(0.5)}),
        }

    def load_state_dict(self, state: State) -> None:
        """Go on."""
        self.at = np.array(state["at"])
        self.steps = state["steps"]
        self.rng.bit_generator.state = state["rng"]
        self.generator.set_state(state["generator"])
        self.last = state["last"]


class CloudParams(Params):
    """How many points, and how fast they turn."""

    spin: float = live(0.02, label="Spin", help="Angle per step.", ge=-0.2, le=0.2, step=0.01, unit="rad")
    points: int = setup(2048, label="Points", help="How many points there are.", ge=16, le=65536)


class Cloud(Exhibit[CloudParams]):
    """Points on a sphere, turning."""

    slug = "probe-cloud"
    title = "A cloud"
    summary = "Points on a sphere turn about the axis."
    subject = Subject.POINT_CLOUDS
    Params = CloudParams
    default_speed = 120.0

    def __init__(self, params: CloudParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        points = np.random.default_rng(seed).normal(size=(params.points, 3)).astype(np.float32)
        self.points = points / np.linalg.norm(points, axis=1, keepdims=True)  # (N, 3)

    def phases(self) -> Iterator[str]:
        """Turn."""
        cos, sin = np.cos(self.params.spin), np.sin(self.params.spin)
        turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], np.float32)
        self.points = self.points @ turn
        yield "Turn about the axis"

    def frame(self) -> Frame:
        """The points."""
        return Frame({"points": self.points.copy()}, {"x": float(self.points[0, 0])})

    def state_dict(self) -> State:
        """The points."""
        return {"points": self.points}

    def load_state_dict(self, state: State) -> None:
        """Go on."""
        self.points = np.array(state["points"])


class CountParams(Params):
    """When something is to happen."""

    at: int = live(500, label="At", help="The step at which it happens.", ge=1, le=100_000)


class _Count(Exhibit[Any]):
    """Counts its steps."""

    subject = Subject.SEQUENCES
    Params = CountParams

    def __init__(self, params: CountParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self.value = np.zeros(3)

    @property
    def count(self) -> int:
        """Steps done."""
        return int(np.nan_to_num(self.value[0]))

    def phases(self) -> Iterator[str]:
        """Count."""
        self.value = self.value + 1
        yield "Count"

    def frame(self) -> Frame:
        """The count."""
        return Frame({"value": self.value.copy()}, {"value": float(self.value[0])})

    def state_dict(self) -> State:
        """The count."""
        return {"value": self.value}

    def load_state_dict(self, state: State) -> None:
        """Go on."""
        self.value = np.array(state["value"])


class Fail(_Count):
    """Raises at a given step."""

    slug = "probe-fail"
    title = "It fails"
    summary = "An exhibit that raises an error at a given step."

    def phases(self) -> Iterator[str]:
        """Count, and fail."""
        yield from super().phases()
        if self.count == self.params.at:
            raise ArithmeticError(f"made to fail at step {self.count}")


class NotANumber(_Count):
    """Turns NaN at a given step."""

    slug = "probe-nan"
    title = "It diverges"
    summary = "An exhibit that turns NaN at a given step."

    def phases(self) -> Iterator[str]:
        """Count, and diverge."""
        yield from super().phases()
        if self.count == self.params.at:
            self.value[1] = np.nan


class Finish(_Count):
    """Comes to its end at a given step."""

    slug = "probe-finish"
    title = "It ends"
    summary = "An exhibit that comes to its end at a given step."

    @property
    def finished(self) -> bool:
        """Whether the count is reached."""
        return self.count >= self.params.at


class Stuck(_Count):
    """A step does not end before it is let go."""

    slug = "probe-stuck"
    title = "It is stuck"
    summary = "An exhibit whose step waits until a test lets it go."
    begun, free = threading.Event(), threading.Event()

    def phases(self) -> Iterator[str]:
        """Wait."""
        self.begun.set()
        self.free.wait()
        yield from super().phases()


def priced(clock: Clock, *, step_s: float = 0.0, frame_s: float = 0.0) -> type[Walk]:
    """A walk that takes its time, on a clock moved by hand.

    Args:
        clock: moves on by
        step_s: with each step, and by
        frame_s: with each frame.
    """

    class Priced(Walk):
        slug = ""

        def phases(self) -> Iterator[str]:
            clock.now += step_s
            yield from super().phases()

        def frame(self) -> Frame:
            clock.now += frame_s
            return super().frame()

    return Priced
