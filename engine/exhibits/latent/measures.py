"""What can be measured of codes: how well they tell classes and factors apart, and how they lie beside the prior."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.exhibits.latent.model import Model
from engine.exhibits.latent.objectives import Likelihood, reparameterise

NEIGHBOURS = 10
ACTIVE = 0.01
"""A number of the code is active where the variance of its mean over the data is larger (Burda et al., 2016)."""

BINS = 20  # into which a code is cut for the mutual information


def nearest_classes(codes: Tensor, labels: Tensor, asked: Tensor, classes: int) -> Tensor:
    """For each code asked about, the class that most of its ten nearest neighbours have.

    Shapes:
        codes: (n, k) with labels (n,). asked: (m, k). Returns (m,).
    """
    near = torch.cdist(asked, codes).topk(min(NEIGHBOURS, len(codes)), largest=False).indices  # (m, 10)
    votes = torch.zeros(len(asked), classes, device="cpu")
    votes.scatter_add_(1, labels[near], torch.ones_like(near, dtype=votes.dtype))
    return votes.argmax(1)


def neighbour_accuracy(codes: Tensor, labels: Tensor, asked: Tensor, truth: Tensor, classes: int) -> float:
    """The share of codes whose neighbours say which class they are of."""
    return float((nearest_classes(codes, labels, asked, classes) == truth).float().mean())


def probe_accuracy(codes: Tensor, labels: Tensor, asked: Tensor, truth: Tensor, classes: int) -> float:
    """The share of codes whose class a linear function of the code tells: least squares on one-hot labels.

    Shapes:
        codes: (n, k) with labels (n,), to fit. asked: (m, k) with truth (m,), to test.
    """
    mean, scale = codes.mean(0), codes.std(0).clamp(min=1e-6)
    with_one = [torch.cat([(z - mean) / scale, torch.ones(len(z), 1, device="cpu")], 1) for z in (codes, asked)]
    wanted = torch.nn.functional.one_hot(labels, classes).float()
    inner = with_one[0].T @ with_one[0] + 1e-3 * torch.eye(with_one[0].shape[1], device="cpu")
    return float(((with_one[1] @ torch.linalg.solve(inner, with_one[0].T @ wanted)).argmax(1) == truth).float().mean())


def active_units(codes: Tensor) -> int:
    """How many numbers of the code tell examples apart at all."""
    return int((codes.var(0) > ACTIVE).sum())


def in_use(codes: Tensor) -> float:
    """How many numbers of a code are in use, on average over examples: (sum |z_j|)^2 / sum z_j^2, which is 1 where all
    but one are zero, and k where all are alike in size.

    Shapes:
        codes: (n, k).
    """
    return float((codes.abs().sum(1).square() / codes.square().sum(1).clamp(min=1e-30)).mean())


def holes(codes: Tensor, draws: Tensor, others: Tensor) -> float:
    """The share of the prior's draws that lie in a hole: farther from every code than nineteen in twenty draws of the
    prior lie from as many others of it. Codes that are themselves draws of the prior leave about a twentieth.

    Shapes:
        codes: (n, k). draws: (m, k) of the prior. others: (n, k) of the prior.
    """
    usual = torch.cdist(draws, others).amin(1).quantile(0.95)
    return float((torch.cdist(draws, codes).amin(1) > usual).float().mean())


@torch.no_grad()
def bounds(model: Model, likelihood: Likelihood, x: Tensor, samples: int, rng: torch.Generator) -> tuple[float, float]:
    """Two lower bounds of log p(x) from the same draws z_k ~ q(z | x), in nats, with w_k = p(x, z_k) / q(z_k | x).

        ELBO = E mean_k log w_k  <=  E log mean_k w_k <= log p(x)

    The second is the importance-weighted bound; it rises with the number of samples.

    Shapes:
        x: (B, d).

    References:
        Y. Burda, R. Grosse, R. Salakhutdinov, "Importance weighted autoencoders", ICLR 2016.
    """
    mu, log_var = model.encode(x)
    assert log_var is not None
    epsilon = torch.randn(samples, *mu.shape, generator=rng, device="cpu")  # (K, B, k)
    z = reparameterise(mu, log_var, epsilon)
    log_prior_over_q = 0.5 * (epsilon.square() + log_var - z.square()).sum(-1)  # the constants cancel
    raw = model.decode(z.flatten(0, 1)).unflatten(0, (samples, len(x)))  # (K, B, d)
    log_w = log_prior_over_q - likelihood.loss(raw, x)  # (K, B)
    return float(log_w.mean()), float((log_w.logsumexp(0) - math.log(samples)).mean())


def mutual_information(codes: Tensor, factors: Tensor) -> Tensor:
    """I(z_j; v_f) in nats, each number of the code cut into 20 bins of one width between its extremes.

    Shapes:
        codes: (n, k). factors: (n, f) whole numbers. Returns (k, f).
    """
    low, high = codes.amin(0), codes.amax(0)
    bins = ((codes - low) / (high - low).clamp(min=1e-9) * BINS).long().clamp(0, BINS - 1)
    found = torch.zeros(codes.shape[1], factors.shape[1], device="cpu")
    for f in range(factors.shape[1]):
        values = int(factors[:, f].max()) + 1
        for j in range(codes.shape[1]):
            joint = torch.bincount(bins[:, j] * values + factors[:, f], minlength=BINS * values).float()
            found[j, f] = _information(joint.view(BINS, values) / len(codes))
    return found


def _information(joint: Tensor) -> Tensor:
    """Of a table of probabilities (a, b), in nats."""
    apart = joint.sum(1, keepdim=True) * joint.sum(0, keepdim=True)
    there = joint > 0
    return (joint[there] * (joint[there] / apart[there]).log()).sum()


def information_gap(information: Tensor, factors: Tensor) -> float:
    """The mutual information gap: how much more the best number of the code says of a factor than the second best, as
    a share of the factor's entropy, averaged over factors. 1 is one number for each factor; NaN for a single number.

    Chen et al., "Isolating sources of disentanglement in variational autoencoders", NeurIPS 2018.

    Shapes:
        information: (k, f). factors: (n, f).
    """
    if len(information) < 2:
        return math.nan
    top = information.topk(2, dim=0).values  # (2, f)
    shares = [torch.bincount(column).float() / len(column) for column in factors.T]
    entropy = torch.stack([-(p[p > 0] * p[p > 0].log()).sum() for p in shares])  # (f,)
    return float(((top[0] - top[1]) / entropy).mean())


def principal_angle(A: Tensor, B: Tensor) -> float:
    """The largest principal angle between the spans of two matrices' columns, in radians.

    Shapes:
        A, B: (d, k) of full rank.
    """
    bases = [torch.linalg.qr(each.double())[0] for each in (A, B)]
    off = bases[1] - bases[0] @ (bases[0].T @ bases[1])  # the sine is exact where the cosine is all but 1
    return float(torch.linalg.matrix_norm(off, 2).clamp(max=1).asin())
