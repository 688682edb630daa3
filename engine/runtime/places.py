"""Who has a place where places are few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.runtime.commands import CommandError
from engine.runtime.run import Run

EVICT_AFTER_S = 5.0  # unwatched for so long, a run makes room for another where room is short


class PoolFull(CommandError):
    """The server runs as many exhibits as it may; the message says what to do."""


def who_must_go(visitor: str, runs: Sequence[Run], most: int, most_each: int, now: float) -> Run | None:
    """Which run is to be closed before ``visitor`` opens another; None if there is room.

    Of a visitor who has ``most_each`` already, one of their own. Where all ``most`` places are taken, the run that has
    been unwatched for longest; if all are watched, one of the visitor who has most of them, provided that they keep at
    least as many as the newcomer then has. So whoever comes first can hold all places, but not against others.

    Args:
        visitor: who comes; nothing if that is not known.
        runs: those that are open, the oldest first.
        now: the time by the runs' clock.

    Raises:
        PoolFull: nobody is to go.
    """
    own = [run for run in runs if visitor and run.visitor == visitor]
    if len(own) >= most_each:
        return _least_missed(own, now)
    if len(runs) < most:
        return None
    away = [run for run in runs if (since := run.viewers.alone_since(now)) is not None and now - since >= EVICT_AFTER_S]
    if away:
        return _least_missed(away, now)
    held = Counter(run.visitor for run in runs if run.visitor)
    greediest, many = max(held.items(), key=lambda item: item[1], default=("", 0))
    if not visitor or many < len(own) + 2:
        raise PoolFull(
            f"This server already runs {most} exhibits. Close a tab, wait a little, "
            "or start the server with a larger MORPHOGEN_MAX_RUNS."
        )
    return _least_missed([run for run in runs if run.visitor == greediest], now)


def _least_missed(runs: Sequence[Run], now: float) -> Run:
    """The run that has been unwatched for longest or, of those that are watched, the oldest."""
    since = [(run.viewers.alone_since(now), run) for run in runs]
    away = [(time, run) for time, run in since if time is not None]
    return min(away, key=lambda item: item[0])[1] if away else runs[0]
