"""Patterns inside networks: the terms against autograd, theory against closed forms, critic and devices."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from torch.overrides import TorchFunctionMode

from engine.exhibits.adversarial_patterns import AdversarialPatterns, bridge, terms, theory
from engine.exhibits.adversarial_patterns.critic import Critic, gradients
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.training import Task, Training
from tests.exhibits.test_adversarial_patterns import make


def network(d_out: int, m: int = 24, k: int = 16, n: int = 30, d_in: int = 12) -> dict[str, torch.Tensor]:
    """Random weights and data in double precision."""
    random = torch.Generator().manual_seed(d_out)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    return {
        "X": torch.nn.functional.normalize(normal(n, d_in)), "Y": normal(d_out, n), "U": normal(m, d_in),
        "V": normal(d_out, m), "W": normal(k, d_out), "a": normal(k),
    }  # fmt: skip


def paper_losses(net: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """The supervised loss and the adversarial term, sample by sample as the paper writes them (with k for its m)."""
    X, Y, U, V, W, a = (net[name] for name in ("X", "Y", "U", "V", "W", "a"))
    d_out, m = V.shape
    relu = torch.relu
    supervised = sum(((V @ relu(U @ x) / math.sqrt(d_out * m) - y) ** 2).sum() / 2 for x, y in zip(X, Y.T, strict=True))
    adversarial = -sum(a @ relu(W @ (V @ relu(U @ x))) for x in X) / math.sqrt(len(a) * m * d_out)
    return supervised, adversarial


@pytest.mark.parametrize("d_out", [1, 10])
@pytest.mark.parametrize("alpha", [1.0, 2.5])
def test_reaction_and_diffusion_equal_autograd_of_the_loss_terms(d_out: int, alpha: float) -> None:
    net = network(d_out)
    for name in "UV":
        net[name].requires_grad_()
    supervised, adversarial = paper_losses(net)
    want_R = torch.autograd.grad(-supervised, (net["U"], net["V"]))
    want_D = torch.autograd.grad(-alpha * adversarial, (net["U"], net["V"]))
    X, Y, U, V, W, a = (net[name].detach() for name in ("X", "Y", "U", "V", "W", "a"))
    A, S = terms.hidden(U, X)
    Z = terms.output(V, A)
    signals = terms.reaction(Y, Z), terms.diffusion(alpha, W, a, Z)
    R, D = (terms.pull(signal, V, S, A, X) for signal in signals)
    for got, want in zip((*R, *D), (*want_R, *want_D), strict=True):
        assert float((got - want).norm() / want.norm()) < 1e-12  # 1e-5 is asked for
    for got, reaction, diffusion in zip(terms.pull(sum(signals), V, S, A, X), R, D, strict=True):
        torch.testing.assert_close(got, reaction + diffusion)


@pytest.mark.parametrize("d_out", [1, 10])
def test_what_the_exhibit_computes_in_single_precision_equals_autograd(d_out: int) -> None:
    exhibit = make(d_out=d_out, inits=1, n=60, side="28")
    exhibit.advance(30)
    training = exhibit.ensemble.adversarial
    critic = training.critic
    raw = {
        "X": torch.tensor(exhibit.X), "Y": training.task.Y.double(), "V": training.V[0].double(),
        "U": torch.tensor(exhibit.ensemble.filters).double()
        + (training.U - training.U0)[0].double() @ exhibit.basis.double(),
        "W": critic.W[0].double(), "a": critic.a[0].double(),
    }  # fmt: skip
    raw["U"].requires_grad_()
    supervised, adversarial = paper_losses(raw)
    R, D, flow = training.parts(1.0)
    for part, loss in ((R, supervised), (D, adversarial), (flow, supervised + adversarial)):
        (want,) = torch.autograd.grad(-loss, raw["U"], retain_graph=True)
        got = part.double() @ exhibit.basis.double()
        assert float((got - want).norm() / want.norm()) < 1e-5
    torch.testing.assert_close(flow, training.flow(1.0)[0][0], rtol=1e-5, atol=1e-7)
    assert exhibit.frame().metrics["split_error"] < 1e-6
    before, dV = training.V.clone(), training.flow(1.0)[1]
    training.move(1.0, 0.01)
    torch.testing.assert_close(training.V, before + 0.01 * dV)


@pytest.mark.parametrize("network", ["two-layer", "strict", "one-layer"])
def test_the_split_is_held_against_the_loss_and_shows_a_wrong_term(
    network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = make(network=network, data="gaussian", targets="teacher", strength=1.5)
    exhibit.advance(30)
    assert exhibit.frame().metrics["split_error"] < 1e-5
    descent, (R, D, _) = exhibit.ensemble.adversarial.descent(1.5), exhibit.ensemble.adversarial.parts(1.5)
    assert float((R + D - descent).norm() / max(R.norm(), D.norm())) < 1e-5  # they may all but cancel
    monkeypatch.setattr(
        "engine.exhibits.adversarial_patterns.training.diffusion", lambda *args: 1.01 * terms.diffusion(*args)
    )
    assert exhibit.frame().metrics["split_error"] > 1e-4


def test_the_weights_go_where_the_split_says() -> None:
    """The finite difference of the weights over a short step, in double precision, is the loss's descent."""
    exhibit = make(inits=1, d_out=3)
    exhibit.advance(20)
    training = exhibit.ensemble.adversarial
    for name in ("U", "V"):
        setattr(training, name, getattr(training, name).double())
    training.task = Task(training.task.X.double(), training.task.Y.double(), relu=True, fixed_top=False)
    training.critic.W, training.critic.a = training.critic.W.double(), training.critic.a.double()
    training._seen = None
    before, want, eta = training.U[0].clone(), training.descent(1.0), 1e-3
    training.move(1.0, eta)
    torch.testing.assert_close((training.U[0] - before) / eta, want, rtol=1e-9, atol=1e-9)


def test_the_slopes_bound_is_hoeffdings() -> None:
    """Signs independent of the rows: hardly ever steeper than L sqrt(2 log(2/delta)); signs that know them: sqrt(k)."""
    random, k, L, delta = torch.Generator().manual_seed(0), 400, 0.7, 0.1
    W = L * torch.sign(torch.randn(2000, k, 1, generator=random))
    a = torch.sign(torch.randn(2000, k, generator=random))
    known = theory.Theory(0.2, 0.7, 50, 400, 6.0, L, delta)
    assert known.slope == pytest.approx(L * math.sqrt(2 * math.log(20)))
    assert known.mu == pytest.approx(known.slope * 50 / 20)
    slopes = terms.slope(W, a, torch.ones(2000, 1, 1))[:, 0, 0].abs()
    assert float((slopes > known.slope).double().mean()) < delta
    assert float((slopes > known.slope / 2).double().mean()) > 0.01  # and the bound is not just too large
    knowing = terms.slope(W, torch.sign(W[..., 0]), torch.ones(2000, 1, 1))[:, 0, 0]
    assert float(knowing.mean()) > 3 * known.slope


def test_the_tangent_is_the_transpose_and_its_largest_rate_is_right() -> None:
    exhibit = make(inits=1, n=20, d_out=3)
    training = exhibit.ensemble.without
    A, S, Z = training.forward()

    def outputs(U: torch.Tensor, V: torch.Tensor) -> torch.Tensor:
        return V @ torch.relu(U @ training.task.X.T) / math.sqrt(V.numel())

    jacobians = torch.autograd.functional.jacobian(outputs, (training.U[0], training.V[0]))
    J = torch.cat([part.reshape(Z[0].numel(), -1) for part in jacobians], 1)
    largest = float(torch.linalg.eigvalsh(J @ J.T)[-1])
    assert training.stiffness() == pytest.approx(largest, rel=1e-3)
    dU, dV = torch.randn(training.U.shape), torch.randn(training.V.shape)
    got = terms.push(dU, dV, training.V, S, A, training.task.X)
    want = J @ torch.cat([dU.ravel(), dV.ravel()])
    torch.testing.assert_close(got.ravel(), want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("d_out", [1, 10])
def test_critic_gradients_equal_autograd(d_out: int) -> None:
    net = network(d_out)
    W, a, real = net["W"].requires_grad_(), net["a"].requires_grad_(), net["Y"]
    fake, mixed = real.flip(1) + 0.3, (real + 1).requires_grad_()

    def critic(y: torch.Tensor) -> torch.Tensor:
        return a @ torch.relu(W @ y) / math.sqrt(len(a))

    (gamma,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
    loss = critic(fake).mean() - critic(real).mean() + 1.7 * ((gamma.norm(dim=0) - 1) ** 2).mean()
    for got, want in zip(
        gradients(W.detach(), a.detach(), real, fake, mixed.detach(), 1.7),
        torch.autograd.grad(loss, (W, a)),
        strict=True,
    ):
        torch.testing.assert_close(got, want)


def test_leading_dimensions_are_separate_networks() -> None:
    nets = [network(3), {**network(3), "U": 2 * network(3)["U"], "W": -network(3)["W"]}]
    X = nets[0]["X"]
    U, V, W, a = (torch.stack([net[name] for net in nets]) for name in "UVWa")
    A, S = terms.hidden(U, X)
    Z = terms.output(V, A)
    together = terms.pull(terms.diffusion(1.0, W, a, Z), V, S, A, X)
    for i in range(2):
        alone = terms.pull(terms.diffusion(1.0, W[i], a[i], Z[i]), V[i], S[i], A[i], X)
        for got, want in zip(together, alone, strict=True):
            torch.testing.assert_close(got[i], want)


# ---- theory --------------------------------------------------------------------------------------------------


def test_h_infinity_equals_monte_carlo() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((12, 6))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    X[1] = -X[0]
    S = X @ rng.standard_normal((6, 200_000)) >= 0
    np.testing.assert_allclose(theory.h_infinity(X), theory.kernel(X, S.T.astype(float)), atol=4 * 0.5 / 200_000**0.5)
    np.testing.assert_allclose(np.diag(theory.h_infinity(X)), 0.5)
    assert theory.h_infinity(X)[0, 1] == pytest.approx(0, abs=1e-12)


def test_the_bounds_are_as_published() -> None:
    known = theory.Theory(lambda_0=0.2, lambda_max=0.7, n=50, m=400, start=6.0, L=1.5, delta=0.1)
    kappa, mu = (2 * 0.7 + 0.2) / 0.2, 1.5 * 50 * math.sqrt(2 * math.log(20)) / 20
    assert (known.kappa, known.mu) == (pytest.approx(kappa), pytest.approx(mu))
    reach = 2 * math.sqrt(50) * 6 / (20 * 0.2)
    for t in (0.0, 1.0, 30.0):
        first = reach * (1 - math.exp(-0.1 * t))
        assert known.supervised(t) == pytest.approx(first)
        assert known.adversarial(t) == pytest.approx(first + mu * (1 + kappa * math.sqrt(50)) / 20 * t)
        assert known.residual(t, adversary=True) == pytest.approx((6 - kappa * mu) * math.exp(-0.1 * t) + kappa * mu)
    assert known.supervised(1e4) == pytest.approx(reach)
    for adversary in (False, True):
        t = known.equilibrium(0.01, adversary=adversary)
        away = abs(known.residual(t, adversary=adversary) - (known.floor if adversary else 0))
        assert away == pytest.approx(0.01)
    silent = theory.Theory(0.2, 0.7, 50, 400, 6.0, 1.5, 0.1, alpha=0.0)
    assert silent.adversarial(5.0) == silent.supervised(5.0)


@pytest.mark.parametrize("psi", [0.5, 90.0])
def test_bernoulli_and_logistic_solve_their_equations(psi: float) -> None:
    r, K, times = 3.0, 4.0, np.linspace(0, 6, 13)

    def right(_: float, y: np.ndarray) -> list[float]:
        return [r * y[0] ** 0.5 * (1 - y[0] ** 0.5 / K), r * y[1] * (1 - y[1] / K)]

    want = solve_ivp(right, (0, 6), [psi, psi], t_eval=times, rtol=1e-9, atol=1e-9).y
    np.testing.assert_allclose([theory.bernoulli(psi, r, K, t) for t in times], want[0], rtol=1e-6)
    np.testing.assert_allclose([theory.logistic(psi, r, K, t) for t in times], want[1], rtol=1e-6)
    known = theory.Theory(0.2, 0.7, 50, 400, psi**0.5, 1.0, 0.1)
    for t in times:  # the residual's bound is the Bernoulli equation's solution
        assert theory.bernoulli(psi, known.rate, known.floor, t) == pytest.approx(
            known.residual(t, adversary=True) ** 2
        )


# ---- the critic at work ----------------------------------------------------------------------------------------------


def test_the_critic_learns_to_give_real_outputs_more_than_generated_ones_and_the_generator_climbs_it() -> None:
    net = network(3)
    real, fake = net["Y"] + 2.0, net["Y"].flip(1)[None] - 2.0
    critic = Critic(net["W"][None], net["a"][None], torch.Generator("cpu").manual_seed(0), fixed_top=False)

    def given(Z: torch.Tensor) -> float:
        W, a = critic.W[0], critic.a[0]
        return float((a @ torch.relu(W @ Z)).mean()) / math.sqrt(len(a))

    before = given(real) - given(fake[0])
    critic.train(real, fake, steps=60, rate=0.05, penalty=0.1, L=10.0)
    assert given(real) - given(fake[0]) > before + 1
    signal = terms.diffusion(0.5, critic.W[0], critic.a[0], fake[0])
    assert given(fake[0] + 0.1 * signal) > given(fake[0])  # with D alone the outputs climb what the critic says


def test_both_layers_of_the_critic_go_down_its_objective() -> None:
    net = network(3)
    real, fake, start = net["Y"], net["Y"].flip(1)[None], torch.Generator("cpu").manual_seed(0)
    share = torch.rand((1, 1, real.shape[1]), generator=start.clone_state(), dtype=real.dtype)
    dW, da = gradients(net["W"][None], net["a"][None], real[None], fake, fake + share * (real - fake), 1.3)
    critic = Critic(net["W"][None].clone(), net["a"][None].clone(), start, fixed_top=False)
    critic.train(real, fake, steps=1, rate=0.01, penalty=1.3, L=100.0)
    torch.testing.assert_close(critic.W[0], net["W"] - 0.01 * dW[0])
    torch.testing.assert_close(critic.a[0], net["a"] - 0.01 * da[0])


def test_the_penalty_is_looked_at_between_the_outputs_and_their_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    net, seen = network(3), []

    def look(W: torch.Tensor, a: torch.Tensor, *outputs: object) -> tuple[torch.Tensor, torch.Tensor]:
        seen.append(outputs)
        return torch.zeros_like(W), torch.zeros_like(a)

    monkeypatch.setattr("engine.exhibits.adversarial_patterns.critic.gradients", look)
    critic = Critic(net["W"][None], net["a"][None], torch.Generator("cpu").manual_seed(0), fixed_top=False)
    critic.train(net["Y"], net["Y"].flip(1)[None], steps=3, rate=0.1, penalty=2.0, L=1.0)
    shares = []
    for real, fake, mixed, penalty in seen:
        share = (mixed - fake) / (real - fake)  # one for each sample, whatever the output
        torch.testing.assert_close(share, share.mean(1, keepdim=True).expand_as(share), rtol=1e-6, atol=1e-6)
        assert penalty == 2.0 and 0 <= float(share.min()) < 0.2 < 0.8 < float(share.max()) <= 1
        shares.append(share)
    assert not torch.equal(shares[0], shares[1])


# ---- devices ---------------------------------------------------------------------------------------------------------


class NamedDevices(TorchFunctionMode):
    """Refuses to make a tensor on a device that nobody has named."""

    MAKE = ("tensor", "zeros", "ones", "empty", "full", "eye", "arange", "linspace", "rand", "randn", "randint")

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") in self.MAKE and func in vars(torch).values():
            assert kwargs and kwargs.get("device") is not None, f"torch.{func.__name__} without a device"
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("network", ["two-layer", "strict", "one-layer"])
def test_every_tensor_is_made_on_a_named_device(network: str) -> None:
    with NamedDevices():
        exhibit = make(network=network)
        exhibit.advance(25)
        list(exhibit.phases())
        exhibit.frame()
        exhibit.load_state_dict(exhibit.state_dict())
        with pytest.raises(AssertionError, match="without a device"):
            torch.zeros(2)


@pytest.mark.parametrize("relu", [False, True])
def test_a_step_stays_on_the_device_its_weights_are_on(relu: bool) -> None:
    """On torch's device without memory, where sums and products by elements refuse what lies elsewhere."""

    def there(*shape: int) -> torch.Tensor:
        return torch.empty(shape, device="meta")

    critic = Critic(there(2, 8, 3), there(2, 8), torch.Generator("cpu"), fixed_top=False)
    training = Training(
        Task(there(20, 9), there(3, 20), relu, fixed_top=False), there(2, 16, 9), there(2, 3, 16), critic
    )
    training.train_critic(PatternParams())
    training.move(1.0, 0.1)
    made = (training.U, training.V, critic.W, critic.a, *training.forward(), training.parts(1.0, slice(4)))
    assert {tensor.device.type for tensor in made} == {"meta"}


def test_only_large_networks_go_to_a_gpu_and_none_where_there_is_none() -> None:
    large = PatternParams(m="1024", n=500)
    assert AdversarialPatterns.device_for(large, ("cpu", "cuda")) == "cuda"
    assert AdversarialPatterns.device_for(large, ("cpu",)) == "cpu"
    assert AdversarialPatterns.device_for(PatternParams(), {"cpu", "cuda"}) == "cpu"
    assert AdversarialPatterns.device_for(large.replaced(side="8"), {"cpu", "cuda"}) == "cuda"
    assert AdversarialPatterns.device_for(PatternParams(m="4096", n=20, side="8"), {"cpu", "cuda"}) == "cpu"


def test_the_chemistry_stays_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    make_grid = bridge.make_grid
    monkeypatch.setattr(bridge, "make_grid", lambda *args: asked.append(args[3]) or make_grid(*args))
    exhibit = AdversarialPatterns(PatternParams(n=20, side="8"), seed=0, device="cpu")
    exhibit.set(exhibit.params.replaced(chemistry="gray-scott"))
    assert asked == ["cpu"] * 4 and "device" not in inspect.signature(bridge.Bridge).parameters
