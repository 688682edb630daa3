"""What watching costs: a run with viewers on real sockets, in a process of their own, against the bare loop.

``python -m bench.viewers``
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
import websockets
from starlette.applications import Starlette

from bench.measure import table
from engine.exhibit import Exhibit, catalogue
from engine.params import Params
from engine.runtime import stream
from engine.runtime.commands import Pause, Play, Reset, Speed
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.service import Service
from tests.browser.server import free_port

SECONDS, TURN_S, ROUNDS = 5.0, 0.6, 15
CALL_S = 0.1  # the bare loop's calls last about that long: whatever a call costs does not count


async def _view(url: str, seconds: float, pause: float) -> int:
    """Watch for a while, acknowledging after ``pause``; returns the number of frames."""
    frames = 0
    async with websockets.connect(url, max_size=None, compression=None) as socket:
        due = time.monotonic()
        end = due + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = await asyncio.wait_for(socket.recv(), left)
            except TimeoutError:
                break
            if isinstance(message, bytes) and b'\\"kind\\": \\"frame\\"' in message[:4000]:
                frames += 1
                due = max(due + pause, time.monotonic() - pause)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await socket.send('{"do": "ack"}')
    return frames


def _crowd(url: str, viewers: int, seconds: float, pause: float, answer: Any) -> None:
    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(_view(url, seconds, pause) for _ in range(viewers)))

    answer.put(asyncio.run(all_of_them()))


class Served:
    """An engine on a real server, with nobody to save its runs.

    A context manager, for the server's thread ends with it.
    """

    def __init__(self) -> None:
        self.service = Service(Pool(), device="cpu")
        self.service.store = None  # type: ignore[assignment]
        self.port = free_port()
        app = Starlette(routes=stream.routes(lambda: self.service))
        self.server = uvicorn.Server(
            uvicorn.Config(app, port=self.port, log_level="error", ws_per_message_deflate=False)
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> Served:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *error: object) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.service.close()

    @contextlib.contextmanager
    def run(self, kind: type[Exhibit[Any]], params: Params | None = None) -> Iterator[tuple[Run, str]]:
        """A run that goes as fast as it can, and where to watch it."""
        run = self.service.open(kind, params or kind.Params())
        run.submit(Speed(steps_per_s=None)).result(30)
        yield run, f"ws://localhost:{self.port}/live/run/{run.id}?token={run.viewer_token}"
        self.service.pool.close(run.id)


def watched(
    kind: type[Exhibit[Any]],
    viewers: int,
    *,
    frames_per_s: float | None = None,
    params: Params | None = None,
    rounds: int = ROUNDS,
) -> dict[str, float]:
    """Steps per second bare and watched, frames per second and viewer.

    Args:
        frames_per_s: let each viewer acknowledge so slowly that it gets about that many; None for no pause.
        params: of the run; default its defaults.
        rounds: in which both take turns.
    """
    pause = 1 / frames_per_s if frames_per_s else 0.0
    with Served() as served, served.run(kind, params) as (run, url):
        with crowd(url, viewers, rounds * 3 * TURN_S + 2, pause):
            wait_for(run, viewers)
            ratios, rates = alternate(run, rounds)
        run.submit(Reset()).result(30)  # a run that has gone astray, or stands
        run.submit(Play()).result(30)
        with crowd(url, viewers, SECONDS, pause) as answer:
            frames = [count / SECONDS for count in answer.get()]
    return {
        "bare steps/s": statistics.median(rates),
        "watched / bare": statistics.median(ratios),
        "frames/s per viewer, slowest": min(frames),
        "frames/s per viewer, median": statistics.median(frames),
    }


def wait_for(run: Run, viewers: int) -> None:
    """Wait until so many watch."""
    while run.watched < viewers:
        time.sleep(0.01)


@contextlib.contextmanager
def crowd(url: str, viewers: int, seconds: float, pause: float) -> Iterator[Any]:
    """Viewers in a process of their own; gives the queue in which they will put how many frames each has seen."""
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    process = spawn.Process(target=_crowd, args=(url, viewers, seconds, pause, answer))
    process.start()
    yield answer
    process.terminate()
    process.join()


def alternate(run: Run, rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
    """The watched run and the exhibit's own loop in short turns; returns the ratios of neighbours, and bare rates."""
    bare = run.kind(run.params, seed=0)
    bare.cores = multiprocessing.cpu_count()
    ratios, rates = [], [bare_rate(bare)]
    for _ in range(rounds):
        run.submit(Play() if run.good_step is None else Reset()).result(30)
        time.sleep(0.1)
        before, began = run.performer.step, time.perf_counter()
        time.sleep(TURN_S)
        rate = (run.performer.step - before) / (time.perf_counter() - began)
        run.submit(Pause()).result(30)
        rates.append(bare_rate(bare))
        ratios.append(rate / ((rates[-2] + rates[-1]) / 2))
    return ratios, rates


def bare_rate(exhibit: Exhibit[Any]) -> float:
    """Steps per second of the exhibit's own loop, all cores, nothing around it."""
    steps, chunk, began = 0, 1, time.perf_counter()
    while (now := time.perf_counter()) - began < TURN_S:
        exhibit.advance(chunk)
        steps += chunk
        if time.perf_counter() - now < CALL_S / 2:
            chunk *= 2
    return steps / (time.perf_counter() - began)


def main() -> None:
    """Measure every exhibit named on the command line, or all."""
    for slug in sys.argv[1:] or catalogue():
        kind = catalogue()[slug]
        table(f"{slug}: one viewer at 30 frames/s", watched(kind, 1, frames_per_s=30))
        table(f"{slug}: twenty viewers", watched(kind, 20))
    print(json.dumps({"done": True}))


if __name__ == "__main__":
    main()
