"""What is to be had elsewhere: fetched once, told, given up, checked, and refused in a sentence."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.exhibit import Refused
from engine.kit import download
from engine.kit.download import MOST_WAITING, fetched
from engine.kit.images import ARCHIVES, archived, first_of
from engine.progress import GivenUp, heard_by
from engine.runtime.commands import CommandError, Reset
from engine.runtime.run import Run
from engine.runtime.status import Status
from tests.browser.server import free_port
from tests.clock import Clock
from tests.elsewhere import Elsewhere, elsewhere, idx
from tests.probes import Walk, WalkParams

BLOB = bytes(range(256)) * 2000  # half a megabyte


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where things are kept."""
    monkeypatch.setenv("MORPHOGEN_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(download, "LOOK_S", 0.01)
    return tmp_path / "state" / "data"


@pytest.fixture
def there() -> Iterator[Elsewhere]:
    with elsewhere(thing=BLOB, broken=BLOB) as server:
        yield server


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


def wait_until(holds: Callable[[], bool]) -> None:
    """For 10 s at most."""
    tick = threading.Event()
    for _ in range(1000):
        if holds():
            return
        tick.wait(0.01)
    raise AssertionError("it has not come about")


def test_a_file_is_fetched_once_and_how_far_it_is_is_told(there: Elsewhere, kept: Path) -> None:
    told: list[tuple[float, str]] = []

    def hear(share: float, doing: str) -> None:
        told.append((share, doing))
        if share > 0:
            there.held.set()

    there.held.clear()
    with heard_by(hear):
        path = fetched(there.remote("thing"))
    assert path.read_bytes() == BLOB and path.is_relative_to(kept)
    half = [doing for share, doing in told if share == pytest.approx(0.35)]
    assert half and set(half) == {"fetching The thing, 0.3 of 0.5 MB"}
    assert fetched(there.remote("thing")) == path and there.asked == ["thing"]


def test_a_file_that_was_damaged_on_the_disk_is_fetched_again(there: Elsewhere) -> None:
    path = fetched(there.remote("thing"))
    path.write_bytes(b"x" + BLOB[1:])
    assert fetched(there.remote("thing")).read_bytes() == BLOB and there.asked == ["thing"] * 2


def test_a_fetch_can_be_given_up_and_leaves_nothing(there: Elsewhere, kept: Path) -> None:
    there.held.clear()

    def hear(share: float, doing: str) -> None:
        if share > 0:
            raise GivenUp

    with heard_by(hear), pytest.raises(GivenUp):
        fetched(there.remote("thing"))
    there.held.set()
    wait_until(lambda: not download._under_way)
    assert files(kept) == [] and fetched(there.remote("thing")).read_bytes() == BLOB


def test_a_few_wait_for_one_fetch_and_others_are_asked_to_come_again(there: Elsewhere) -> None:
    there.held.clear()
    found: list[Path] = []
    waiting = [
        threading.Thread(target=lambda: found.append(fetched(there.remote("thing")))) for _ in range(MOST_WAITING)
    ]
    for thread in waiting:
        thread.start()
    wait_until(lambda: [each.waiting for each in download._under_way.values()] == [MOST_WAITING])
    wait_until(lambda: all(each.got == len(BLOB) // 2 for each in download._under_way.values()))
    with pytest.raises(Refused, match=r"fetched for others: 50 % of it is here\. Ask again in a moment\."):
        fetched(there.remote("thing"))
    there.held.set()
    for thread in waiting:
        thread.join(10)
    assert len(found) == MOST_WAITING and there.asked == ["thing"]


BAD: dict[str, tuple[Callable[[Elsewhere], Any], str]] = {
    "nobody answers": (lambda there: there.remote("thing", url=f"http://127.0.0.1:{free_port()}/thing"),
                       "127.0.0.1 cannot be reached"),
    "no such computer": (lambda there: there.remote("thing", url="http://no.invalid/thing"),
                         "no.invalid cannot be reached"),
    "it is not there": (lambda there: there.remote("other"), "127.0.0.1 answers 404 Not Found"),
    "another": (lambda there: there.remote("thing", sha256="0" * 64), "its checksum is another"),
    "larger": (lambda there: there.remote("thing", nbytes=1000), "127.0.0.1 sends more than it should"),
    "shorter": (lambda there: there.remote("thing", nbytes=len(BLOB) + 100_000),
                "127.0.0.1 broke off after 0.5 of 0.6 MB"),
    "it breaks off": (lambda there: there.remote("broken"), "127.0.0.1 broke off after 0.3 of 0.5 MB"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_to_be_had_is_refused_in_a_sentence_and_not_kept(there: Elsewhere, kept: Path, name: str) -> None:
    remote, says = BAD[name]
    with pytest.raises(Refused) as caught:
        fetched(remote(there))
    said = str(caught.value)
    assert said.startswith("The thing is not on this computer yet and cannot be fetched: ") and says in said
    assert said.endswith(" Choose other data, or try again when the computer that runs this is online.")
    assert files(kept) == [] and not download._under_way


def test_a_disk_that_may_not_be_written_is_said_to_be_so(there: Elsewhere, kept: Path) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_text("a file where the folder should be")
    with pytest.raises(Refused, match="the disk is full or may not be written"):
        fetched(there.remote("thing"))


def test_images_and_classes_are_read_as_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (30, 28, 28)), rng.integers(0, 10, 30)
    with elsewhere(x=idx(images), y=idx(labels)) as there:
        monkeypatch.setitem(ARCHIVES, "mnist", there.archive("mnist"))
        x, y = archived("mnist", 20)
    np.testing.assert_allclose(x, images[:20] / 255, atol=1e-7)
    assert x.dtype == np.float32 and y.tolist() == labels[:20].tolist()


def test_what_is_no_file_of_images_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(idx(np.array([4, 0, 9])))
    assert first_of(path, 2).tolist() == [4, 0]
    path.write_bytes(gzip.compress(b"\0\1\2\3" * 9))
    with pytest.raises(ValueError, match="is no IDX file of bytes"):
        first_of(path, 2)


def test_both_archives_are_bounded_and_said_how_large() -> None:
    assert {name: archive.megabytes for name, archive in ARCHIVES.items()} == {"mnist": 10, "fashion-mnist": 26}
    for archive in ARCHIVES.values():
        for remote in (archive.images, archive.labels):
            assert remote.url.startswith("https://") and len(remote.sha256) == 64 and remote.nbytes < 30e6


# ---- a run that wants what is not to be had -----------------------------------------------------------------------


class Wanting(Walk):
    """A ring is not to be had."""

    slug = ""

    def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        if params.shape == "ring":
            raise Refused("Rings are out of stock; take a line.")


def test_a_run_that_cannot_be_built_says_why_and_can_be_set_up_otherwise() -> None:
    run = Run(Wanting, WalkParams(walkers=8, shape="ring"), clock=Clock(tick=0.01))
    run.slice(0.0)
    assert (run.status, run.reason, run.trace) == (Status.FAILED, "Rings are out of stock; take a line.", "")
    run.submit(Reset(values={"shape": "line"}))
    run.slice(0.0)
    assert run.status == Status.RUNNING


def test_a_change_that_cannot_be_built_leaves_everything_as_it_was() -> None:
    run = Run(Wanting, WalkParams(walkers=8), clock=Clock(tick=0.01))
    run.slice(0.0)
    answer = run.submit(Reset(values={"shape": "ring"}))
    run.slice(0.0)
    with pytest.raises(CommandError, match=r"^Rings are out of stock; take a line\.$"):
        answer.result(0)
    assert run.params.shape == "line" and run.status != Status.FAILED
