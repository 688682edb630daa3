"""GANs: the manners of the exhibit, its instruments, and rough handling."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibits.gan import CODE, LAMPS, SOURCES, Draw, Gan
from engine.exhibits.gan.exhibit import EMPTY, SINGLE
from engine.exhibits.gan.lamps import modes_covered, swings
from engine.exhibits.gan.training import PHASES
from engine.kit.pointset import MOST_POINTS

SMALL = {"width": 16, "depth": 2, "batch": 32, "points": 300}
SETTINGS = [
    {}, {"objective": "wgan-gp", "d_steps": 2}, {"objective": "wasserstein", "optimiser": "rmsprop"},
    {"objective": "pairing", "penalty": "R1 + R2", "updates": "simultaneous"},
    {"objective": "coulomb", "data": "spiral"}, {"minibatch": True, "spectral": True, "conditional": True},
    {"data": "parallel-lines"}, {"data": "bells-1d"},
    {"optimiser": "momentum", "surface": "optimal D", "latent_dim": 1}, {"data": "draw", "latent_dim": 5},
    {"optimiser": "sgd", "surface": "Coulomb potential", "latent": "uniform", "decay": 1000},
]  # fmt: skip
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: "-".join(map(str, setting.values())))


def make(**values: object) -> Gan:
    params = Gan.Params(**{**SMALL, **values})
    return Gan(params, seed=params.seed)


def same(a: Gan, b: Gan) -> None:
    """Both show the same, bit by bit."""
    one, other = a.frame(), b.frame()
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name])
    np.testing.assert_equal(one.metrics, other.metrics)
    assert (one.ranges, one.words) == (other.ranges, other.words)


# ---- the exhibit's manners -----------------------------------------------------------------------------------------


@each_setting
def test_slow_motion_equals_full_speed(setting: dict) -> None:
    slow, fast = make(**setting), make(**setting)
    for _ in range(9):
        for sentence in slow.phases():
            frame = slow.frame()
            assert frame.words["phase"] == sentence and frame.words["highlight"] in PHASES
            assert slow.diverged() is None
    fast.advance(9)
    same(slow, fast)


def test_slow_motion_tells_six_phases_and_shows_the_batch() -> None:
    exhibit = make()
    told = [(frame.words["highlight"], set(frame.arrays)) for _ in exhibit.phases() for frame in [exhibit.frame()]]
    assert [name for name, _ in told] == list(PHASES)
    assert all("batch_x" in arrays for _, arrays in told)
    assert ["batch_arrows" in arrays for _, arrays in told] == [False] * 4 + [True] * 2
    exhibit.step()
    assert "highlight" not in exhibit.frame().words


@each_setting
def test_state_round_trip_goes_on_bit_by_bit(setting: dict) -> None:
    exhibit, other = make(**setting), make(**setting, seed=9)
    exhibit.poke(Draw(kind="spray", x=0.2, y=0.3))
    exhibit.advance(13)
    other.load_state_dict(exhibit.state_dict())
    same(exhibit, other)
    for one in (exhibit, other):
        one.advance(17)
        one.poke(Draw(kind="spray", x=0.7, y=0.3))
    same(exhibit, other)
    assert torch.equal(exhibit.trainer.D.flat, other.trainer.D.flat)
    np.testing.assert_array_equal(exhibit.data.points, other.data.points)


@pytest.mark.parametrize("data", list(SOURCES))
@pytest.mark.parametrize("surface", ["D", "optimal D", "D - optimal D", "Coulomb potential", "none"])
def test_every_frame_is_complete_and_finite(data: str, surface: str) -> None:
    exhibit = make(data=data, surface=surface)
    exhibit.advance(3)
    frame, scene = exhibit.frame(), exhibit.scene()
    for array in (*frame.arrays.values(), *scene.arrays.values()):
        assert array.dtype in (np.float32, np.uint8) and np.isfinite(array).all()
    for name, (low, high) in frame.ranges.items():
        assert low < high and low <= frame.arrays[name].min() and frame.arrays[name].max() <= high
    dimension = SOURCES[data].dimension
    assert frame.arrays["fakes"].shape[1] == scene.arrays["real"].shape[1] == dimension
    assert ("surface" in frame.arrays) == (dimension == 2 and surface != "none")
    assert set(LAMPS) <= set(frame.metrics)


def test_live_changes_act_at_once() -> None:
    exhibit = make(data="parallel-lines", theta=1.0, noise=0.0)
    exhibit.set(exhibit.params.replaced(theta=-0.5))
    assert exhibit.frame().metrics["theta_now"] == -0.5
    assert exhibit.frame().metrics["w1"] == pytest.approx(0.5, abs=0.05)
    assert exhibit.frame().metrics["js"] == pytest.approx(math.log(2), abs=0.01)
    exhibit = make()
    version, before = exhibit.scene_version, exhibit.scene().arrays["real"]
    exhibit.set(exhibit.params.replaced(noise=0.1))
    after = exhibit.scene().arrays["real"]
    assert exhibit.scene_version > version and np.abs(after - before).max() > 0.05
    for train, moves in (("D only", (False, True)), ("G only", (True, False)), ("both", (True, True))):
        exhibit.set(exhibit.params.replaced(train=train))
        G, D = exhibit.trainer.G.flat.detach().clone(), exhibit.trainer.D.flat.detach().clone()
        exhibit.step()
        assert (not torch.equal(G, exhibit.trainer.G.flat), not torch.equal(D, exhibit.trainer.D.flat)) == moves
    for optimiser in ("sgd", "rmsprop", "momentum", "adam"):
        exhibit.set(exhibit.params.replaced(optimiser=optimiser, objective="least-squares"))
        exhibit.advance(2)
        assert exhibit.diverged() is None


def test_learning_rates_decay_to_zero() -> None:
    exhibit = make(decay=1000)
    exhibit.trainer.steps = 250
    assert exhibit.trainer.decay() == 0.75
    exhibit.trainer.steps = 5000
    G = exhibit.trainer.G.flat.detach().clone()
    exhibit.step()
    assert exhibit.frame().metrics["rate"] == 0 and torch.equal(G, exhibit.trainer.G.flat)


def test_divergence_is_named() -> None:
    exhibit = make(optimiser="sgd", lr_D=1.0, lr_G=1.0, objective="least-squares", spectral=False)
    assert exhibit.diverged() is None
    exhibit.advance(200)
    assert "discriminator" in str(exhibit.diverged())
    exhibit.frame()


@pytest.mark.parametrize("objective", ["non-saturating", "wasserstein", "pairing"])
def test_the_code_that_is_shown_is_the_code_that_runs(objective: str) -> None:
    exhibit, ran = make(objective=objective), set()
    sys.setprofile(lambda frame, event, _: ran.add(frame.f_code) if event == "call" else None)
    try:
        exhibit.advance(1)
    finally:
        sys.setprofile(None)
    losses = (exhibit.trainer.objective.loss_D, exhibit.trainer.objective.loss_G)
    assert {shown.__code__ for shown in (*CODE, *losses)} <= ran


# ---- instruments ---------------------------------------------------------------------------------------------------


def test_modes_and_quality_are_counted() -> None:
    modes = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    fakes = np.array([[0.0, 0.01], [0.02, 0.0], [1.0, 0.029], [2.0, 0.5]])
    assert modes_covered(fakes, modes, 0.01) == (2, 0.75)


def test_swings_are_told_from_noise_and_from_drift() -> None:
    t = np.arange(128)[:, None]
    circle = 0.5 * np.concatenate([np.cos(t / 5), np.sin(t / 5)], 1)
    noise = 0.2 * np.random.default_rng(0).standard_normal((128, 2))
    assert swings(circle, 1.0) and swings(circle + 0.3 * noise, 1.0)
    assert not swings(noise, 1.0) and not swings(t * np.ones((1, 2)) / 40, 1.0) and not swings(0.05 * circle, 1.0)


def test_a_generator_stuck_on_one_mode_is_called_collapsed() -> None:
    exhibit = make(points=1000)
    assert exhibit.frame().metrics["collapse"] == 0
    G = exhibit.trainer.G
    G.flat.detach().mul_(0)
    G.b[-1].detach().copy_(torch.tensor([1.0, 0.0]))
    exhibit.trainer.steps = 500
    exhibit.instruments.look()
    metrics = exhibit.frame().metrics
    assert (metrics["collapse"], metrics["modes"], metrics["quality"]) == (1, 1, 1)


def test_a_discriminator_that_is_too_strong_is_called_so_and_a_critic_is_not() -> None:
    lit = {}
    for objective in ("minimax", "wgan-gp"):
        exhibit = make(data="parallel-lines", theta=1.5, noise=0.0, objective=objective, train="D only", lr_D=0.01)
        exhibit.advance(250)
        lit[objective] = [exhibit.frame().metrics[name] for name in ("too_strong", "vanishing")]
    assert lit == {"minimax": [1, 1], "wgan-gp": [0, 0]}


def test_instruments_depend_on_the_steps_alone() -> None:
    one, other = make(), make()
    one.advance(260)
    for _ in range(26):
        other.advance(10)
        other.frame()
    np.testing.assert_equal(one.frame().metrics, other.frame().metrics)


# ---- rough handling ------------------------------------------------------------------------------------------------


def test_an_empty_drawing_is_a_sentence_and_one_point_another() -> None:
    exhibit = make(data="draw")
    exhibit.poke(Draw(kind="clear"))
    exhibit.advance(5)
    assert list(exhibit.phases()) == [EMPTY]
    assert exhibit.frame().words["note"] == EMPTY and exhibit.diverged() is None
    assert exhibit.scene().arrays["real"].shape == (0, 2)
    other = make(data="draw")
    other.load_state_dict(exhibit.state_dict())
    assert len(other.data) == 0
    exhibit.poke(Draw(kind="points", points=[(0.5, 0.5)]))
    exhibit.advance(20)
    assert exhibit.frame().words["note"] == SINGLE and exhibit.diverged() is None
    for surface in ("optimal D", "Coulomb potential"):
        exhibit.set(exhibit.params.replaced(surface=surface, objective="pairing"))
        assert np.isfinite(exhibit.frame().arrays["surface"]).all()


@pytest.mark.parametrize("x", [-1.4, 1.4])
@pytest.mark.parametrize("y", [-1.2, 1.2])
def test_a_dab_in_a_corner_lands_in_that_corner(x: float, y: float) -> None:
    exhibit = make(data="draw")
    exhibit.poke(Draw(kind="clear"))
    version = exhibit.scene_version
    exhibit.poke(Draw(kind="spray", x=x, y=y, radius=0.1, count=50))
    assert exhibit.scene_version > version
    real = exhibit.scene().arrays["real"]
    assert real.shape == (50, 2) and np.abs(real).max() < exhibit.scene().metrics["extent"] + 0.3
    np.testing.assert_allclose(real.mean(0), [x, y], atol=0.05)
    exhibit.poke(Draw(kind="spray", x=-x, y=y, count=20))
    exhibit.poke(Draw(kind="erase", x=x, y=y, radius=0.5))
    np.testing.assert_allclose(exhibit.scene().arrays["real"].mean(0), [-x, y], atol=0.1)
    exhibit.poke(Draw(kind="erase", x=-x, y=-y, radius=0.5))
    assert len(exhibit.data) == 20


def test_a_stroke_leaves_no_gap() -> None:
    exhibit = make(data="draw")
    exhibit.poke(Draw(kind="clear"))
    for _ in range(4):
        exhibit.poke(Draw(kind="spray", x0=-1, y0=-0.5, x=1, y=0.5, radius=0.02, count=50))
    x, y = exhibit.data.points.T
    np.testing.assert_allclose(y, x / 2, atol=0.1)
    assert np.diff(np.sort(x)).max() < 0.2 and x.min() < -0.9 and x.max() > 0.9
    exhibit.poke(Draw(kind="erase", x0=0, y0=-1, x=0, y=1, radius=0.5))
    left = exhibit.data.points[:, 0]
    assert 0 < len(left) < 200 and np.abs(left).min() > 0.5


def test_a_drawing_has_an_end_and_lines_cannot_be_drawn_upon() -> None:
    exhibit = make(data="draw")
    for _ in range(120):
        exhibit.poke(Draw(kind="spray", count=50))
    assert len(exhibit.data) == MOST_POINTS
    line = make(data="bell-1d")
    line.poke(Draw(kind="clear"))
    assert len(line.data) == SMALL["points"]


def test_pokes_are_checked() -> None:
    lists = ([(1, 2)] * 2001, [(99, 0)], [(float("nan"), 0)], [(1, 2, 3)])
    for bad in (
        {"kind": "spray", "x": 3}, {"kind": "spray", "y0": float("nan")}, {"kind": "spray", "radius": 0.0},
        {"kind": "spray", "radius": 5}, {"kind": "boom"}, *({"kind": "points", "points": each} for each in lists),
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            Draw.model_validate(bad)
