"""Work in a process of its own, for a library that loads slowly, may bring its process down, or cannot be stopped.

The process starts with the first request, does one after the other, and ends when it has had nothing to do for a while
or when this one ends. What it answers is copied here; how it fails is told in a sentence.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

HOUSE = Path(__file__).parent.parent.parent
START_S = 60.0
IDLE_S = 120.0


class Failed(ValueError):
    """The work could not be done; the sentence says why."""


class Apart:
    """A process that calls functions of one module on request.

    Args:
        module: its functions can be asked for. Its ``prepare()``, if it has one, is called as the process starts.
        memory: bytes that the process may take beyond what it needs to start, where the system can see to that.
        command: how the process is started.
    """

    def __init__(self, module: str, memory: int = 1 << 31, command: tuple[str, ...] = (sys.executable,)) -> None:
        self.module, self.memory, self.command = module, memory, command
        self._process: subprocess.Popen[bytes] | None = None
        self._missing = ""  # why the module cannot be had, which does not change while this process lives
        self._turn = threading.Lock()
        self._idle: threading.Timer | None = None

    def ask(self, function: str, *arguments: Any, seconds: float) -> Any:
        """What ``function`` of the module answers.

        Args:
            seconds: longest time it may take, and that it may wait for its turn; starting the process comes on top.

        Raises:
            Failed: it refused, took too long, needed too much memory, or brought its process down.
        """
        if not self._turn.acquire(timeout=seconds):
            raise Failed("Too many others are waiting for the same; try again in a moment.")
        try:
            self._hold()
            return self._asked(function, arguments, seconds)
        finally:
            self._rest()
            self._turn.release()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            self._end()

    def _asked(self, function: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        if self._missing:
            raise Failed(self._missing)
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._start()
        good, answer = self._spoken(process, (function, arguments), seconds)
        if not good:
            raise Failed(answer)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*self.command, "-m", __name__, self.module, str(self.memory)],
            cwd=HOUSE,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        good, answer = self._spoken(process, None, START_S)
        if not good:
            process.communicate()
            if process.returncode == 0:  # it said so itself, and was not ended
                self._missing = answer
            raise Failed(answer)
        return process

    def _spoken(self, process: subprocess.Popen[bytes], request: object, seconds: float) -> tuple[bool, Any]:
        """Send a request, if there is one, and wait for the answer; the process does not outlive its time."""
        assert process.stdin is not None and process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        alarm = threading.Timer(seconds, stop)
        alarm.start()
        try:
            if request is not None:
                _put(process.stdin, request)
            good, answer = pickle.load(process.stdout)
            return bool(good), answer
        except (EOFError, OSError, pickle.UnpicklingError):
            process.kill()
            process.wait()
            return (
                False,
                f"It took longer than {seconds:g} seconds."
                if late.is_set()
                else "It brought down the process that was at work on it.",
            )
        finally:
            alarm.cancel()

    def _hold(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _rest(self) -> None:
        self._idle = threading.Timer(IDLE_S, self.close)
        self._idle.daemon = True
        self._idle.start()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _put(pipe: IO[bytes], message: object) -> None:
    pickle.dump(message, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _serve(module: str, memory: int) -> None:
    """The process's life: answer requests until the pipe is closed.

    What libraries print goes where errors go, so that only answers reach the pipe.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        home = importlib.import_module(module)
        getattr(home, "prepare", bool)()
        _bound(memory)
    except Exception as error:
        _put(answers, (False, _sentence(error)))
        return
    _put(answers, (True, None))
    while True:
        try:
            function, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = (True, getattr(home, function)(*arguments))
        except Exception as error:
            answer = (False, _sentence(error))
        _put(answers, answer)


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "It needs more memory than it may take."
    return str(error) if isinstance(error, (ValueError, ImportError)) else f"{type(error).__name__}: {error}"


def _bound(memory: int) -> None:
    """From here on the process may take so many bytes more, where the system can see to that."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
