"""A step that is recorded and replayed: when, and with which numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from engine.kit.graphs import WARM, Captured, LiveNumbers, cuda_recorder
from tests.devices import DEVICE, NamedDevices


class Tape:
    """Records a function by remembering it, as a graph remembers kernels; ``log`` says what was done."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.total = torch.zeros((), device="cpu")
        self.recording = False

    def body(self) -> torch.Tensor:
        """One step: eager, or only written down."""
        self.log.append("written" if self.recording else "eager")
        if not self.recording:
            self.total += 1
        return self.total

    def record(self, body: Callable[[], torch.Tensor]) -> tuple[Callable[[], None], torch.Tensor]:
        """As :func:`cuda_recorder` does it."""
        self.recording = True
        result = body()
        self.recording = False

        def replay() -> None:
            self.log.append("replayed")
            self.total += 1

        return replay, result


def test_every_call_is_one_step_warm_recorded_or_replayed() -> None:
    tape = Tape()
    step = Captured(tape.body, tape.record)
    for count in range(1, WARM + 4):
        assert float(step("same")) == count
    assert tape.log == ["eager"] * WARM + ["written"] + ["replayed"] * 3


def test_another_structure_is_recorded_anew_and_so_is_what_was_forgotten() -> None:
    tape = Tape()
    step = Captured(tape.body, tape.record)
    for structure in ("a", "b"):
        for _ in range(WARM + 2):
            step(structure)
    step.forget()
    step("b")
    once = ["eager"] * WARM + ["written", "replayed", "replayed"]
    assert tape.log == [*once, *once, "eager"] and float(tape.total) == 2 * WARM + 5


def test_what_cannot_be_recorded_runs_on_eagerly_and_says_so_once() -> None:
    tape = Tape()

    def refuse(body: Callable[[], torch.Tensor]) -> tuple[Callable[[], None], torch.Tensor]:
        raise RuntimeError("operation not permitted when stream is capturing")

    step = Captured(tape.body, refuse)
    for _ in range(WARM):
        step("same")
    with pytest.warns(UserWarning, match="cannot be a CUDA graph .* not permitted"):
        step("same")
    step("same")
    assert tape.log == ["eager"] * (WARM + 2)


def test_on_the_cpu_nothing_is_recorded() -> None:
    assert cuda_recorder("cpu", torch.Generator()) is None
    tape = Tape()
    step = Captured(tape.body, None)
    for _ in range(9):
        step("same")
    assert tape.log == ["eager"] * 9


def test_live_numbers_are_floats_on_the_host_and_one_tensor_elsewhere() -> None:
    host = LiveNumbers("cpu")
    host.put(lr=0.1, clip=2.0)
    assert (host["lr"], host["clip"]) == (0.1, 2.0)
    with NamedDevices() as mode:
        there = LiveNumbers(DEVICE)
        there.put(lr=0.1, clip=2.0)
        seen = there["clip"]  # what a graph has got hold of
        there.put(lr=0.1, clip=3.0)
        assert seen.device.type == DEVICE and seen.item() == 3.0
        done = dict(mode.done)
        there.put(lr=0.1, clip=3.0)
        assert mode.done == done  # nothing changed, nothing copied


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_graph_draws_new_numbers_at_every_replay_and_those_of_an_eager_step() -> None:
    def draws(recorded: bool) -> torch.Tensor:
        rng, seen = torch.Generator("cuda").manual_seed(0), []
        kept = torch.empty(4, device="cuda")
        step = Captured(
            lambda: kept.copy_(torch.randn(4, device="cuda", generator=rng)),
            cuda_recorder("cuda", rng) if recorded else None,
        )
        seen.extend(step("same").clone() for _ in range(WARM + 4))
        return torch.stack(seen)

    assert torch.equal(draws(True), draws(False))
