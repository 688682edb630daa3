r"""Reaction and diffusion: the two parts of the gradient flow of an adversarially trained two-layer network.

Generator  f(x) = V s(U x) / sqrt(d_out m)  with the ReLU s, critic  g(y) = a^T s(W y) / sqrt(k).  The flow

    dU/dt = -dL_aug/dU,   dV/dt = -dL_aug/dV,   L_aug = 1/2 |f(X) - Y|^2 - alpha sum_p g(f(x_p))

falls apart into a supervised part R, the *reaction*, and an adversarial part D, the *diffusion*: dU/dt = R + D. Both
are a signal at the outputs, :func:`reaction` or :func:`diffusion`, carried back to the weights by one linear map
:func:`pull`; so a step may carry back the sum of the signals, at the price of one.

Shapes (one column for each of n samples, but X row by row as data come):
    X (n, d_in), Y and Z = f(X) (d_out, n), U (m, d_in), V (d_out, m), W (k, d_out), a (k,);
    A = s(U X^T) and S = 1{U X^T >= 0} (m, n). All but X and Y may have a leading dimension for initialisations.

References:
    L. Rout, Why Adversarial Interaction Creates Non-Homogeneous Patterns, AAAI 2021. There k = m and alpha = 1.
"""

from __future__ import annotations

import torch
from torch import Tensor

LATEX = {
    "generator": r"\tfrac{1}{\sqrt{d_{out}\,m}}\,V\sigma(Ux)",
    "critic": r"\tfrac{1}{\sqrt{m}}\,a^\top\sigma(Wy)",
    "supervised": r"\tfrac12\lVert f(X)-Y\rVert_F^2",
    "adversary": r"\tfrac{\alpha}{m\sqrt{d_{out}}}\sum_p a^\top\sigma\big(WV\sigma(Ux_p)\big)",
    "reaction": r"\tfrac{1}{\sqrt{d_{out}\,m}}\sum_p\sum_i (y_p - z_p)_i\, v_{ij}\, s_{jp}\, x_p",
    "diffusion": r"\tfrac{\alpha}{m\sqrt{d_{out}}}\sum_p \big(a^\top A_p W v_j\big)\, s_{jp}\, x_p",
}
"""The networks, both parts of the loss, R_j and D_j, for a critic as wide as the generator: k = m."""


def hidden(U: Tensor, X: Tensor, relu: bool = True) -> tuple[Tensor, Tensor]:
    """(A, S): what the hidden neurons say, s(u_j . x_p), and s_jp = 1{u_j . x_p >= 0}. Without ReLU all s_jp = 1."""
    H = U @ X.T  # (m, n)
    if not relu:
        return H, torch.ones((), dtype=H.dtype, device=H.device)
    S = (H >= 0).to(H.dtype)
    return H.mul_(S), S


def output(V: Tensor, A: Tensor) -> Tensor:
    """z_p = V s(U x_p) / sqrt(d_out m) in every column: (d_out, n)."""
    return (V @ A).mul_((V.shape[-2] * V.shape[-1]) ** -0.5)


def slope(W: Tensor, a: Tensor, Z: Tensor) -> Tensor:
    """The critic's gradient at every output, W^T A_p a / sqrt(k) with A_p = diag(1{W z_p >= 0}): (d_out, n)."""
    A = (W @ Z >= 0).to(W.dtype)  # (k, n)
    return ((W * a[..., None]).mT @ A).mul_(a.shape[-1] ** -0.5)


def reaction(Y: Tensor, Z: Tensor) -> Tensor:
    """The signal of R, what supervision alone asks of the outputs: the residual y_p - z_p. (d_out, n)."""
    return Y - Z


def diffusion(alpha: float, W: Tensor, a: Tensor, Z: Tensor) -> Tensor:
    """The signal of D, what the adversary adds: alpha times the critic's gradient at z_p. (d_out, n)."""
    return slope(W, a, Z).mul_(alpha)


def loss_slope(
    rows: slice, alpha: float, net: tuple[Tensor, ...], X: Tensor, Y: Tensor, Z: Tensor, relu: bool = True
) -> Tensor:
    """-dL_aug/dU of some neurons by automatic differentiation: L_aug as written above, and nothing of R and D.

    Only those neurons move: to what the whole network says, Z, comes the difference that they make, which is 0.

    Args:
        net: U, V of the generator and W, a of the critic; no critic, no adversary.

    Shapes:
        Z as computed (d_out, n). Returns (rows, d_in), in double precision.
    """
    U, V, *critic = (weight.detach().double() for weight in net)
    X, Y, Z = X.double(), Y.double(), Z.detach().double()
    moving, scale = U[rows].clone().requires_grad_(), V.numel() ** -0.5
    with torch.enable_grad():
        said = moving @ X.T
        said = V[:, rows] @ (torch.relu(said) if relu else said) * scale
        outputs = Z + said - said.detach()
        loss = (outputs - Y).square().sum() / 2
        if critic:
            W, a = critic
            loss = loss - alpha * (a @ torch.relu(W @ outputs)).sum() * a.numel() ** -0.5
        return -torch.autograd.grad(loss, moving)[0]


def pull(signal: Tensor, V: Tensor, S: Tensor, A: Tensor, X: Tensor) -> tuple[Tensor, Tensor]:
    """Carry a signal c_p at the outputs back to the weights (dU, dV); R and D differ in the signal only.

        dU_j  = 1/sqrt(d_out m) sum_p (c_p . v_j) s_jp x_p
        dV_ij = 1/sqrt(d_out m) sum_p  c_pi       s_jp u_j . x_p

    Shapes:
        signal: (d_out, n). Returns (m, d_in) and (d_out, m).
    """
    scale = (V.shape[-2] * V.shape[-1]) ** -0.5
    to_hidden = (V.mT @ signal).mul_(S)  # (m, n)
    return (to_hidden @ X).mul_(scale), (signal @ A.mT).mul_(scale)


def push(dU: Tensor, dV: Tensor, V: Tensor, S: Tensor, A: Tensor, X: Tensor) -> Tensor:
    """How outputs change with the weights, to first order: the transpose of :func:`pull`. (d_out, n)."""
    return (dV @ A + V @ ((dU @ X.T) * S)).mul_((V.shape[-2] * V.shape[-1]) ** -0.5)
