"""The performer: drives one exhibit step by step or phase by phase, and remembers where it has been.

It belongs to whichever worker holds it; it knows nothing of commands, viewers or status.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

from engine.exhibit import Exhibit, State, first_infinite
from engine.params import Params
from engine.runtime.devices import Lane, to_host
from engine.runtime.memory import Checkpoint, Checkpoints, History

CHECKPOINT_S = 1.0  # between two checkpoints at least
CHECKPOINT_REST = 50  # and so many times what one takes


class Performer:
    """Plays one exhibit.

    Args:
        kind: the exhibit's class.
        on_gpu: whether it may ever be built on a GPU.
        clock: tells the time in seconds.
    """

    def __init__(
        self, kind: type[Exhibit[Any]], *, on_gpu: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.kind, self.device = kind, "cpu"
        self.lane = Lane(on_gpu)
        self.step = 0
        self.phase = ""  # the sentence of the phase under way, in slow motion
        self.history, self.checkpoints = History(), Checkpoints()
        self._clock = clock
        self._exhibit: Exhibit[Any] | None = None
        self._phases: Iterator[str] | None = None
        self._rewound = False
        self._touched = False  # by a viewer, since the last checkpoint
        self.drawn = False  # a hand has made it what no parameter tells, so a link to these does not bring it back
        self._checked = 0
        self._next_checkpoint = 0.0

    @property
    def built(self) -> bool:
        """Whether there is an exhibit."""
        return self._exhibit is not None

    @property
    def exhibit(self) -> Exhibit[Any]:
        """The exhibit, which must have been built."""
        assert self._exhibit is not None
        return self._exhibit

    def build(self, params: Params, start: tuple[int, State] | None = None, *, device: str = "cpu") -> None:
        """Build the exhibit anew on ``device``, at step 0 or from ``start``, and forget the past."""
        self.device = device
        exhibit = self.kind(params, seed=params.seed, device=self.device)
        if start is not None:
            exhibit.load_state_dict(copy.deepcopy(start[1]))
        self._place(exhibit, start[0] if start else 0)
        self._rewound, self.drawn = False, start is not None
        self.history = History()  # the old one may be brought back
        self.checkpoints.forget_after(-1)
        self.remember(params)

    def refusal(self, params: Params, start: tuple[int, State], *, device: str = "cpu") -> str | None:
        """Why one cannot go on from ``start`` with ``params``, tried out on an exhibit that is thrown away; or None."""
        try:
            exhibit = self.kind(params, seed=params.seed, device=device)
            exhibit.load_state_dict(copy.deepcopy(start[1]))
            if bad := exhibit.diverged() or first_infinite(exhibit):
                return f"{bad} is not finite"
            exhibit.frame(), exhibit.scene()
            if not exhibit.finished:
                exhibit.step()
                exhibit.frame()
        except Exception as error:  # whatever an exhibit makes of a state that is none
            return f"{type(error).__name__}: {str(error)[:200]}"
        return None

    def _place(self, exhibit: Exhibit[Any], step: int) -> None:
        self._exhibit = exhibit
        self.step = self._checked = step
        self._phases, self.phase = None, ""

    def advance(self, steps: int) -> int:
        """Do ``steps`` full steps, or fewer where the algorithm ends before; returns how many were done."""
        self.finish_step()
        self._leave_checkpoint()
        done = self.exhibit.advance_to_end(steps)
        self.lane.settle()
        self.step += done
        return done

    def one_step(self) -> None:
        """Do one full step, or what is left of the one that slow motion has begun."""
        if self._phases is not None:
            self.finish_step()
            return
        self._leave_checkpoint()
        self.exhibit.step()
        self.step += 1

    def one_phase(self) -> None:
        """Do the next phase, beginning a new step where the last is complete."""
        self._leave_checkpoint()
        for _ in range(2):
            self._phases = self._phases or self.exhibit.phases()
            phase = next(self._phases, None)
            if phase is not None:
                self.phase = phase
                return
            self._phases = None
            self.step += 1

    def finish_step(self) -> None:
        """Complete a step that slow motion has begun."""
        if self._phases is not None:
            for _ in self._phases:
                pass
            self._phases, self.phase = None, ""
            self.step += 1

    @property
    def in_a_step(self) -> bool:
        """Whether slow motion has begun a step that is not complete."""
        return self._phases is not None

    def divergence(self) -> str | None:
        """A sentence saying which quantity is no longer finite and since which step, or None."""
        quantity = self.exhibit.diverged()
        if quantity is None:
            self._checked = self.step
            hidden = first_infinite(self.exhibit) if self.checkpoint_is_due() else None
            return hidden and f"{hidden} is infinite at step {self.step}, and may have been before"
        first = self._checked + 1
        exact = self.step if first >= self.step else self._first_bad_step()
        when = f"between step {first} and {self.step}" if exact is None else f"at step {exact}"
        return f"{quantity} is no longer finite {when}"

    def _first_bad_step(self) -> int | None:
        """Play the steps since the last checkpoint again, one by one, to see which went wrong.

        Returns:
            None if that cannot be known: somebody has touched the exhibit since.
        """
        point = self.checkpoints.at_or_before(self._checked)
        if self._touched or point is None:
            return None
        again = self.kind(point.params, seed=point.params.seed, device=self.device)
        again.load_state_dict(copy.deepcopy(point.state))
        again.advance(self._checked - point.step)
        for step in range(self._checked + 1, self.step + 1):
            again.step()
            if again.diverged():
                return step
        return None

    def set(self, params: Params) -> None:
        """Live parameters have changed."""
        self._touched = True
        self.exhibit.set(params)

    def poke(self, event: Any) -> None:
        """A viewer touched the picture."""
        self._touched = True
        self.finish_step()
        self.exhibit.poke(event)

    def checkpoint_is_due(self) -> bool:
        """Whether it is time to remember, between two steps."""
        return self._phases is None and self._clock() >= self._next_checkpoint

    def remember(self, params: Params) -> State:
        """Take a checkpoint; returns the copied state."""
        began = self._clock()
        state = self.snapshot()
        self.checkpoints.add(self.step, params, state)
        self._touched = False
        self._next_checkpoint = began + max(CHECKPOINT_S, CHECKPOINT_REST * (self._clock() - began))
        return state

    def snapshot(self) -> State:
        """A copy of the exhibit's state, in the host's memory."""
        state = self.exhibit.state_dict()
        return copy.deepcopy(state) if self.device == "cpu" else to_host(state)

    def go_back(self, step: int) -> Checkpoint | None:
        """Return to the nearest checkpoint at or before ``step``; None if there is none."""
        point = self.checkpoints.at_or_before(step)
        if point is None:
            return None
        exhibit = self.kind(point.params, seed=point.params.seed, device=self.device)
        exhibit.load_state_dict(copy.deepcopy(point.state))
        self._place(exhibit, point.step)
        self._rewound, self._touched = True, False
        return point

    def _leave_checkpoint(self) -> None:
        """Having gone back, take another course: what came after is no longer the past."""
        if self._rewound:
            self._rewound = False
            self.history.forget_after(self.step)
            self.checkpoints.forget_after(self.step)

    def release(self) -> None:
        """Let go of everything big."""
        self._exhibit = self._phases = None
        self.history, self.checkpoints = History(), Checkpoints()
