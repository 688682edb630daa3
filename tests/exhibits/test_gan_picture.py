"""GANs: what the picture and the numbers say is so. D is made a known function, and both sides are told apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.exhibits.gan import Draw, Gan
from tests.exhibits.test_gan import make

SLOPE = (1.0, 3.0)


def linear_D(**values: object) -> Gan:
    """D(x, y) = x + 3 y: rises to the right, and faster upwards."""
    exhibit = make(**{"data": "draw", "depth": 1, **values})
    D = exhibit.trainer.D
    D.flat.zero_()
    D.W[0].detach()[0, :2] = torch.tensor(SLOPE)
    D.b[0].detach()[0] = 20.0  # far on the straight side of the leaky ReLU
    D.W[1].detach()[0, 0] = 1.0
    D.b[1].detach()[0] = -20.0
    return exhibit


def centres(extent: float, along: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the cells of a picture, (along, along) each, its upper row first."""
    axis = extent * (2 * np.arange(along) + 1 - along) / along
    return np.broadcast_to(axis, (along, along)), np.broadcast_to(axis[::-1, None], (along, along))


def apart() -> Gan:
    """Real samples at (1, 0.5); the untrained generator's lie about the middle, and are then put at (-1, -0.5)."""
    exhibit = make(data="draw", noise=0.0)
    exhibit.poke(Draw(kind="points", points=[(1.0, 0.5)] * 50))
    G = exhibit.trainer.G
    G.W[-1].detach().mul_(0.02)
    G.b[-1].detach().copy_(torch.tensor([-1.0, -0.5]))
    exhibit.instruments.look()
    return exhibit


def shown(exhibit: Gan, **values: object) -> dict[str, np.ndarray]:
    exhibit.set(exhibit.params.replaced(**values))
    return exhibit.frame().arrays


# ---- the surface ---------------------------------------------------------------------------------------------------


def test_the_surface_has_its_upper_row_first_and_is_not_mirrored() -> None:
    exhibit = linear_D(objective="least-squares")
    surface = exhibit.frame().arrays["surface"]
    x, y = centres(exhibit.scene().metrics["extent"], len(surface))
    np.testing.assert_allclose(surface, x + 3 * y, atol=1e-4)


def test_optimal_D_believes_in_real_samples_and_not_in_generated_ones() -> None:
    exhibit = apart()
    surface = shown(exhibit, surface="optimal D")["surface"]
    x, y = centres(exhibit.scene().metrics["extent"], len(surface))
    assert surface[np.hypot(x - 1, y - 0.5) < 0.1].min() > 0.9
    assert surface[np.hypot(x + 1, y + 0.5) < 0.1].max() < 0.1
    np.testing.assert_allclose(surface[np.hypot(x - 1, y + 1) < 0.2], 0.5, atol=1e-3)


@pytest.mark.parametrize("objective", ["minimax", "non-saturating", "least-squares"])
def test_the_difference_is_the_learned_D_minus_the_optimal_one(objective: str) -> None:
    exhibit = apart()
    exhibit.advance(5)
    learned = shown(exhibit, surface="D", objective=objective)["surface"]
    optimal = shown(exhibit, surface="optimal D")["surface"]
    np.testing.assert_allclose(shown(exhibit, surface="D - optimal D")["surface"], learned - optimal, atol=1e-6)
    assert np.abs(learned - optimal).max() > 0.3


@pytest.mark.parametrize("objective", ["minimax", "non-saturating", "least-squares"])
def test_a_discriminator_that_learns_alone_comes_to_the_optimal_one(objective: str) -> None:
    """In one dimension, weighted by where there are samples; G is held still."""
    values = {"data": "bell-1d", "noise": 0.3, "width": 32, "batch": 256, "points": 2000, "lr_D": 0.003}
    exhibit = make(objective=objective, train="D only", **values)

    def away() -> float:
        frame, p = exhibit.frame().arrays, exhibit.scene().arrays["curve_p"]
        weight = p + frame["curve_pG"]
        return float((weight * np.abs(frame["curve_D"] - frame["curve_optimal"])).sum() / weight.sum())

    before = away()
    exhibit.advance(400)
    assert away() < 0.08 < before


def test_where_theory_has_no_optimal_D_the_picture_shows_D_and_says_why() -> None:
    for objective, why in (("wasserstein", "critic"), ("wgan-gp", "critic"), ("coulomb", "Φ"), ("pairing", "differ")):
        exhibit = make(objective=objective)
        exhibit.advance(3)
        learned = shown(exhibit, surface="D")["surface"]
        for surface in ("optimal D", "D - optimal D"):
            np.testing.assert_array_equal(shown(exhibit, surface=surface)["surface"], learned)
            said = exhibit.frame().words["surface"]
            assert "D(x); there is no optimal D here" in said and why in said
        on_the_line = make(objective=objective, data="bell-1d").frame().arrays
        assert "curve_optimal" not in on_the_line


def test_with_labels_optimal_D_is_that_of_the_label_shown() -> None:
    """An untrained generator lies about the middle; of all real samples those of the label alone are believed."""
    exhibit = make(conditional=True, surface="optimal D", points=2000)
    for label in (0, 3):
        surface = shown(exhibit, label=label)["surface"]
        x, y = centres(exhibit.scene().metrics["extent"], len(surface))
        at = [surface[np.hypot(x - a, y - b) < 0.05].mean() for a, b in exhibit.data.source.modes]
        assert at[label] > 0.9 and max(at[:label] + at[label + 1 :]) < 0.6


def test_in_one_dimension_optimal_D_follows_the_densities() -> None:
    exhibit = make(data="bell-1d", noise=0.1)
    exhibit.trainer.G.b[-1].detach().fill_(-1.0)
    exhibit.trainer.G.W[-1].detach().mul_(0.02)
    frame, scene = exhibit.frame().arrays, exhibit.scene().arrays
    x, optimal = scene["line_x"], frame["curve_optimal"]
    assert x[scene["curve_p"].argmax()] == pytest.approx(0.6, abs=0.1)
    assert x[frame["curve_pG"].argmax()] == pytest.approx(-1, abs=0.1)
    assert optimal[np.abs(x - 0.6) < 0.1].min() > 0.9 and optimal[np.abs(x + 1) < 0.1].max() < 0.1


# ---- the arrows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["minimax", "non-saturating", "wasserstein", "coulomb", "pairing"])
def test_arrows_point_up_D_and_there_the_samples_go(objective: str) -> None:
    exhibit = linear_D(objective=objective, train="G only", lr_G=1e-3)
    at_once = exhibit.frame().arrays["arrows"]
    before = exhibit.frame().arrays["fakes"]
    for _ in exhibit.phases():
        batch = exhibit.frame().arrays
    for arrows in (at_once, batch["batch_arrows"]):
        assert arrows[:, 0].min() > 0
        np.testing.assert_allclose(arrows[:, 1], 3 * arrows[:, 0], rtol=1e-3)
    if objective == "wasserstein":  # minus the gradient of m L_G is that of D itself
        np.testing.assert_allclose(at_once, np.broadcast_to(SLOPE, at_once.shape), rtol=1e-3)
    exhibit.advance(5)
    way = (exhibit.frame().arrays["fakes"] - before).mean(0)
    assert way[0] > 0 and way[1] > 0


def test_least_squares_arrows_lead_to_where_D_says_one() -> None:
    exhibit = linear_D(objective="least-squares")
    frame = exhibit.frame().arrays
    fakes, arrows = frame["fakes"][: len(frame["arrows"])], frame["arrows"]
    missing = 1 - fakes @ SLOPE
    np.testing.assert_allclose(arrows, missing[:, None] * SLOPE, atol=1e-3)


def test_charges_are_drawn_to_real_samples_and_pushed_from_generated_ones() -> None:
    exhibit = apart()
    frame = shown(exhibit, surface="Coulomb potential")
    surface = frame["surface"]
    x, y = centres(exhibit.scene().metrics["extent"], len(surface))
    top, bottom = (np.unravel_index(at, surface.shape) for at in (surface.argmax(), surface.argmin()))
    np.testing.assert_allclose([x[top], y[top]], [1, 0.5], atol=0.1)
    np.testing.assert_allclose([x[bottom], y[bottom]], [-1, -0.5], atol=0.1)
    assert surface[top] > 0 > surface[bottom]
    fakes, arrows = frame["fakes"][: len(frame["arrows"])], frame["arrows"]
    assert (arrows.mean(0) > 0).all()
    outwards = ((fakes - fakes.mean(0)) * (arrows - arrows.mean(0))).sum(1)
    assert outwards.mean() > 0


# ---- the numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["minimax", "least-squares", "wgan-gp"])
def test_D_real_and_D_fake_are_what_D_says_of_either(objective: str) -> None:
    exhibit = make(data="parallel-lines", theta=1.5, noise=0.0, objective=objective, train="D only", lr_D=0.01)
    exhibit.advance(200)
    metrics = exhibit.frame().metrics
    assert metrics["D_real"] > metrics["D_fake"] + 0.5 and metrics["ranked"] > 0.9
    D = exhibit.trainer.D
    with torch.no_grad():
        real, fake = (float(exhibit.trainer.objective.opinion(D(torch.tensor([[x, 0.0]])))) for x in (0.0, 1.5))
    assert metrics["D_real"] == pytest.approx(real, rel=0.1, abs=0.15)
    assert metrics["D_fake"] == pytest.approx(fake, rel=0.1, abs=0.15)


def test_slow_motion_says_which_is_which() -> None:
    exhibit = make(data="parallel-lines", theta=1.5, noise=0.0, objective="least-squares", train="D only", lr_D=0.01)
    exhibit.advance(200)
    sentence = list(exhibit.phases())[2]
    words = sentence.split()
    assert float(words[words.index("points") + 1]) > 0.7 and float(words[-1]) < 0.3


def test_the_batch_in_slow_motion_is_the_data_and_what_the_generator_made_of_z() -> None:
    exhibit = apart()
    for _ in exhibit.phases():
        frame = exhibit.frame().arrays
    np.testing.assert_allclose(frame["batch_x"].mean(0), [1.0, 0.5], atol=1e-5)
    np.testing.assert_allclose(frame["batch_Gz"].mean(0), [-1.0, -0.5], atol=0.05)


def test_a_critic_that_learns_raises_its_value() -> None:
    """With G held still, L_D falls from the start on: each step of D goes down its gradient."""
    for objective in ("minimax", "least-squares", "wasserstein", "wgan-gp", "pairing", "coulomb"):
        values = {"data": "parallel-lines", "noise": 0.0, "train": "D only", "batch": 512, "lr_D": 0.002, "clip": 1.0}
        exhibit = make(objective=objective, **values)
        exhibit.step()
        first = float(exhibit.trainer.loss_D)
        exhibit.advance(60)
        assert float(exhibit.trainer.loss_D) < first - 0.01, objective


# ---- labels --------------------------------------------------------------------------------------------------------


def test_the_label_shown_is_the_one_for_which_D_and_the_manifold_are_drawn() -> None:
    exhibit = make(conditional=True, objective="least-squares")
    exhibit.advance(30)
    trainer, show = exhibit.trainer, exhibit.show
    x, y = centres(exhibit.scene().metrics["extent"], show.cells.along)
    cells = torch.tensor(np.stack([x.ravel(), y.ravel()], 1), dtype=torch.float32)
    surfaces = []
    for label in (0, 5):
        frame = shown(exhibit, label=label)
        with torch.no_grad():
            D = trainer.D(cells, torch.full((len(cells),), label)).numpy()
            Gz = trainer.G(torch.from_numpy(show.latent), torch.full((len(show.latent),), label)).numpy()
        np.testing.assert_allclose(frame["surface"].ravel(), D, atol=1e-5)
        np.testing.assert_allclose(frame["manifold"].reshape(-1, 2), Gz, atol=1e-5)
        surfaces.append(frame["surface"])
    assert np.abs(surfaces[0] - surfaces[1]).max() > 1e-3


def test_an_arrow_is_that_of_its_samples_own_label() -> None:
    exhibit = make(conditional=True, objective="wasserstein")
    exhibit.advance(30)
    frame, D = exhibit.frame().arrays, exhibit.trainer.D
    at = torch.tensor(frame["fakes"][: len(frame["arrows"])], requires_grad=True)
    (uphill,) = torch.autograd.grad(D(at, exhibit.show.labels[: len(at)]).sum(), at)
    np.testing.assert_allclose(frame["arrows"], uphill, atol=1e-5)
    assert len(exhibit.show.labels.unique()) == 8


def test_with_labels_generated_samples_go_where_their_label_is() -> None:
    """Two moons, told apart after a few hundred steps only if both networks are told the same label in training."""
    exhibit = make(data="moons", conditional=True, noise=0.02, penalty="R1", width=32, batch=64, seed=1)
    exhibit.advance(600)
    frame, labels = exhibit.frame().arrays, exhibit.show.labels.numpy()
    real, kinds = exhibit.data.points, exhibit.data.labels
    nearest = np.linalg.norm(frame["fakes"][:, None] - real[None], axis=2).argmin(1)
    assert (kinds[nearest] == labels).mean() > 0.85
