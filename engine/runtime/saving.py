"""When a run is saved, and with what; :mod:`engine.runtime.keeper` does it."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from engine.exhibit import State

if TYPE_CHECKING:
    from engine.runtime.run import Run

log = logging.getLogger(__name__)


def due(run: Run) -> float:
    """When a standing run is to be saved; infinity while nothing is new, or what there is cannot be gone on from."""
    return math.inf if run.performer.in_a_step or run.good_step is not None else run.keeper.due()


def save(run: Run, state: State) -> None:
    """Save ``run``, which has this ``state``, and how it is played."""
    run.keeper.keep(run.kind.slug, run.params.model_dump(), run.performer.step, state, _how(run))


def keep_moment(run: Run, state: State) -> str:
    """Save this moment of ``run`` for a link; answers its name.

    Raises:
        StoreError: it cannot be saved.
    """
    slug, params = run.kind.slug, run.performer.exhibit.params.model_dump()
    return run.keeper.keep_moment(slug, params, run.performer.step, state, _how(run))


def _how(run: Run) -> dict[str, float | bool | None]:
    return {"playing": run.playing} | run.pace.tempo.saved()


def save_at_the_end(run: Run) -> None:
    """Save what is new of a closed run, with the step that slow motion has begun completed."""
    if not (run.performer.built and run.keeper.unsaved and run.good_step is None):
        return
    try:
        with run.performer.lane:
            run.performer.finish_step()
            save(run, run.performer.snapshot())
    except Exception:  # the run is over, and others wait
        log.exception("the last state of run %s could not be saved", run.id)
