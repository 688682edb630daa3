"""What watching costs: a run with viewers on real sockets, in a process of their own, against the bare loop.

``python -m bench.viewers``
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import sys
import threading
import time
from typing import Any

import uvicorn
import websockets
from starlette.applications import Starlette

from bench.measure import table
from engine import stream
from engine.commands import Speed
from engine.exhibit import Exhibit, catalogue
from engine.pool import Pool
from engine.service import Service
from tests.browser.server import free_port

SECONDS, ROUNDS = 3.0, 5


async def _view(url: str, seconds: float, pause: float) -> int:
    """Watch for a while, acknowledging after ``pause``; returns the number of frames."""
    frames = 0
    async with websockets.connect(url, max_size=None, compression=None) as socket:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = await asyncio.wait_for(socket.recv(), left)
            except TimeoutError:
                break
            if isinstance(message, bytes) and b'\\"kind\\": \\"frame\\"' in message[:4000]:
                frames += 1
                await asyncio.sleep(pause)
                await socket.send('{"do": "ack"}')
    return frames


def _crowd(url: str, viewers: int, seconds: float, pause: float, answer: Any) -> None:
    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(_view(url, seconds, pause) for _ in range(viewers)))

    answer.put(asyncio.run(all_of_them()))


def watched(kind: type[Exhibit], viewers: int, *, frames_per_s: float | None = None) -> dict[str, float]:
    """Steps per second bare and watched, frames per second and viewer.

    Args:
        frames_per_s: let each viewer acknowledge so slowly that it gets about that many; None for no pause.
    """
    service = Service(Pool(), device="cpu")
    service.store = None  # type: ignore[assignment]
    port = free_port()
    app = Starlette(routes=stream.routes(lambda: service))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws_per_message_deflate=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    ratios, frames = [], []
    before_rate = bare_rate(kind)
    for _ in range(ROUNDS):
        run = service.open(kind, kind.Params())
        run.submit(Speed(steps_per_s=None)).result(30)
        url = f"ws://localhost:{port}/live/run/{run.id}?token={run.viewer_token}"
        answer = multiprocessing.get_context("spawn").Queue()
        pause = 1 / frames_per_s if frames_per_s else 0.0
        crowd = multiprocessing.get_context("spawn").Process(
            target=_crowd, args=(url, viewers, SECONDS + 1.0, pause, answer)
        )
        crowd.start()
        while run.watched < viewers:
            time.sleep(0.01)
        time.sleep(0.5)
        before, began = run.performer.step, time.perf_counter()
        time.sleep(SECONDS)
        rate = (run.performer.step - before) / (time.perf_counter() - began)
        frames += [count / (SECONDS + 1.0) for count in answer.get()]
        crowd.join()
        service.pool.close(run.id)
        after_rate = bare_rate(kind)
        bare = (before_rate + after_rate) / 2
        ratios.append(rate / bare)
        before_rate = after_rate
    server.should_exit = True
    thread.join()
    service.close()
    return {
        "bare steps/s": bare,
        "watched / bare": statistics.median(ratios),
        "frames/s per viewer, slowest": min(frames),
        "frames/s per viewer, median": statistics.median(frames),
    }


def bare_rate(kind: type[Exhibit]) -> float:
    """Steps per second of the exhibit's own loop, all cores, nothing around it."""
    exhibit = kind(kind.Params(), seed=0)
    exhibit.cores = multiprocessing.cpu_count()
    exhibit.advance(1)
    steps, chunk, began = 0, 1, time.perf_counter()
    while time.perf_counter() - began < SECONDS / 2:
        exhibit.advance(chunk)
        steps += chunk
        chunk = min(200, 2 * chunk)
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
