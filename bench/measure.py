"""What every bench needs: alternating repetitions, medians, and a table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def rates(peers: Mapping[str, Callable[[int], None]], *, seconds: float = 0.4, rounds: int = 5) -> dict[str, float]:
    """Steps per second of each peer, the median over rounds in which they take turns.

    Args:
        peers: each does the given number of steps.
        seconds: about how long one turn takes.
    """
    counts = {name: _calibrate(run, seconds) for name, run in peers.items()}
    found: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, run in peers.items():
            began = time.perf_counter()
            run(counts[name])
            found[name].append(counts[name] / (time.perf_counter() - began))
    return {name: statistics.median(values) for name, values in found.items()}


def _calibrate(run: Callable[[int], None], seconds: float) -> int:
    run(1)  # compiling does not count
    steps = 1
    while True:
        began = time.perf_counter()
        run(steps)
        spent = time.perf_counter() - began
        if spent > seconds / 10:
            return max(1, round(steps * seconds / spent))
        steps *= 4


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of the others do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(title: str, rows: Mapping[str, object]) -> None:
    """Print a small table."""
    print(f"\n{title}")
    for name, value in rows.items():
        text = (
            f"{value:,.3g}"
            if isinstance(value, float) and value < 100
            else f"{value:,.0f}"
            if isinstance(value, float)
            else value
        )
        print(f"  {name:<52} {text}")
