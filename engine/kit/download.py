"""Files from elsewhere: fetched once, when somebody asks for what is in them, checked, and kept."""

from __future__ import annotations

import hashlib
import http.client
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engine.exhibit import Refused
from engine.folder import state_folder
from engine.progress import tell

PART = 1 << 16
SILENT_S, LONGEST_S = 15.0, 600.0  # a server that says nothing for so long is given up; so is a file that takes longer
LOOK_S = 0.1  # between two times that whoever waits is told how far it is
MOST_WAITING = 4  # for one file; each holds a thread
MB = 1e6


@dataclass(frozen=True)
class Remote:
    """A file that is to be had elsewhere.

    Args:
        of: what it belongs to, as people call it.
        folder: of what is kept here, in which it has its place.
        url: where it is.
        nbytes: its size; no more is read.
        sha256: its checksum.
    """

    of: str
    folder: str
    url: str
    nbytes: int
    sha256: str

    def kept(self) -> Path:
        """Where it is once it has been fetched."""
        return state_folder() / "data" / self.folder / self.url.rpartition("/")[2]

    def is_in(self, path: Path) -> bool:
        """Whether it is what ``path`` holds."""
        if not path.is_file() or path.stat().st_size != self.nbytes:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256

    def refusal(self, why: str) -> Refused:
        """It is not to be had."""
        return Refused(
            f"{self.of} is not on this computer yet and cannot be fetched: {why}. Choose other data, or try again when "
            "the computer that runs this is online."
        )


def fetched(remote: Remote) -> Path:
    """The file on this computer. Where it is not there yet it is fetched, which is told, and may be given up.

    Raises:
        Refused: it is not to be had; the sentence says why.
        GivenUp: nobody wants it any more.
    """
    path = remote.kept()
    if remote.is_in(path):
        return path
    fetch = _joined(remote, path)
    try:
        while not fetch.over.wait(LOOK_S):
            so_far = f"{fetch.got / MB:.1f} of {remote.nbytes / MB:.1f} MB"
            tell(0.7 * fetch.got / max(remote.nbytes, 1), f"fetching {remote.of}, {so_far}")
    finally:
        fetch.leave()
    if fetch.wrong is not None:
        raise remote.refusal(fetch.wrong)
    return path


def _joined(remote: Remote, path: Path) -> _Fetch:
    """The fetch that is under way, or a new one; one more waits for it."""
    with _lock:
        fetch = _under_way.get(path)
        if fetch is None or fetch.unwanted.is_set():
            fetch = _under_way[path] = _Fetch(remote, path)
        elif fetch.waiting >= MOST_WAITING:
            share = f"{100 * fetch.got / max(remote.nbytes, 1):.0f} % of it is here"
            raise Refused(f"{remote.of} is just being fetched for others: {share}. Ask again in a moment.")
        fetch.waiting += 1
        return fetch


class _Fetch:
    """A file on its way, for everybody who waits for it; given up when nobody does.

    Attributes:
        got: so many bytes are there. wrong: why it has failed, once it is ``over``.
    """

    def __init__(self, remote: Remote, path: Path) -> None:
        self.remote, self.path = remote, path
        self.got = self.waiting = 0
        self.wrong: str | None = None
        self.over, self.unwanted = threading.Event(), threading.Event()
        threading.Thread(target=self._run, name="morphogen-fetch", daemon=True).start()

    def leave(self) -> None:
        """One fewer waits for it."""
        with _lock:
            self.waiting -= 1
            if self.waiting == 0:
                self.unwanted.set()

    def _run(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
                draft = Path(folder) / self.path.name
                self._write(draft)
                draft.replace(self.path)
        except _Wrong as wrong:
            self.wrong = str(wrong)
        except OSError:
            self.wrong = "the disk is full or may not be written"
        finally:
            with _lock:
                if _under_way.get(self.path) is self:
                    del _under_way[self.path]
            self.over.set()

    def _write(self, draft: Path) -> None:
        with draft.open("wb") as file:
            for part in self._parts():
                file.write(part)
        if not self.remote.is_in(draft):
            raise _Wrong("what came is not what it should be (its checksum is another)")

    def _parts(self) -> Iterator[bytes]:
        """What comes, no more than there should be."""
        host, until = urlsplit(self.remote.url).hostname, time.monotonic() + LONGEST_S
        try:
            with urllib.request.urlopen(self.remote.url, timeout=SILENT_S) as answer:
                while part := answer.read1(PART):
                    self.got += len(part)
                    if self.got > self.remote.nbytes:
                        raise _Wrong(f"{host} sends more than it should")
                    if self.unwanted.is_set() or time.monotonic() > until:
                        raise _Wrong(f"{host} is too slow")
                    yield part
                if self.got < self.remote.nbytes:
                    raise _Wrong(f"{host} broke off after {self.got / MB:.1f} of {self.remote.nbytes / MB:.1f} MB")
        except urllib.error.HTTPError as error:
            raise _Wrong(f"{host} answers {error.code} {error.reason}") from None
        except (OSError, http.client.HTTPException):
            raise _Wrong(f"{host} cannot be reached") from None


class _Wrong(Exception):
    """Why a file cannot be had, as the middle of a sentence."""


_lock = threading.Lock()
_under_way: dict[Path, _Fetch] = {}
