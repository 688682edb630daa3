"""Saved runs: data only, the owner's only, and good to go on from in another process."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.runtime import performer as performer_module
from engine.runtime.commands import CommandError, Peek, Play, Resume, Set, Step
from engine.runtime.run import Run, Status
from engine.runtime.store import Store, StoreError, pack, unpack
from tests.probes import Cloud, Finish, Walk, WalkParams

RUN, TOKEN = "a-run_1234567890", "secret"


def big_state() -> dict[str, Any]:
    return {
        "float": np.linspace(0, 1, 7),
        "half": np.arange(4, dtype=np.float16).reshape(2, 2),
        "point": np.array(2.5, np.float32),
        "flags": np.array([True, False]),
        "column": np.arange(12.0).reshape(3, 4)[:, 1],
        "empty": np.zeros((0, 3)),
        "tensor": torch.arange(6).reshape(2, 3),
        "adam": {0: {"step": torch.tensor(7.0), "exp_avg": torch.ones(2, 2, requires_grad=True)}},
        "rng": np.random.default_rng(1).bit_generator.state,
        "torch": torch.Generator().manual_seed(3).get_state(),
        "tuple": (1, "zwei", None, [True, 2.5, ()]),
        ("key", 1): -(10**40),
        "infinite": float("inf"),
    }


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and a.dtype == b.dtype and a.shape == b.shape and bool((a == b).all())
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and bool((a == b).all())
    return type(a) is type(b) and a == b


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def save(store: Store, run: str = RUN, **changes: Any) -> None:
    store.save(run, TOKEN, **{"slug": "probe-walk", "params": {"seed": 1}, "step": 5, "state": big_state(), **changes})


def file_of(store: Store) -> Path:
    (path,) = store.folder.glob("*.safetensors")
    return path


def test_a_state_comes_back_as_it_was(store: Store) -> None:
    save(store)
    about, state = store.load(RUN, TOKEN)
    assert about == {"slug": "probe-walk", "params": {"seed": 1}, "step": 5} == store.peek(RUN, TOKEN)
    assert same(state, big_state())


def test_what_comes_back_may_be_written_to() -> None:
    arrays: dict[str, np.ndarray] = {}
    tree = json.loads(json.dumps(pack({"a": np.zeros(2), "t": torch.zeros(2)}, arrays)))
    state = unpack(tree, arrays)
    state["a"] += 1
    state["t"] += 1
    assert unpack(tree, arrays)["a"].sum() == 0 and float(unpack(tree, arrays)["t"].sum()) == 0


def test_nothing_is_pickled(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    def no(*arguments: Any, **more: Any) -> None:
        raise AssertionError("pickle was called")

    for name in ("dump", "dumps", "load", "loads", "Pickler", "Unpickler"):
        monkeypatch.setattr(pickle, name, no)
    monkeypatch.setattr(torch, "save", no)
    save(store)
    store.load(RUN, TOKEN)
    text = file_of(store).read_bytes()
    assert int.from_bytes(text[:8], "little") < len(text) and text[8:9] == b"{"


@pytest.mark.parametrize("thing", [object(), lambda: 0, {1, 2}, b"bytes"])
def test_what_is_no_data_is_not_saved(store: Store, thing: Any) -> None:
    with pytest.raises(TypeError, match=f"a {type(thing).__name__} cannot be saved"):
        save(store, state={"thing": thing})
    assert not list(store.folder.glob("*")) if store.folder.exists() else True


def test_a_later_checkpoint_replaces_the_earlier(store: Store) -> None:
    save(store)
    save(store, step=9)
    assert store.peek(RUN, TOKEN)["step"] == 9
    assert [path.name for path in store.folder.iterdir()] == [f"{RUN}.safetensors"]


def test_only_the_owner_may_open(store: Store) -> None:
    save(store)
    for token in ("", "wrong", "é", TOKEN + "x"):
        with pytest.raises(StoreError, match="belongs to somebody else"):
            store.load(RUN, token)
        with pytest.raises(StoreError, match="belongs to somebody else"):
            store.peek(RUN, token)
    assert TOKEN.encode() not in file_of(store).read_bytes()


def test_a_missing_run_is_said_to_be_missing(store: Store) -> None:
    with pytest.raises(StoreError, match="nothing is saved"):
        store.load(RUN, TOKEN)


@pytest.mark.parametrize("damage", ["cut", "empty", "junk", "header", "other file", "folder"])
def test_a_damaged_file_is_said_to_be_unreadable(store: Store, damage: str) -> None:
    save(store)
    path = file_of(store)
    blob = path.read_bytes()
    if damage == "folder":
        path.unlink()
        path.mkdir()
    elif damage == "other file":
        from safetensors.numpy import save_file

        save_file({"a": np.zeros(2)}, path)
    else:
        path.write_bytes(
            {"cut": blob[:-9], "empty": b"", "junk": os.urandom(500), "header": blob[:8] + b"!" + blob[9:]}[damage]
        )
    with pytest.raises(StoreError, match="cannot be read"):
        store.load(RUN, TOKEN)


def test_a_file_whose_state_has_lost_an_array_is_unreadable(store: Store) -> None:
    from safetensors import safe_open
    from safetensors.numpy import load_file, save_file

    save(store)
    with safe_open(file_of(store), framework="numpy") as file:
        metadata = file.metadata()
    arrays = load_file(file_of(store))
    arrays.pop("a0")
    save_file(arrays, file_of(store), metadata=metadata)
    with pytest.raises(StoreError, match="cannot be read"):
        store.load(RUN, TOKEN)


def test_a_file_of_another_version_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.store.FORMAT", 0)
    save(store)
    monkeypatch.undo()
    with pytest.raises(StoreError, match="another version"):
        store.load(RUN, TOKEN)


@pytest.mark.parametrize(
    "name", ["../secret-file", "..", "", "a/b/c/d/e/f/g", "/etc/passwd", "x" * 65, "short", "with space in it",
             "a\0bcdefgh", "abcdefgh\n", "..%2f..%2fetc", "abcdefgh.safetensors"],
)  # fmt: skip
def test_a_name_that_is_no_name_is_refused(store: Store, name: str) -> None:
    for act in (lambda: store.peek(name, TOKEN), lambda: store.load(name, TOKEN), lambda: save(store, name)):
        with pytest.raises(StoreError, match="not the name of a run"):
            act()


def test_the_folder_is_the_users_own(store: Store) -> None:
    save(store)
    assert store.folder.stat().st_mode & 0o077 == 0


def test_old_files_and_too_many_files_are_dropped(tmp_path: Path) -> None:
    for index in range(6):
        save(Store(tmp_path), f"run-number-{index}")
        os.utime(tmp_path / f"run-number-{index}.safetensors", (2e9 + index, 2e9 + index))  # in the future
    store = Store(tmp_path, most=3, max_age_s=1000.0)
    store.prune()
    assert sorted(path.stem for path in tmp_path.glob("*")) == ["run-number-3", "run-number-4", "run-number-5"]
    os.utime(tmp_path / "run-number-4.safetensors", (1e9, 1e9))
    store.prune()
    assert sorted(path.stem for path in tmp_path.glob("*")) == ["run-number-3", "run-number-5"]


def test_the_folder_can_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOGEN_STATE", str(tmp_path / "elsewhere"))
    assert Store().folder == tmp_path / "elsewhere"


# ---- a run that goes on in another server -----------------------------------------------------------------------


def do(run: Run, command: Any) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


@pytest.fixture
def saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that has made four steps, saved after the third."""
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)
    run = Run(Walk, WalkParams(walkers=6, seed=4), store=store)
    run.slice(0.0)
    do(run, Set(values={"stride": 0.5}))
    for _ in range(3):
        run.keeper._next = 0.0
        do(run, Step())
    return run


def test_another_server_goes_on_identically(saved: Run, store: Store) -> None:
    later = Run(Walk, WalkParams(), store=Store(store.folder))
    later.slice(0.0)
    ask = {"run": saved.id, "token": saved.owner_token}
    assert do(later, Peek(**ask)) == {"slug": "probe-walk", "params": saved.params.model_dump(), "step": 3}
    assert do(later, Resume(**ask)) == 3
    assert later.params == saved.params and later.status == Status.RUNNING
    while later.performer.step < 50:
        later.slice(0.0)
    while saved.performer.step < later.performer.step:
        do(saved, Step())
    np.testing.assert_array_equal(
        saved.performer.exhibit.frame().arrays["at"], later.performer.exhibit.frame().arrays["at"]
    )


def test_what_is_not_there_or_not_ones_own_is_not_offered(saved: Run, store: Store) -> None:
    later = Run(Walk, WalkParams(), store=store)
    later.slice(0.0)
    for run, token in [(saved.id, "wrong"), ("no-such-run-at-all", "x"), ("../../etc/passwd", "x")]:
        assert do(later, Peek(run=run, token=token)) is None
        with pytest.raises(CommandError):
            do(later, Resume(run=run, token=token))
    assert later.status == Status.PAUSED and later.performer.step == 0


def test_a_run_of_another_exhibit_is_not_resumed(saved: Run, store: Store) -> None:
    later = Run(Cloud, Cloud.Params(), store=store)
    later.slice(0.0)
    ask = {"run": saved.id, "token": saved.owner_token}
    assert do(later, Peek(**ask)) is None
    with pytest.raises(CommandError, match="of the exhibit probe-walk"):
        do(later, Resume(**ask))


def test_a_saved_run_whose_parameters_no_longer_fit_says_so(store: Store) -> None:
    save(store, params={"stride": 77.0})
    later = Run(Walk, WalkParams(), store=store)
    later.slice(0.0)
    with pytest.raises(CommandError, match="no longer fits: stride = 77"):
        do(later, Resume(run=RUN, token=TOKEN))
    assert later.params == WalkParams()


def test_a_server_without_a_store_says_so() -> None:
    run = Run(Finish, Finish.Params())
    run.slice(0.0)
    with pytest.raises(CommandError, match="saves no runs"):
        do(run, Peek(run=RUN, token=TOKEN))


def test_a_run_saves_itself_while_it_plays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    run = Run(Walk, WalkParams(), store=store)
    run.submit(Play())
    for _ in range(20):
        run.slice(0.005)
    assert store.peek(run.id, run.owner_token)["step"] > 0
