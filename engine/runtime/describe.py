"""A run's state in words and numbers, as its viewers are told it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.runtime.run import Run


def describe(run: Run) -> dict[str, Any]:
    """The state of ``run`` as plain JSON."""
    return {
        "type": "state",
        "run": run.id,
        "exhibit": run.kind.slug,
        "status": run.status.value,
        "reason": run.reason,
        "trace": run.trace,
        "good_step": run.good_step,
        "step": run.performer.step,
        "speed": None if run.pace.unlimited else run.pace.speed,
        "slow": run.pace.slow,
        "pace": run.pace.pace,
        "device": run.device,
        "device_pinned": run.pinned is not None,
        "params": run.params.model_dump(),
        "query": _query(run),
        "params_version": run.params_version,
        "checkpoints": run.performer.checkpoints.steps,
        "watching": run.viewers.watching,
        "led": run.viewers.led,
        "drawn": run.performer.drawn,
        "undo": run.undo.before and run.undo.before.step,
        "deed": run.deed,
        "building": {"share": run.build_under_way.share, "doing": run.build_under_way.doing},
    }


def _query(run: Run) -> dict[str, str]:
    """What a link to another run like this one says."""
    tempo = run.pace.tempo.to_query(run.kind.default_speed)
    return run.params.to_query() | tempo | ({"device": run.pinned} if run.pinned else {})
