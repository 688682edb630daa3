"""Saved files that somebody has tampered with, or that a killed server has left: refused in words, or swept away."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from engine.runtime.commands import CommandError, Peek, Resume
from engine.runtime.run import Run, Status
from engine.runtime.store import Store, StoreError
from tests.probes import Walk, WalkParams
from tests.waiting import PATIENCE_S

RUN, TOKEN = "a-run_1234567890", "secret"
ASK = {"run": RUN, "token": TOKEN}


def do(run: Run, command: Any) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """With one run of the walk in it, saved after three steps."""
    store = Store(tmp_path)
    exhibit = Walk(WalkParams(), seed=0)
    exhibit.advance(3)
    store.save(RUN, TOKEN, slug=Walk.slug, params=WalkParams().model_dump(), step=3, state=exhibit.state_dict())
    return store


@pytest.fixture
def fresh(store: Store) -> Run:
    run = Run(Walk, WalkParams(), store=store)
    run.slice(0.0)
    return run


def path_of(store: Store) -> Path:
    return store.folder / f"{RUN}.safetensors"


def rewrite(store: Store, about: Any = None, arrays: Any = None) -> None:
    """Change what is saved: ``about`` answers the new text of it, ``arrays`` changes the arrays."""
    path = path_of(store)
    with safe_open(path, framework="numpy") as file:
        text = file.metadata()["about"]
    kept = load_file(path)
    if arrays:
        arrays(kept)
    save_file(kept, path, metadata={"about": about(text) if about else text})


def with_key(key: str, value: Any) -> Any:
    return lambda text: json.dumps(json.loads(text) | {key: value})


def without(key: str) -> Any:
    return lambda text: json.dumps({name: value for name, value in json.loads(text).items() if name != key})


ABOUT = {
    "step null": with_key("step", None), "step negative": with_key("step", -5), "step vast": with_key("step", 10**30),
    "step a text": with_key("step", "7"), "step true": with_key("step", True), "step a half": with_key("step", 0.5),
    "step of 5000 digits": lambda text: text.replace('"step": 3', '"step": ' + "7" * 5000),
    "no step": without("step"), "no slug": without("slug"), "no params": without("params"),
    "no owner": without("owner"), "no format": without("format"), "owner a number": with_key("owner", 7),
    "params a list": with_key("params", [1]), "slug a list": with_key("slug", ["probe-walk"]),
    "deep": lambda text: "[" * 100_000,
    "deep inside": lambda text: text[:-1] + ', "x": ' + "[" * 9999 + "]" * 9999 + "}",
    "a list": lambda text: "[]", "a number": lambda text: "7",
}  # fmt: skip
STATE = {
    "no state": without("state"), "state null": with_key("state", None), "state a text": with_key("state", "dict"),
    "state empty": with_key("state", {"dict": []}), "state odd": with_key("state", {"dict": [[1]]}),
    "state a list": with_key("state", {"list": [{"value": 1}], "tuple": False}),
    "unknown array": with_key("state", {"dict": [[{"value": "at"}, {"array": "zz"}]]}),
    "a list for a key": with_key("state", {"dict": [[{"list": [], "tuple": False}, {"value": 1}]]}),
}  # fmt: skip


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT)
def test_a_file_that_is_not_what_was_saved_is_neither_offered_nor_taken(store: Store, fresh: Run, about: Any) -> None:
    rewrite(store, about)
    with pytest.raises(StoreError):
        store.load(RUN, TOKEN)
    assert do(fresh, Peek(**ASK)) is None
    with pytest.raises(CommandError):
        do(fresh, Resume(**ASK))
    assert (fresh.status, fresh.performer.step, fresh.params) == (Status.PAUSED, 0, WalkParams())


@pytest.mark.parametrize("about", STATE.values(), ids=STATE)
def test_a_state_that_is_none_is_refused_and_the_run_is_left_as_it_was(store: Store, fresh: Run, about: Any) -> None:
    rewrite(store, about)
    with pytest.raises(CommandError):
        do(fresh, Resume(**ASK))
    assert (fresh.status, fresh.performer.step, fresh.params) == (Status.PAUSED, 0, WalkParams())
    fresh.submit(Peek(**ASK))
    fresh.slice(0.0)
    assert fresh.status == Status.PAUSED


@pytest.mark.parametrize("shape", [(0,), (2, 2), ()])
def test_a_state_of_a_wrong_shape_is_refused(store: Store, fresh: Run, shape: tuple[int, ...]) -> None:
    def reshape(arrays: dict[str, np.ndarray]) -> None:
        arrays["a0"] = np.zeros(shape)

    rewrite(store, arrays=reshape)
    with pytest.raises(CommandError, match="cannot be gone on from"):
        do(fresh, Resume(**ASK))
    assert (fresh.status, fresh.performer.step) == (Status.PAUSED, 0)


def test_a_state_that_has_run_away_is_refused(store: Store, fresh: Run) -> None:
    rewrite(store, arrays=lambda arrays: arrays["a0"].fill(np.nan))
    with pytest.raises(CommandError, match="cannot be gone on from"):
        do(fresh, Resume(**ASK))
    assert fresh.status == Status.PAUSED and fresh.good_step is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_the_place_of_a_file_does_not_hang_the_process(store: Store, fresh: Run) -> None:
    path_of(store).unlink()
    os.mkfifo(path_of(store))
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(do(fresh, Peek(**ASK))), daemon=True)
    asking.start()
    asking.join(PATIENCE_S / 4)
    if asking.is_alive():
        os.close(os.open(path_of(store), os.O_WRONLY))  # let it go
    assert answers == [None]


# ---- what is left behind ----------------------------------------------------------------------------------------


def test_what_a_killed_save_has_left_is_swept_away_at_the_next_start(store: Store) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    litter = [".tmpAb12Cd", f"{RUN}.draft", f"{RUN}.{dead.pid}.draft"]
    for name in litter:
        (store.folder / name).write_bytes(b"half")
        os.utime(store.folder / name, (1e9, 1e9))
    os.utime(store.folder / litter[2])  # written just now, by a process that is no more
    (store.folder / "somebody's.txt").write_text("not ours")
    Store(store.folder).prune()
    assert {path.name for path in store.folder.iterdir()} == {f"{RUN}.safetensors", "somebody's.txt"}


def test_a_save_under_way_in_another_process_is_left_alone(store: Store) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        draft = store.folder / f"{RUN}.{other.pid}.draft"
        draft.write_bytes(b"half")
        store.prune()
        assert draft.exists()
    finally:
        other.communicate(b"\n")


def test_the_bytes_on_disk_are_bounded_and_the_oldest_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path, most_bytes=100_000)
    for index in range(6):
        saved = {"slug": "s", "params": {}, "step": 1, "state": {"a": np.zeros(5000)}}  # 40 kB
        Store(tmp_path).save(f"run-number-{index}", TOKEN, **saved)
        os.utime(tmp_path / f"run-number-{index}.safetensors", (2e9 + index, 2e9 + index))
    store.prune()
    assert sorted(path.stem for path in tmp_path.glob("*")) == ["run-number-4", "run-number-5"]


SAVER = """
import sys, numpy as np
from pathlib import Path
from engine.runtime.store import Store
store, step = Store(Path(sys.argv[1])), 0
while True:
    step += 1
    store.save("a-run_1234567890", "secret", slug="s", params={}, step=step, state={"a": np.full(400_000, float(step))})
    if step == 1:
        print("saving", flush=True)
"""


def kill_while_saving(folder: Path, times: int, seed: int) -> None:
    """Kill a process that does nothing but save; the file is whole each time, and a new start leaves no litter."""
    rng = random.Random(seed)
    for _ in range(times):
        saver = subprocess.Popen([sys.executable, "-c", SAVER, str(folder)], stdout=subprocess.PIPE)
        assert saver.stdout is not None and saver.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.03))  # any moment of a save
        saver.kill()
        saver.communicate()
        store = Store(folder)
        about, state = store.load(RUN, TOKEN)
        assert set(state["a"].tolist()) == {float(about["step"])}
        store.prune()
        assert [path.name for path in folder.iterdir()] == [f"{RUN}.safetensors"]


def test_a_server_killed_while_it_saves_leaves_a_whole_file_and_no_litter(tmp_path: Path) -> None:
    kill_while_saving(tmp_path, times=2, seed=1)


@pytest.mark.science
def test_two_hundred_kills_while_saving(tmp_path: Path) -> None:
    kill_while_saving(tmp_path, times=200, seed=2)
