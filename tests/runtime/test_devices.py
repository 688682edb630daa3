"""Where a run lives: where its exhibit says, unless a link or a flag pins it; on a GPU with a queue of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibit import State
from engine.params import ParamError
from engine.runtime.commands import Fork, Play, Reset, Set, Step
from engine.runtime.devices import device_of, read_pin, to_host
from engine.runtime.pool import Pool
from engine.runtime.run import Run, Status
from engine.runtime.service import Service
from engine.runtime.store import Store
from tests.fake_gpu import FakeGpu
from tests.probes import Walk, WalkParams

BOTH = ("cpu", "cuda")


class Roaming(Walk):
    """Many walkers want a GPU; what they are on they only say."""

    slug = "probe-roaming"
    devices = BOTH

    @classmethod
    def device_for(cls, params: WalkParams, available: Collection[str]) -> str:
        """From ten walkers on."""
        return "cuda" if params.walkers >= 10 and "cuda" in available else "cpu"


def do(run: Run, command: Any) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


# ---- which ------------------------------------------------------------------------------------------------------


def test_an_exhibit_lives_on_the_cpu_unless_it_says_otherwise() -> None:
    assert device_of(Walk, WalkParams(walkers=64), BOTH) == "cpu"
    assert device_of(Roaming, WalkParams(walkers=64), BOTH) == "cuda"
    assert device_of(Roaming, WalkParams(walkers=9), BOTH) == "cpu"
    assert device_of(Roaming, WalkParams(walkers=64), ("cpu",)) == "cpu"


def test_an_exhibit_chooses_among_what_it_and_the_machine_have() -> None:
    offers: list[Collection[str]] = []

    class Picky(Walk):
        slug = ""

        @classmethod
        def device_for(cls, params: WalkParams, available: Collection[str]) -> str:
            offers.append(available)
            return "cuda"

    with pytest.raises(ValueError, match="wants to live on 'cuda'; it was offered cpu"):
        device_of(Picky, WalkParams(), BOTH)
    Picky.devices = BOTH
    assert device_of(Picky, WalkParams(), BOTH) == "cuda"
    assert offers == [("cpu",), BOTH]


def test_a_pin_holds_whatever_the_exhibit_says() -> None:
    assert device_of(Roaming, WalkParams(), BOTH, "cuda") == "cuda"
    assert device_of(Roaming, WalkParams(walkers=64), BOTH, "cpu") == "cpu"


@pytest.mark.parametrize(("kind", "there_are", "why"), [
    (Walk, BOTH, "probe-walk does not run there"), (Roaming, ("cpu",), "this machine has no cuda device"),
])  # fmt: skip
def test_a_pin_to_what_is_not_there_is_one_clear_sentence(
    kind: type[Walk], there_are: tuple[str, ...], why: str
) -> None:
    with pytest.raises(ParamError) as caught:
        device_of(kind, WalkParams(), there_are, "cuda")
    assert str(caught.value) == f"device = cuda is not possible: {why}; use one of auto, cpu"


@pytest.mark.parametrize(
    ("query", "there_are", "pin", "words"),
    [
        ({}, BOTH, None, ""),
        ({"device": "auto"}, BOTH, None, ""),
        ({"device": "cuda"}, BOTH, "cuda", ""),
        ({"device": " CPU "}, BOTH, "cpu", ""),
        ({"device": "tpu"}, BOTH, None, "device = 'tpu' is not allowed; use one of auto, cpu, cuda. Using 'auto'."),
        ({"device": "cuda"}, ("cpu",), None, "this machine has no cuda device; use one of auto, cpu. Using 'auto'."),
    ],
)
def test_a_link_pins_or_says_why_not(
    query: dict[str, str], there_are: tuple[str, ...], pin: str | None, words: str
) -> None:
    found, notices = read_pin(Roaming, query, there_are)
    assert found == pin
    assert len(notices) == bool(words) and all(words in notice for notice in notices)


# ---- a run ------------------------------------------------------------------------------------------------------


def test_a_run_says_where_it_lives_and_its_link_only_if_it_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeGpu(monkeypatch)
    free, pinned = (
        Run(Roaming, WalkParams(walkers=20), devices=BOTH),
        Run(Roaming, WalkParams(), devices=BOTH, pinned="cuda"),
    )
    for run in (free, pinned):
        run.slice(0.0)
        assert run.status == Status.PAUSED and run.describe()["device"] == run.performer.exhibit.device == "cuda"
    assert not free.describe()["device_pinned"] and "device" not in free.describe()["query"]
    assert pinned.describe()["device_pinned"] and pinned.describe()["query"]["device"] == "cuda"
    assert read_pin(Roaming, pinned.describe()["query"], BOTH) == ("cuda", [])


def test_a_reset_with_other_parameters_moves_a_run_that_is_not_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeGpu(monkeypatch)
    free, pinned = Run(Roaming, WalkParams(), devices=BOTH), Run(Roaming, WalkParams(), devices=BOTH, pinned="cpu")
    for run, there in ((free, "cuda"), (pinned, "cpu")):
        run.slice(0.0)
        assert run.describe()["device"] == "cpu"
        do(run, Reset(values={"walkers": 20}))
        assert run.describe()["device"] == run.performer.exhibit.device == there
        do(run, Set(values={"stride": 0.5}))
        twin = do(run, Fork())
        twin.slice(0.0)
        assert (twin.pinned, twin.describe()["device"]) == (run.pinned, there)


def test_a_run_on_a_gpu_has_one_stream_and_its_chunks_are_timed_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = FakeGpu(monkeypatch)
    seen: list[tuple[str, object, int]] = []

    class Watching(Roaming):
        slug = ""

        def phases(self) -> Any:
            seen.append(("step", gpu.current, gpu.waits))
            yield from super().phases()

        def state_dict(self) -> State:
            seen.append(("state", gpu.current, gpu.waits))
            return super().state_dict()

    run = Run(Watching, WalkParams(walkers=20), devices=BOTH)
    waits_when_timed: list[int] = []
    learn = run.pace.did
    monkeypatch.setattr(run.pace, "did", lambda *more: (waits_when_timed.append(gpu.waits), learn(*more)))
    run.submit(Play())
    for _ in range(3):
        run.slice(0.0)
    assert gpu.streams == 1 and gpu.current is None
    assert {what for what, _, _ in seen} == {"step", "state"}
    assert len({id(stream) for _, stream, _ in seen}) == 1 and seen[0][1] is not None
    assert waits_when_timed == list(range(1, len(waits_when_timed) + 1)) != []


def test_a_run_that_cannot_live_on_a_gpu_asks_for_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = FakeGpu(monkeypatch)
    run = Run(Walk, WalkParams(), devices=BOTH)
    do(run, Step())
    assert run.performer.step == 1 and gpu.streams == 0


def test_a_snapshot_from_a_gpu_lies_in_the_hosts_memory_and_is_a_copy() -> None:
    state = {"a": torch.arange(6.0).reshape(2, 3).T, "b": [np.ones(2), (torch.tensor(3), "x", None)], "n": 5}
    taken = to_host(state)
    state["a"][0, 0] = 9.0
    state["b"][0][0] = 9.0  # type: ignore[index]
    assert taken["a"].tolist() == [[0, 3], [1, 4], [2, 5]] and taken["a"].device.type == "cpu"
    assert taken["b"][0].tolist() == [1, 1] and taken["b"][1] == (torch.tensor(3), "x", None) and taken["n"] == 5


def test_the_service_opens_a_run_where_it_is_best_or_pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    FakeGpu(monkeypatch)
    service = Service(Pool(workers=0), Store(tmp_path))
    try:
        assert service.open(Roaming, WalkParams(walkers=20)).device == "cuda"
        assert service.open(Roaming, WalkParams(walkers=20), pinned="cpu").device == "cpu"
        with pytest.raises(ParamError, match="probe-walk does not run there"):
            service.open(Walk, WalkParams(), pinned="cuda")
    finally:
        service.close()
    only = Service(Pool(workers=0), Store(tmp_path), "cpu")
    assert only.open(Roaming, WalkParams(walkers=20)).device == "cpu"
    only.close()
