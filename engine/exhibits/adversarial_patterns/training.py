"""A network in training from several initialisations at once: with a critic, or without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State, first_not_finite
from engine.exhibits.adversarial_patterns.critic import Critic
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.terms import (
    diffusion,
    hidden,
    loss_slope,
    output,
    pull,
    push,
    reaction,
    slope,
)


@dataclass(frozen=True)
class Task:
    """What is to be learned, and what of the network is fixed.

    Args:
        X: inputs (n, r), in coordinates of their own span.
        Y: targets (d_out, n).
        relu: whether the hidden layer has one.
        fixed_top: leave V as it is.
    """

    X: Tensor
    Y: Tensor
    relu: bool
    fixed_top: bool


class Training:
    """A generator on its gradient flow, all samples in every step.

    Args:
        task: data and rules.
        U, V: initial weights, which are copied.
        critic: the adversary, or None for supervision alone.

    Shapes:
        U (inits, m, r), V (inits, d_out, m).
    """

    def __init__(self, task: Task, U: Tensor, V: Tensor, critic: Critic | None = None) -> None:
        self.task, self.critic = task, critic
        self.U, self.V, self.U0, self.V0 = U.clone(), V.clone(), U.clone(), V.clone()
        self._seen: tuple[Tensor, Tensor, Tensor] | None = None

    def forward(self) -> tuple[Tensor, Tensor, Tensor]:
        """(A, S, Z) of the present weights, worked out once."""
        if self._seen is None:
            A, S = hidden(self.U, self.task.X, self.task.relu)
            self._seen = A, S, output(self.V, A)
        return self._seen

    def train_critic(self, params: PatternParams) -> None:
        """The critic's turn: ``n_critic`` steps on the outputs as they are now."""
        if self.critic is not None and params.n_critic:
            self.critic.train(
                self.task.Y, self.forward()[2], steps=params.n_critic, rate=params.critic_rate,
                penalty=params.penalty, L=params.L,
            )  # fmt: skip

    def signals(self, alpha: float, which: slice | int = slice(None)) -> tuple[Tensor, Tensor | None]:
        """What R and D carry back from the outputs of some initialisations, or of one: (inits, d_out, n) or (d_out, n)
        each; the second is None without adversary.
        """
        Z = self.forward()[2][which]
        R = reaction(self.task.Y, Z)
        if self.critic is None or not alpha:
            return R, None
        return R, diffusion(alpha, self.critic.W[which], self.critic.a[which], Z)

    def flow(self, alpha: float) -> tuple[Tensor, Tensor]:
        """(dU/dt, dV/dt) = R + D. The signals are added and carried back at once: pull(R + D) = pull(R) + pull(D)."""
        A, S, _ = self.forward()
        R, D = self.signals(alpha)
        return pull(R if D is None else R + D, self.V, S, A, self.task.X)

    def move(self, alpha: float, eta: float) -> None:
        """One explicit Euler step of length eta."""
        dU, dV = self.flow(alpha)
        self.U.add_(dU, alpha=eta)
        if not self.task.fixed_top:
            self.V.add_(dV, alpha=eta)
        self._seen = None

    def critic_slope(self) -> float:
        """The critic's steepest gradient at the outputs of the first initialisation; 0 without critic."""
        if self.critic is None:
            return 0.0
        return float(slope(self.critic.W[0], self.critic.a[0], self.forward()[2][0]).norm(dim=0).max())

    def stiffness(self, told: Callable[[float], None] = lambda share: None, rounds: int = 40) -> float:
        """The fastest rate at which supervision changes an output: the largest eigenvalue of the tangent kernel.

        Args:
            told: called before every round with the share that is done.
            rounds: of the iteration.

        By power iteration with :func:`pull` and :func:`push`; Euler steps of plain supervision are stable up to 2 over
        this rate.
        """
        A, S, Z = self.forward()
        signal, rate = torch.ones_like(Z) + 0.1 * self.task.Y, 1.0
        for done in range(rounds):
            told(done / rounds)
            signal = signal / signal.flatten(1).norm(dim=1)[:, None, None]
            dU, dV = pull(signal, self.V, S, A, self.task.X)
            signal = push(dU, torch.zeros_like(dV) if self.task.fixed_top else dV, self.V, S, A, self.task.X)
            rate = float(signal.flatten(1).norm(dim=1).max())
        return rate

    def parts(self, alpha: float, rows: slice = slice(None)) -> Tensor:
        """R^u, D^u and du/dt of some neurons of the first initialisation, each carried back by itself: (3, rows, r)."""
        A, S, _ = self.forward()
        V, A, S = self.V[0][:, rows], A[0][rows], S[0][rows] if S.ndim else S
        R, D = self.signals(alpha, 0)
        D = torch.zeros_like(R) if D is None else D
        signals = torch.stack([R, D, R + D])
        signals *= (V.shape[1] / self.V.shape[2]) ** 0.5  # pull divides by the root of as many rows as it sees
        return pull(signals, V, S, A, self.task.X)[0]

    def descent(self, alpha: float, rows: slice = slice(None)) -> Tensor:
        """-dL_aug/dU of some neurons of the first initialisation by automatic differentiation, (rows, r): what R + D
        has to be.
        """
        critic = (self.critic.W[0], self.critic.a[0]) if self.critic else ()
        net, Z = (self.U[0], self.V[0], *critic), self.forward()[2][0]
        return loss_slope(rows, alpha, net, self.task.X, self.task.Y, Z, self.task.relu)

    def moved(self) -> tuple[np.ndarray, np.ndarray]:
        """(U(t) - U(0), V(t) - V(0)): (inits, m, r) and (inits, d_out, m)."""
        return (self.U - self.U0).cpu().numpy(), (self.V - self.V0).cpu().numpy()

    def displacement(self, inits: slice = slice(None)) -> np.ndarray:
        """|u_j(t) - u_j(0)| of every neuron: (inits, m)."""
        return (self.U[inits] - self.U0[inits]).norm(dim=-1).cpu().numpy()

    def residual(self) -> np.ndarray:
        """|z - y| over all samples and outputs: (inits,)."""
        return (self.forward()[2] - self.task.Y).flatten(1).norm(dim=1).cpu().numpy()

    def not_finite(self) -> str | None:
        """Which weights are no longer finite, or with which the outputs are not; None if all is well."""
        seen = {"the critic's W": self.critic.W} if self.critic else {}
        seen["the output f(X)"] = self.forward()[2]  # no weight of the generator goes astray without it
        return first_not_finite(seen) and first_not_finite({"U": self.U, "V": self.V} | seen)

    def state_dict(self) -> State:
        """Weights, then and now."""
        weights = {name: getattr(self, name) for name in ("U", "V", "U0", "V0")}
        return weights | {"critic": self.critic.state_dict() if self.critic else None}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        for name in ("U", "V", "U0", "V0"):
            getattr(self, name).copy_(torch.as_tensor(state[name]))
        if self.critic is not None:
            self.critic.load_state_dict(state["critic"])
        self._seen = None
