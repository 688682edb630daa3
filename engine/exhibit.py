"""The contract every exhibit fulfils: an :class:`Exhibit` computes, a :class:`Frame` is what may be seen of it."""

from __future__ import annotations

import importlib
import os
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, cast

import numpy as np
from pydantic import BaseModel, ConfigDict

from engine.params import Params as BaseParams

P = TypeVar("P", bound=BaseParams)
Metrics = Mapping[str, float]
State = dict[str, Any]
"""A tree of dicts, lists, arrays, tensors, numbers, strings and None: everything needed to go on from here."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What can be seen of an exhibit at one moment. All arrays are copies.

    Args:
        arrays: named arrays.
        metrics: named numbers; NaN means *not available*.
        words: named short texts (the phase in slow motion, a verdict, a warning).
        ranges: arrays named here are for the eye only: on the wire they become uint8 over that (low, high).
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __or__(self, newer: Frame) -> Frame:
        """This frame with everything that is in ``newer`` replaced or added."""
        arrays, metrics = self.arrays | newer.arrays, self.metrics | newer.metrics
        return Frame(arrays, metrics, self.words | newer.words, self.ranges | newer.ranges)


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper behind an exhibit."""

    authors: str
    title: str
    where: str
    url: str = ""


class Poke(BaseModel):
    """A viewer touched the picture. An exhibit that listens declares its own subclass as ``Exhibit.Poke``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Refused(ValueError):
    """A touch, or the parameters of a build, ask for what cannot be done here and now; the text, a sentence, says why
    and what can. Nothing was changed.
    """


class Subject(StrEnum):
    """What an exhibit is about: a section of the navigation and of the gallery, in this order."""

    PATTERNS = "Patterns"
    ADVERSARIAL = "Adversarial"
    LATENT_SPACES = "Latent spaces"
    LANDSCAPES = "Landscapes"
    GRAPHS = "Graphs"
    POINT_CLOUDS = "Point clouds"
    SEQUENCES = "Sequences"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a card promises, so that it can be checked.

    Args:
        says: the promise in a sentence.
        steps: after so many steps from the card's values ...
        holds: ... this is true of the metrics.
    """

    says: str
    steps: int
    holds: Callable[[Metrics], bool]


@dataclass(frozen=True, slots=True)
class Card:
    """A *Try this*: parameters to set and what to look for.

    Args:
        title, text: what it is called and what to look for.
        values: parameters that differ from the defaults.
        fresh: start anew; otherwise what is on screen goes on with the new live values.
        speed: steps per second it is played at; None leaves the speed as it is.
        answer: what there was to see, told on demand.
        expects: what the text promises of a fresh run, if it promises something that metrics can tell.
    """

    title: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = True
    speed: float | None = None
    answer: str = ""
    expects: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What an exhibit takes, roughly.

    Args:
        nbytes: of memory, at most, built and under way.
        seconds: to build it, on one core.
    """

    nbytes: int = 24 << 20
    seconds: float = 0.2


@dataclass(frozen=True, slots=True)
class Pose:
    """How an exhibit sits for its picture in the gallery, which ``make pictures`` takes of its page.

    Args:
        step: the picture shows the exhibit after so many steps, and the loop ends there.
        since: the step at which the loop begins.
        values: parameters that differ from the defaults.
    """

    step: int = 1000
    since: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


class Exhibit(ABC, Generic[P]):
    """One thing to be watched: state, one step of its algorithm, and what to show of it.

    A subclass names its parameters, as in ``Exhibit[WalkParams]``, sets the class variables, implements :meth:`phases`,
    :meth:`frame`, :meth:`state_dict` and :meth:`load_state_dict`, and owns its random generators: exhibits of many runs
    share one process.

    Args:
        params: an instance of the class's own ``Params``.
        seed: seeds every random number the exhibit draws.
        device: a torch device name, ``cpu`` or ``cuda``.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    question: ClassVar[str] = ""
    """What a curious person may ask, and find out here; it stands on the exhibit's card in the gallery."""

    subject: ClassVar[Subject]
    place: ClassVar[int] = 100
    """Among the exhibits of its subject: the first is where a stranger begins, the last goes deepest."""

    references: ClassVar[tuple[Reference, ...]] = ()
    cards: ClassVar[tuple[Card, ...]] = ()
    Params: ClassVar[type[BaseParams]]
    main: ClassVar[tuple[str, ...]] = ()
    """Names of the live parameters that matter most, four at the most: the others are folded away below them."""

    Poke: ClassVar[type[Poke] | None] = None
    default_speed: ClassVar[float] = float("inf")
    """Steps per second a new run starts with; infinity for as fast as the machine goes."""

    pose: ClassVar[Pose] = Pose()
    """How it sits for its picture in the gallery."""

    devices: ClassVar[tuple[str, ...]] = ("cpu",)
    """Where it can live at all: on ``cpu``, and on ``cuda`` if it puts its tensors there."""

    scene_version: int = 0
    """Goes up whenever :meth:`scene` would answer differently."""
    cores: int = 1
    """How many CPU cores :meth:`advance` may use now; kept up to date by the pool."""

    def __init__(self, params: P, *, seed: int, device: str = "cpu") -> None:
        self.params = params
        self.seed = seed
        self.device = device

    @classmethod
    def device_for(cls, params: Any, available: Collection[str]) -> str:
        """Where a run with ``params`` should live: the CPU, unless its arithmetic outgrows the cost of launching
        kernels. Take the thresholds from ``python -m engine bench``.

        Args:
            params: an instance of the class's own ``Params``.
            available: what there is to choose from: the machine's devices that the class can live on.
        """
        return "cpu"

    @classmethod
    def cost_of(cls, params: Any) -> Cost:
        """What a run with ``params`` will take, known before it is built: a server admits runs by it. The default is
        what small exhibits take; one that can be large says how large.

        Args:
            params: an instance of the class's own ``Params``.
        """
        return Cost()

    @abstractmethod
    def phases(self) -> Iterator[str]:
        """Do one full step, yielding a sentence after each sub-step. Slow motion stops at the yields."""

    def step(self) -> None:
        """Do one full step."""
        for _ in self.phases():
            pass

    def advance(self, steps: int) -> None:
        """Do ``steps`` full steps. Override only where a loop in compiled code is faster."""
        for _ in range(steps):
            self.step()

    def advance_to_end(self, steps: int) -> int:
        """Do ``steps`` full steps, or fewer where the algorithm ends before; returns how many were done."""
        if type(self).finished is Exhibit.finished:  # it never ends
            self.advance(steps)
            return steps
        for done in range(steps):
            if self.finished:
                return done
            self.advance(1)
        return steps

    @abstractmethod
    def frame(self) -> Frame:
        """What to show now. Cheap enough to be called at display rate."""

    def glance(self) -> Frame:
        """The part of :meth:`frame` that should move smoothly, for an exhibit whose whole frame takes long.

        While a run plays, its viewers get the rest of the frame less often.
        """
        return self.frame()

    def scene(self) -> Frame:
        """What seldom changes (data, graph, grid, theory); sent again when ``scene_version`` goes up."""
        return Frame()

    def set(self, params: P) -> None:
        """Live parameters have changed. Here and in :meth:`poke` an exhibit may turn a knob of its own by giving
        ``self.params`` another value of it, such as the place that the picture was dragged to.
        """
        self.params = params

    def poke(self, event: Any) -> None:
        """A viewer touched the picture; ``event`` is an instance of the class's ``Poke``.

        Raises:
            Refused: it asks for what cannot be done here; the viewer is told, and the run goes on.
        """

    @abstractmethod
    def state_dict(self) -> State:
        """Everything needed to rewind, fork and resume. May refer to live arrays and tensors, wherever they are: the
        caller copies.
        """

    @abstractmethod
    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``, which the exhibit must copy if it will write into it; its tensors are on the CPU."""

    @property
    def finished(self) -> bool:
        """Whether the algorithm has come to its end."""
        return False

    @classmethod
    def warm_up(cls) -> None:
        """Compile what the first step would compile, so that the first viewer need not wait for it."""
        exhibit: Exhibit[Any] = cls(cast(P, cls.Params()), seed=0)
        exhibit.advance(1)
        exhibit.frame()

    def diverged(self) -> str | None:
        """The name of a quantity that is no longer finite, or None."""
        return first_not_finite(self.state_dict())


def first_not_finite(state: Any, name: str = "", *, nan: bool = True) -> str | None:
    """Path of the first array or number in the tree ``state`` that holds an infinity or, if ``nan``, a NaN; or None."""
    if isinstance(state, dict):
        found = (
            first_not_finite(value, f"{name}.{key}" if name else str(key), nan=nan) for key, value in state.items()
        )
        return next((path for path in found if path), None)
    if isinstance(state, (list, tuple)):
        found = (first_not_finite(value, f"{name}[{index}]", nan=nan) for index, value in enumerate(state))
        return next((path for path in found if path), None)
    if isinstance(state, (float, complex, np.inexact)):
        return name if (not np.isfinite(state) if nan else np.isinf(state)) else None
    if isinstance(state, np.ndarray):
        bad = state.dtype.kind in "fc" and bool((~np.isfinite(state) if nan else np.isinf(state)).any())
        return name if bad else None
    if hasattr(state, "is_floating_point"):
        return name if bool((~state.isfinite() if nan else state.isinf()).any()) else None
    return None


def first_infinite(exhibit: Exhibit[Any]) -> str | None:
    """Path of what has become infinite in all that ``exhibit`` keeps, such as an optimiser's memory, which its own
    :meth:`Exhibit.diverged` may not look at; None if nothing has. A NaN may only mean *not available*.
    """
    return first_not_finite(exhibit.state_dict(), nan=False)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, type[Exhibit[Any]]]:
    """Every exhibit found in ``engine.exhibits``, by slug, in the order of subjects and of places in them.

    Modules named in the environment variable ``MORPHOGEN_EXHIBITS`` (comma separated) are searched too.
    """
    import engine.exhibits as home

    names = [f"{home.__name__}.{module.name}" for module in pkgutil.iter_modules(home.__path__)]
    names += [name for name in os.environ.get("MORPHOGEN_EXHIBITS", "").split(",") if name]
    found: dict[str, type[Exhibit[Any]]] = {}
    for name in names:
        for item in vars(importlib.import_module(name)).values():
            if isinstance(item, type) and issubclass(item, Exhibit) and item.__dict__.get("slug"):
                found[item.slug] = item
    order = list(Subject)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[1].subject), item[1].place, item[0])))
