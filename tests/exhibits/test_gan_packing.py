"""Packing: D judges several samples at once, and with one at a time nothing is changed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.exhibits.gan import Gan, penalties
from engine.exhibits.gan.coulomb import potential
from engine.exhibits.gan.networks import Discriminator
from engine.exhibits.gan.objectives import OBJECTIVES, Batch
from engine.kit.nets import Perceptron
from tests.exhibits.test_gan import make, same


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def judge(pack: int, **more: object) -> Discriminator:
    return Discriminator(2, 1, 24, 3, bool(more.get("minibatch")), seeded(), pack)


def test_a_pack_of_one_is_the_usual_network_bit_by_bit() -> None:
    D, plain = judge(1), Perceptron([2, 24, 24, 24, 1], seeded())
    assert torch.equal(D.flat, plain.flat)
    x = torch.randn(30, 2, generator=seeded(1)).requires_grad_()
    assert torch.equal(D(x), plain(x).squeeze(1))
    (gradient,) = torch.autograd.grad(plain(x).sum(), x)
    assert torch.equal(penalties.slopes(D(x), x), gradient.square().sum(1))


def test_samples_of_a_pack_lie_side_by_side() -> None:
    D, plain = judge(3), Perceptron([6, 24, 24, 24, 1], seeded())
    x = torch.randn(12, 2, generator=seeded(1)).requires_grad_()
    together = x.reshape(4, 6)
    assert torch.equal(D(x), plain(together).squeeze(1))
    (gradient,) = torch.autograd.grad(plain(together).sum(), x)
    torch.testing.assert_close(penalties.slopes(D(x), x), gradient.reshape(4, 6).square().sum(1))
    others = x[1:3].detach()
    torch.testing.assert_close(D.beside(x[:1], None, others, None), D(x[:3]))
    torch.testing.assert_close(D(torch.cat([x, x + 1]), batches=2), torch.cat([D(x), D(x + 1)]))


def test_a_pack_is_mixed_with_a_pack_for_the_penalty(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = penalties.gradient_penalty
    monkeypatch.setattr(penalties, "gradient_penalty", lambda *given: asked.append(given[3]) or original(*given))
    make(objective="wgan-gp", pack=2).step()
    (u,) = asked
    assert u.shape == (32, 1) and torch.equal(u[::2], u[1::2]) and len(u.unique()) == 16


@pytest.mark.parametrize("pack", [2, 3, 4])
@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_every_objective_learns_from_packs(objective: str, pack: int) -> None:
    exhibit = make(objective=objective, pack=pack, penalty="R1 + R2", batch=32)
    before = exhibit.trainer.G.flat.clone(), exhibit.trainer.D.flat.clone()
    exhibit.advance(4)
    batch = exhibit.trainer.batch
    assert batch is not None and len(batch.x) == {2: 32, 3: 33, 4: 32}[pack] == pack * len(batch.D_x)
    assert not torch.equal(before[0], exhibit.trainer.G.flat) and not torch.equal(before[1], exhibit.trainer.D.flat)
    assert exhibit.diverged() is None
    for array in exhibit.frame().arrays.values():
        assert np.isfinite(array).all()


def test_of_a_pack_coulomb_learns_the_mean_of_its_potentials() -> None:
    x, Gz = torch.randn(8, 2, generator=seeded(1)), torch.randn(8, 2, generator=seeded(2))
    D_x, D_Gz = torch.randn(4, generator=seeded(3)), torch.randn(4, generator=seeded(4))
    loss = OBJECTIVES["coulomb"].loss_D(Batch(x, Gz, D_x, D_Gz))
    means = [potential(a, x, Gz, 3, 1.0).reshape(4, 2).mean(1) for a in (x, Gz)]
    want = 0.5 * ((D_x - means[0]) ** 2).mean() + 0.5 * ((D_Gz - means[1]) ** 2).mean()
    torch.testing.assert_close(loss, want)


@pytest.mark.parametrize("surface", ["optimal D", "D - optimal D"])
def test_no_optimal_d_is_offered_where_d_judges_packs(surface: str) -> None:
    word = make(pack=2, surface=surface).frame().words["surface"]
    assert "beside real samples" in word and "no optimal D here: D judges packs of 2 samples" in word
    assert "no optimal" not in make(pack=1, surface=surface).frame().words["surface"]
    assert "curve_optimal" not in make(pack=2, data="bell-1d").frame().arrays
    assert "curve_optimal" in make(pack=1, data="bell-1d").frame().arrays


def test_the_background_is_what_d_says_of_a_place_beside_real_samples() -> None:
    exhibit = make(pack=2)
    exhibit.advance(20)
    trainer, show = exhibit.trainer, exhibit.show
    real, _ = exhibit.data.first(8)
    centres = torch.from_numpy(show.cells.centres())
    with torch.no_grad():
        says = [
            torch.sigmoid(trainer.D(torch.stack([centres, one.expand_as(centres)], 1).flatten(0, 1))) for one in real
        ]
    want = torch.stack(says).mean(0).reshape(show.cells.along, -1)
    np.testing.assert_allclose(exhibit.frame().arrays["surface"], want, atol=1e-5)


@pytest.mark.parametrize(
    "values",
    [
        {"minibatch": True, "spectral": True, "conditional": True}, {"data": "bells-1d"},
        {"conditional": True, "penalty": "R1"}, {"conditional": True, "objective": "wgan-gp"},
    ],
)  # fmt: skip
def test_packs_go_with_everything_else_and_a_state_goes_on(values: dict) -> None:
    one, other = make(pack=3, **values), make(pack=3, seed=5, **values)
    one.advance(7)
    other.load_state_dict(one.state_dict())
    for each in (one, other):
        each.advance(7)
    same(one, other)


def test_in_slow_motion_packs_are_told() -> None:
    exhibit = make(pack=3, batch=32)
    told = [sentence for sentence in exhibit.phases()]
    assert told[0].startswith("Sample: 33 real points")
    assert "gives real packs of 3" in told[2]


def test_the_number_of_packed_samples_is_bounded() -> None:
    for pack in (0, 5):
        with pytest.raises(ValueError, match="pack"):
            Gan.Params(pack=pack)
