r"""The curvature of the loss, from products of the Hessian with vectors: it is never written down.

    lambda_max by power iteration as the weights move;  the top eigenvectors by Lanczos;  tr H = E z^T H z, z_i = +-1.

References:
    Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994; Hutchinson, Communications in
    Statistics 19, 1990; Cohen et al., "Gradient descent on neural networks typically occurs at the edge of stability",
    ICLR 2021.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.exhibit import State

Bend = Callable[[Tensor], Tensor]
"""H v for v, (P,) each."""

LATEX = {
    "rayleigh": r"\frac{v^\top H v}{v^\top v}",
    "limit": r"\frac{2}{\eta}",
}

MANY = 100_000  # weights, of which every pass takes its time


class Lanczos:
    """The largest eigenvalues and their eigenvectors, one product with H at a time, with full orthogonalisation.

    Args:
        start: (P,), not all zero.
        most: products.
    """

    def __init__(self, start: Tensor, most: int = 40) -> None:
        self.most = min(most, len(start))
        self.basis = [start / start.norm()]
        self.diagonal: list[float] = []
        self.beside: list[float] = []
        self.raw: Tensor | None = None  # a product that is yet to be orthogonalised
        self.done = False

    def look(self, bend: Bend) -> None:
        """One more product; of many weights one look is for the product, and the next makes it orthogonal."""
        if self.raw is None:
            self.raw = bend(self.basis[-1]).clone()
            self.diagonal.append(float(self.raw @ self.basis[-1]))
            if len(self.raw) > MANY:
                return
        r, self.raw = self.raw, None
        for _ in range(2):  # twice is enough; one by one, for all of them together would be another copy
            for q in self.basis:
                r.sub_(q, alpha=float(q @ r))
        size = float(r.norm())
        known = max(abs(each) for each in self.diagonal)
        if len(self.diagonal) == self.most or not size > 1e-6 * (1e-6 + known):  # all of it is spanned, or not a number
            self.done = True
        else:
            self.beside.append(size)
            self.basis.append(r / size)

    def pairs(self, count: int) -> tuple[Tensor, Tensor]:
        """The largest eigenvalues, (count,), the largest first, and their eigenvectors, (count, P)."""
        n = len(self.diagonal)
        beside = torch.tensor(self.beside[: n - 1], dtype=torch.float64, device="cpu")
        T = torch.diag(torch.tensor(self.diagonal, dtype=torch.float64, device="cpu"))
        T = T + torch.diag(beside, 1) + torch.diag(beside, -1)
        values, vectors = torch.linalg.eigh(torch.nan_to_num(T))
        top = vectors.flip(1).T[:count].to(self.basis[0])
        found = torch.zeros(len(top), len(self.basis[0])).to(self.basis[0])
        for weights, q in zip(top.T, self.basis, strict=False):
            found.addr_(weights, q)
        return values.flip(0)[:count].to(self.basis[0]), found

    def state_dict(self) -> State:
        """Everything needed to go on."""
        return {"basis": list(self.basis), "diagonal": list(self.diagonal), "beside": list(self.beside),
                "raw": self.raw, "done": self.done, "most": self.most}  # fmt: skip

    @classmethod
    def resumed(cls, state: State) -> Lanczos:
        """Go on from ``state``."""
        lanczos = cls(torch.as_tensor(state["basis"][0]), int(state["most"]))
        lanczos.basis = [torch.as_tensor(each).clone() for each in state["basis"]]
        lanczos.diagonal = [float(each) for each in state["diagonal"]]
        lanczos.beside = [float(each) for each in state["beside"]]
        lanczos.done = bool(state["done"])
        lanczos.raw = None if state.get("raw") is None else torch.as_tensor(state["raw"]).clone()
        return lanczos


def top_eigenvectors(bend: Bend, start: Tensor, count: int = 2, most: int = 40) -> tuple[Tensor, Tensor]:
    """As :class:`Lanczos`, to the end."""
    lanczos = Lanczos(start, most)
    while not lanczos.done:
        lanczos.look(bend)
    return lanczos.pairs(count)


def probe(shape: torch.Size, rng: torch.Generator) -> Tensor:
    """A random vector of plus and minus one, as Hutchinson's estimate of the trace wants."""
    return torch.randint(0, 2, shape, generator=rng, device=rng.device).float() * 2 - 1


class Sharpness:
    """lambda_max and the trace, followed while the weights move: one product with H at a time.

    The direction is kept from step to step, so that the power iteration never begins anew; the trace is a running
    mean of z^T H z.

    Args:
        size: P.
        rng: draws the first direction and the probes.
    """

    MEMORY = 0.95  # of the running mean
    WARM = 12  # products from which the largest eigenvalue is worth being told

    def __init__(self, size: int, rng: torch.Generator) -> None:
        self.rng = rng
        self.v = torch.randn(size, generator=rng, device=rng.device)
        self.v /= self.v.norm()
        self.largest = self.trace = float("nan")
        self.looks = 0

    def look(self, bend: Bend) -> None:
        """One more product: three times of four for lambda_max, else for the trace."""
        self.looks += 1
        if self.looks % 4 == 0:
            z = probe(self.v.shape, self.rng)
            here = float(z @ bend(z))
            self.trace = here if self.trace != self.trace else self.MEMORY * self.trace + (1 - self.MEMORY) * here
            return
        r = bend(self.v)
        if self.looks >= self.WARM:
            self.largest = float(self.v @ r)
        size = float(r.norm())
        if 0 < size < float("inf"):
            self.v = r / size

    def learn(self, largest: float, v: Tensor) -> None:
        """Take over what is known better: the largest eigenvalue and its eigenvector."""
        self.largest, self.v, self.looks = largest, v.clone(), max(self.looks, self.WARM)

    def state_dict(self) -> State:
        """Everything needed to go on."""
        return {"v": self.v, "largest": self.largest, "trace": self.trace, "looks": self.looks,
                "rng": self.rng.get_state()}  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.v = torch.as_tensor(state["v"]).to(self.v.device, copy=True)
        self.largest, self.trace, self.looks = float(state["largest"]), float(state["trace"]), int(state["looks"])
        self.rng.set_state(torch.as_tensor(state["rng"]))
