"""An hour of people who come, touch everything and go; what it costs the server is printed minute by minute.

``python -m bench.soak [MINUTES] [PEOPLE]`` (default 60 and 40). Ends with 1 if memory, threads or descriptors grow
without end, or a run has failed.
"""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.starve import Eye, leave
from engine.exhibit import catalogue
from engine.runtime.commands import Command, CommandError, Fork, Pause, Play, Reset, Seek, Set, Slow, Speed, Step
from engine.runtime.overview import overview
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.service import Service
from engine.runtime.store import Store
from tests.harden.sweep import any_params

SMALL = {"adversarial-patterns": {"n": 40, "side": "8", "inits": 2, "m": "64"}, "turing": {"size": "128"},
         "completion": {"size": "tiny"}}  # fmt: skip
TOLD = ("memory_bytes", "threads", "descriptors", "longest_wait_seconds", "failures_total")
GROWTH = 1.3  # of memory from the second quarter to the last, at most


def _something(run: Run, rng: random.Random) -> Command:
    live = [name for name, knob in run.kind.Params.knobs().items() if knob.kind == "live"]
    wanted = any_params(run.kind, rng, SMALL.get(run.kind.slug, {})).model_dump()
    return rng.choice(
        [Play(), Play(), Pause(), Step(), Slow(on=rng.random() < 0.3), Speed(steps_per_s=rng.choice([None, 30.0, 1e4])),
         Reset(), Reset(values={"seed": rng.randrange(99)}), Seek(step=rng.randrange(1000)), Fork(),
         Set(values={name: wanted[name] for name in rng.sample(live, min(2, len(live)))})]
    )  # fmt: skip


def _visit(service: Service, rng: random.Random) -> None:
    """Come, look, touch, go."""
    kind = rng.choice(list(catalogue().values()))
    try:
        run = service.open(kind, any_params(kind, rng, SMALL.get(kind.slug, {})), visitor=f"{rng.randrange(10)}")
    except CommandError:  # full
        time.sleep(0.5)
        return
    eye = Eye(run)
    for _ in range(rng.randrange(1, 30)):
        with contextlib.suppress(CommandError):  # said in words: that is all that is wanted of it
            run.submit(_something(run, rng))
        time.sleep(rng.uniform(0.01, 0.5))
    eye.close()
    if rng.random() < 0.7:
        service.pool.close(run.id)


def soak(minutes: float, people: int, seed: int = 0) -> int:
    """Let them in; returns the exit status."""
    over, seen = threading.Event(), []
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Pool(max_runs=people), Store(Path(folder)), "cpu")

        def live(number: int) -> None:
            rng = random.Random(seed * 1000 + number)
            while not over.is_set():
                _visit(service, rng)

        crowd = [threading.Thread(target=live, args=(number,), daemon=True) for number in range(people)]
        for person in crowd:
            person.start()
        looks = max(4, round(minutes))
        for look in range(looks):
            over.wait(minutes * 60 / looks)
            seen.append(overview(service))
            told = {name: seen[-1][name] for name in TOLD}
            print(f"{look + 1:4d}/{looks}", told, flush=True)
        over.set()
        for person in crowd:
            person.join(30)
        service.close()
    return _verdict(seen)


def _verdict(seen: list[dict]) -> int:
    half, last = len(seen) // 2, len(seen) * 3 // 4
    wrong = [f"{seen[-1]['failures_total']} runs have failed"] * bool(seen[-1]["failures_total"])
    for name in ("memory_bytes", "threads", "descriptors"):
        before, after = (max(each[name] for each in part) for part in (seen[half // 2 : half], seen[last:]))
        if after > GROWTH * before:
            wrong.append(f"{name} has grown from {before} to {after}")
    print("; ".join(wrong) or "nothing grows, nothing fails")
    return 1 if wrong else 0


def main() -> int:
    """As the command line says."""
    minutes, people = (*map(float, sys.argv[1:3]), *(60.0, 40.0)[len(sys.argv[1:3]) :])
    return soak(minutes, int(people))


if __name__ == "__main__":
    leave(main())
