"""Who has a place where places are few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.runtime.commands import CommandError
from engine.runtime.run import Run

EVICT_AFTER_S = 5.0  # unwatched for so long, a run makes room for another where room is short


class PoolFull(CommandError):
    """The server runs as many exhibits as it may; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What a server can hold.

    Args:
        most: runs at once.
        most_each: of them of one visitor.
        nbytes: of memory.
    """

    most: int
    most_each: int
    nbytes: int


def who_must_go(newcomer: Run, runs: Sequence[Run], limits: Limits, now: float) -> list[Run]:
    """Which runs are to be closed before ``newcomer`` is opened.

    Args:
        newcomer: not among ``runs``.
        runs: those that are open, the oldest first.
        limits: to be kept.
        now: the time by the runs' clock.

    Raises:
        PoolFull: there is no room for it.
    """
    going = [run for run in (_for_a_place(newcomer.visitor, runs, limits, now),) if run is not None]
    left = [run for run in runs if run not in going]
    needed = newcomer.kind.cost_of(newcomer.params).nbytes
    while left and sum(run.nbytes for run in left) + needed > limits.nbytes:
        away = _away(left, now)
        if not away:
            refuse_if_too_large(needed, sum(run.nbytes for run in left), limits.nbytes)
            break
        going.append(_least_missed(away, now))
        left.remove(going[-1])
    return going


def refuse_if_too_large(needed: int, others: int, most: int) -> None:
    """Say so if a run of ``needed`` bytes has no room beside what ``others`` take. Alone, it may try.

    Raises:
        PoolFull: it has none.
    """
    if others and others + needed > most:
        raise PoolFull(
            f"This needs about {needed >> 20} MB, and of the server's {most >> 20} MB {others >> 20} MB are taken. "
            "Choose something smaller, wait a little, or start the server with a larger MORPHOGEN_MEMORY."
        )


def _for_a_place(visitor: str, runs: Sequence[Run], limits: Limits, now: float) -> Run | None:
    """Which run gives its place to ``visitor``; None if there is room.

    Of a visitor who has as many as one may, one of their own. Where all places are taken, the run that has been
    unwatched for longest; if all are watched, one of the visitor who has most of them, provided that they keep at least
    as many as the newcomer then has. So whoever comes first can hold all places, but not against others.
    """
    own = [run for run in runs if visitor and run.visitor == visitor]
    if len(own) >= limits.most_each:
        return _least_missed(own, now)
    if len(runs) < limits.most:
        return None
    if away := _away(runs, now):
        return _least_missed(away, now)
    held = Counter(run.visitor for run in runs if run.visitor)
    greediest, many = max(held.items(), key=lambda item: item[1], default=("", 0))
    if not visitor or many < len(own) + 2:
        raise PoolFull(
            f"This server already runs {limits.most} exhibits. Close a tab, wait a little, "
            "or start the server with a larger MORPHOGEN_MAX_RUNS."
        )
    return _least_missed([run for run in runs if run.visitor == greediest], now)


def _away(runs: Sequence[Run], now: float) -> list[Run]:
    """Those that nobody has been looking at for a while."""
    return [run for run in runs if (since := run.viewers.alone_since(now)) is not None and now - since >= EVICT_AFTER_S]


def _least_missed(runs: Sequence[Run], now: float) -> Run:
    """The run that has been unwatched for longest or, of those that are watched, the oldest."""
    since = [(run.viewers.alone_since(now), run) for run in runs]
    away = [(time, run) for time, run in since if time is not None]
    return min(away, key=lambda item: item[0])[1] if away else runs[0]
