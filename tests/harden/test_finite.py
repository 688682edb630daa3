"""What is sent is finite, or says that it is not available; and what has run away is noticed wherever it hides."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.__main__ import main
from engine.exhibit import Exhibit, Frame, catalogue
from engine.frames import decode, encode
from engine.runtime import performer as performer_module
from engine.runtime.commands import Play
from engine.runtime.run import Run, Status
from tests.clock import Clock
from tests.harden.sweep import any_params
from tests.probes import CountParams, Walk, WalkParams, _Count

SMALL: dict[str, dict[str, Any]] = {
    "turing": {"size": "128"},
    "gan": {"width": 16, "batch": 32, "points": 300},
    "adversarial-patterns": {"n": 40, "side": "8", "inits": 2, "m": "64", "critic_width": "32"},
    "completion": {"size": "tiny", "batch": 2, "surface": "none"},
}
RUNAWAY = {"depth": 5, "optimiser": "rmsprop", "objective": "least-squares", "lr_D": 1.0, "lr_G": 1.0}


def infinite(blob: bytes) -> list[str]:
    """What in an encoded frame is neither finite nor *not available*."""
    frame, about = decode(blob)
    json.dumps(about, allow_nan=False)
    return [name for name, array in frame.arrays.items() if array.dtype.kind == "f" and np.isinf(array).any()]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_an_infinity_is_sent_as_not_available_and_the_rest_as_it_is(dtype: Any) -> None:
    array = np.array([1.5, np.inf, -np.inf, np.nan, -2.0], dtype)
    found, _ = decode(encode("frame", Frame({"a": array})))
    np.testing.assert_array_equal(found.arrays["a"], np.array([1.5, np.nan, np.nan, np.nan, -2.0], dtype))
    assert np.isinf(array).sum() == 2, "the exhibit's own array is left alone"


def test_what_single_precision_cannot_hold_is_not_available() -> None:
    found, _ = decode(encode("frame", Frame({"a": np.array([1e300, 2.0])})))
    np.testing.assert_array_equal(found.arrays["a"], np.array([np.nan, 2.0], np.float32))


def test_large_but_finite_numbers_are_sent_as_they_are() -> None:
    large = np.full(8, 3e38, np.float32)  # whose sum is infinite
    assert (decode(encode("frame", Frame({"a": large})))[0].arrays["a"] == large).all()


class Hoarder(_Count):
    """Its memory grows beyond all numbers at a given step, while what it shows stays fine."""

    slug = ""

    def phases(self) -> Iterator[str]:
        yield from super().phases()
        self.memory = math.inf if self.count >= self.params.at else 1.0

    def diverged(self) -> str | None:
        return None

    def state_dict(self) -> Any:
        return super().state_dict() | {"memory": getattr(self, "memory", 0.0)}


def test_an_infinity_in_the_memory_pauses_the_run_and_offers_a_good_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)
    run = Run(Hoarder, CountParams(at=30), clock=Clock(tick=1e-3))
    run.submit(Play())
    for _ in range(200):
        run.slice(0.005)
    assert run.status == Status.PAUSED and run.reason.startswith("memory is infinite at step")
    assert run.good_step is not None and run.good_step < 30


def test_a_gan_whose_optimiser_has_run_away_is_an_error_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    flags = [flag for name, value in RUNAWAY.items() for flag in ("--set", f"{name}={value}")]
    assert main(["run", "gan", *flags, "--set", "width=16", "--steps", "60"]) == 1
    assert "is no longer finite" in capsys.readouterr().err


def test_what_may_be_unknown_is_no_divergence() -> None:
    class Unsure(Walk):
        slug = ""

        def diverged(self) -> str | None:
            return None

        def state_dict(self) -> Any:
            return super().state_dict() | {"best": math.nan}

    run = Run(Unsure, WalkParams(), clock=Clock(tick=1e-3))
    run.submit(Play())
    run.slice(0.005)
    assert run.status == Status.RUNNING


def sweep(kind: type[Exhibit[Any]], seed: int, settings: int, steps: int) -> None:
    """Frames and scenes of random settings hold no infinity, whatever becomes of them."""
    rng = random.Random(seed)
    for _ in range(settings):
        params = any_params(kind, rng, SMALL.get(kind.slug, {}))
        exhibit = kind(params, seed=params.seed)
        for _ in range(steps):
            exhibit.advance_to_end(rng.randint(1, 20))
            for part in (exhibit.frame(), exhibit.scene()):
                assert not infinite(encode("frame", part)), params
            if exhibit.diverged() or exhibit.finished:
                break


@pytest.mark.parametrize("kind", catalogue().values(), ids=lambda kind: kind.slug)
def test_whatever_is_set_what_is_sent_is_finite_or_not_available(kind: type[Exhibit[Any]]) -> None:
    sweep(kind, seed=1, settings=8, steps=3)


@pytest.mark.science
@pytest.mark.parametrize("kind", catalogue().values(), ids=lambda kind: kind.slug)
def test_whatever_is_set_over_many_settings(kind: type[Exhibit[Any]]) -> None:
    sweep(kind, seed=2, settings=200, steps=20)
