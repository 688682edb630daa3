"""Two trainings from the same weights on the same data, one with an adversary and one without."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import NamedTuple, TypeVar

import numpy as np
import torch

from engine.exhibits.adversarial_patterns.critic import Critic
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.training import Task, Training

A = TypeVar("A")
B = TypeVar("B")
WORTH_SHARING = 4_000_000
"""Trainings whose matrix products take fewer multiplications are done one after the other: threads would only wait."""


class Ensemble(NamedTuple):
    """The same networks twice, from several initialisations each.

    Args:
        without: supervised alone. adversarial: with the critic.
        filters: u_j(0) of the first initialisation in full, (m, d_in); the trainings know only the part of their
            weights that lies within the span of the inputs.
    """

    without: Training
    adversarial: Training
    filters: np.ndarray

    @property
    def trainings(self) -> tuple[Training, Training]:
        """Both."""
        return self.without, self.adversarial

    def advance(self, steps: int, params: PatternParams, eta: float, cores: int) -> None:
        """So many steps eta of both. They share nothing, so any number of cores gives the same bits."""
        one, other = (partial(_advance, training, steps, params, eta) for training in self.trainings)
        self.at_once(one, other, cores)

    def at_once(self, one: Callable[[], A], other: Callable[[], B], cores: int) -> tuple[A, B]:
        """Do two things beside each other, where there are cores for it and these networks are large enough."""
        keep_to_one_core()
        if cores > 1 and self.without.task.X.numel() * self.without.U.shape[:2].numel() >= WORTH_SHARING:
            beside = _worker().submit(one)
            done = other()
            return beside.result(), done
        return one(), other()


def make_ensemble(params: PatternParams, task: Task, basis: torch.Tensor, rng: np.random.Generator) -> Ensemble:
    """u_j, w_r ~ N(0, I) and v_ij, a_r = +-1 at random.

    Shapes:
        basis (r, d_in), orthonormal rows that span the inputs.
    """
    inits, m, k, d_out = params.inits, params.width, params.width_of_critic, params.outputs

    def tensor(array: np.ndarray) -> torch.Tensor:
        return torch.tensor(array, dtype=torch.float32, device=task.X.device)

    filters = rng.standard_normal((m, basis.shape[1]), dtype=np.float32)
    # of the other initialisations only the coordinates matter, which are as normal
    others = rng.standard_normal((inits - 1, m, len(basis)), dtype=np.float32)
    U = torch.cat([(tensor(filters) @ basis.T)[None], tensor(others)])
    V = tensor(rng.choice([-1.0, 1.0], (inits, d_out, m)))
    W, a = tensor(rng.standard_normal((inits, k, d_out))), tensor(rng.choice([-1.0, 1.0], (inits, k)))
    random = torch.Generator("cpu").manual_seed(int(rng.integers(2**31)))
    critic = Critic(W, a, random, fixed_top=params.strict)
    critic.bound(params.L)
    return Ensemble(Training(task, U, V), Training(task, U, V, critic), filters)


def keep_to_one_core() -> None:
    """Let torch use one core in this thread: matrices are small, and threads that wait for each other burn time."""
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)


def _advance(training: Training, steps: int, params: PatternParams, eta: float) -> None:
    for _ in range(steps):
        training.train_critic(params)
        training.move(params.alpha, eta)
    training.forward()  # whoever looks, and the next step, find it done


@cache
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="training", initializer=keep_to_one_core)
