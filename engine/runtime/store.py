"""Checkpoints on disk: safetensors for the arrays, JSON for the rest. No pickle, so a file is only ever data.

A restarted server finds here the latest good checkpoint of each run and can offer to go on from it. A file is
found by the run's unguessable id and opened with its owner's token or its watchers', of which only hashes are kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from engine.exhibit import State
from engine.folder import state_folder
from engine.runtime.packing import pack, unpack

__all__ = ["Store", "StoreError", "pack", "unpack"]

FORMAT = 2
FURTHEST = 2**53  # step that a file may name
ABANDONED_S = 3600.0  # after that long nobody is still writing a draft
STARTED = time.time()
UNREADABLE = (
    SafetensorError, LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError, OSError,
)  # fmt: skip


class StoreError(ValueError):
    """A saved run is missing, unreadable or not the asker's; the message says which."""


class Store:
    """A folder of saved runs.

    Args:
        folder: created when first needed; default ``$MORPHOGEN_STATE`` or ``~/.cache/morphogen/runs``.
        most: only that many files are kept, the newest,
        most_bytes: of so many bytes together at most.
        max_age_s: older files are dropped.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        most: int = 200,
        most_bytes: int = 1 << 30,
        max_age_s: float = 14 * 86400,
    ) -> None:
        self.folder = Path(folder or state_folder())
        self.most, self.most_bytes = most, most_bytes
        self.max_age_s = max_age_s

    def save(
        self,
        run_id: str,
        token: str,
        *,
        slug: str,
        params: dict[str, Any],
        step: int,
        state: State,
        how: dict[str, Any] | None = None,
        viewer: str = "",
    ) -> None:
        """Write the checkpoint of a run, replacing its previous one in one move.

        Args:
            run_id, token: of the run and of its owner.
            slug, params, step, state: what is saved of it.
            how: it was played, as plain JSON.
            viewer: token of those who watch: they may go on from it too.

        Raises:
            OSError: the folder cannot be written.
        """
        arrays: dict[str, np.ndarray] = {}
        about = {
            "format": FORMAT,
            "slug": slug,
            "params": params,
            "step": step,
            "owner": _digest(token),
            "state": pack(state, arrays),
            **({"how": how} if how else {}),
            **({"viewer": _digest(viewer)} if viewer else {}),
        }
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(run_id)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        try:
            draft.write_bytes(save(arrays, metadata={"about": json.dumps(about)}))
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        self.prune()

    def peek(self, run_id: str, token: str) -> dict[str, Any]:
        """What is saved of a run, without its state: ``slug``, ``params``, ``step``.

        Raises:
            StoreError: there is none, or the token is not its owner's.
        """
        about, _ = self._open(run_id, token, arrays=False)
        return {key: about[key] for key in ("slug", "params", "step")}

    def load(self, run_id: str, token: str) -> tuple[dict[str, Any], State]:
        """As :meth:`peek`, and the state itself."""
        about, arrays = self._open(run_id, token, arrays=True)
        try:
            return {key: about[key] for key in ("slug", "params", "step")}, unpack(about["state"], arrays)
        except UNREADABLE as error:
            raise StoreError(f"what is saved of that run cannot be read: {error!r}") from None

    def how(self, run_id: str, token: str) -> dict[str, Any]:
        """How the run was played, as far as it was told when it was saved."""
        about, _ = self._open(run_id, token, arrays=False)
        how = about.get("how")
        return how if isinstance(how, dict) else {}

    def prune(self) -> None:
        """Drop the oldest files beyond the limits, and what a save that was killed has left."""
        ages: list[tuple[float, int, Path]] = []
        for file in self.folder.glob("*.safetensors"):
            with contextlib.suppress(FileNotFoundError):  # another run's worker has dropped it
                ages.append((file.stat().st_mtime, file.stat().st_size, file))
        horizon, total = time.time() - self.max_age_s, 0
        for index, (changed, size, file) in enumerate(sorted(ages, reverse=True)):
            total += size
            if index >= self.most or changed < horizon or total > self.most_bytes:
                file.unlink(missing_ok=True)
        for pattern in ("*.draft", ".tmp*"):
            for file in self.folder.glob(pattern):
                with contextlib.suppress(FileNotFoundError):
                    if _abandoned(file):
                        file.unlink()

    def _path(self, run_id: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", run_id):
            raise StoreError("that is not the name of a run")
        return self.folder / f"{run_id}.safetensors"

    def _open(self, run_id: str, token: str, *, arrays: bool) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        path = self._path(run_id)
        if not path.exists():
            raise StoreError("nothing is saved of that run")
        try:
            if not path.is_file():  # to open a pipe would wait for whoever writes into it
                raise OSError("it is not a file")
            if path.stat().st_mtime < time.time() - self.max_age_s:
                raise StoreError("what was saved of that run has been dropped")
            with safe_open(path, framework="numpy") as file:
                about = json.loads(file.metadata()["about"])
                _check(about)
                if about["format"] != FORMAT:
                    raise StoreError("that run was saved by another version of Morphogen")
                if not _opens(about, token):
                    raise StoreError("that run belongs to somebody else")
                return about, {name: file.get_tensor(name) for name in file.keys()} if arrays else {}  # noqa: SIM118
        except StoreError:
            raise
        except UNREADABLE as error:
            raise StoreError(f"what is saved of that run cannot be read: {str(error)[:200]}") from None


def _check(about: Any) -> None:
    """Whether ``about`` is what :meth:`Store.save` writes.

    Raises:
        TypeError: a part has not the type it should have.
        KeyError: a part is missing.
        ValueError: the step cannot be.
    """
    for name, kind in (("format", int), ("slug", str), ("params", dict), ("step", int), ("owner", str)):
        if type(about[name]) is not kind:
            raise TypeError(f"its {name} is a {type(about[name]).__name__}")
    if not 0 <= about["step"] <= FURTHEST:
        raise ValueError("its step cannot be")


def _opens(about: dict[str, Any], token: str) -> bool:
    """Whether ``token`` is the owner's, or that of those who watch where they have one."""
    shown, viewer = _digest(token), about.get("viewer")
    watches = isinstance(viewer, str) and hmac.compare_digest(viewer.encode(), shown.encode())
    return hmac.compare_digest(about["owner"].encode(), shown.encode()) or watches


def _abandoned(draft: Path) -> bool:
    """Whether nobody is still writing ``draft``, whose name tells the process that does."""
    changed = draft.stat().st_mtime
    if changed < time.time() - ABANDONED_S:
        return True
    parts = draft.name.split(".")
    if len(parts) != 3 or not parts[1].isdecimal():
        return False
    if int(parts[1]) == os.getpid():  # perhaps one before us had the same number
        return changed < STARTED - 1
    try:
        os.kill(int(parts[1]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it is somebody else's, and lives
        return False
    return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
