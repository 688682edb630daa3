"""GANs: the manners of the exhibit, its instruments, and rough handling."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibits.gan import LAMPS, SOURCES, Draw, Gan, parse_points
from engine.exhibits.gan.data import MOST_POINTS, Dataset
from engine.exhibits.gan.exhibit import EMPTY, SINGLE
from engine.exhibits.gan.instruments import modes_covered, swings
from engine.exhibits.gan.training import PHASES

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
def test_same_seed_same_frames_however_batched(setting: dict) -> None:
    one, other, third = make(**setting, seed=3), make(**setting, seed=3), make(**setting, seed=4)
    one.advance(27)
    for batch in (1, 7, 19):
        other.advance(batch)
        other.frame()
    third.advance(27)
    same(one, other)
    assert not np.array_equal(one.frame().arrays["fakes"], third.frame().arrays["fakes"])


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
    assert torch.equal(exhibit.data.points, other.data.points)


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


@pytest.mark.parametrize("data", list(SOURCES))
def test_sources_stay_in_the_picture(data: str) -> None:
    source = SOURCES[data]
    points, labels = source.sample(2000, np.random.default_rng(0))
    assert points.shape == (2000, source.dimension) and np.abs(points).max() < source.extent
    assert set(labels) == set(range(source.classes))
    if source.modes is not None:
        assert len(np.unique(points.round(9), axis=0)) == len(source.modes)


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


def test_drawing_lands_where_the_pointer_is() -> None:
    exhibit = make(data="draw")
    exhibit.poke(Draw(kind="clear"))
    exhibit.poke(Draw(kind="spray", x=0.75, y=0.25, radius=0.03, count=50))
    extent = SOURCES["draw"].extent
    np.testing.assert_allclose(exhibit.data.points.mean(0), [0.5 * extent, 0.5 * extent], atol=0.05)
    exhibit.poke(Draw(kind="spray", x=0.1, y=0.9, count=50))
    exhibit.poke(Draw(kind="erase", x=0.75, y=0.25, radius=0.2))
    assert len(exhibit.data) == 50 and float(exhibit.data.points[:, 0].max()) < 0
    for _ in range(120):
        exhibit.poke(Draw(kind="spray", count=50))
    assert len(exhibit.data) == MOST_POINTS
    line = make(data="bell-1d")
    line.poke(Draw(kind="clear"))
    assert len(line.data) == SMALL["points"]


def test_pokes_are_checked() -> None:
    lists = ([(1, 2)] * 2001, [(99, 0)], [(float("nan"), 0)], [(1, 2, 3)])
    for bad in ({"kind": "spray", "x": 3}, {"kind": "boom"}, *({"kind": "points", "points": each} for each in lists)):
        with pytest.raises(ValidationError):
            Draw.model_validate(bad)


def test_points_are_read_from_a_file() -> None:
    text = "x,y\n" + "\n".join(f"{math.cos(t)},{3 + math.sin(t)}" for t in range(100))
    points = parse_points(text.encode())
    assert points.shape == (100, 2) and points.dtype == np.float32
    assert np.abs(points).max() == pytest.approx(1.2, rel=1e-6)
    for same_points in ("0;1\n2;5\n", "0\t1\n2\t5", "0 1\n\n2  5\n", "\ufeff0,1\r\n2,5", "0, 1,\n2, 5,"):
        np.testing.assert_allclose(parse_points(same_points.encode()), [[-0.6, -1.2], [0.6, 1.2]], rtol=1e-6)
    many = "\n".join(f"{i},{-i}" for i in range(50_000)).encode()
    assert parse_points(many).shape == (2000, 2)
    np.testing.assert_allclose(parse_points(many)[[0, -1]], [[-1.2, 1.2], [1.2, -1.2]], rtol=1e-6)
    assert np.isfinite(parse_points(b"1,1\n1,1\n1,1")).all()


@pytest.mark.parametrize(
    "blob, sentence",
    [
        (b"", "holds no points"),
        (b"x,y\n", "holds no points"),
        (b"1,2", "only one point"),
        (b"1,2\n3,nan\n", "Row 2 holds 3, nan; every number must be finite"),
        (b"1,2\ninf,4", "Row 2 .* must be finite"),
        (b"1,2\n1e300,4", "Row 2 .* must be finite"),
        (b"1,2\n3,4,5\n", "Row 2 has 3 columns; a point in the plane has two"),
        (b"1\n2\n", "Row 1 has 1 column;"),
        (b"1,2\nthree,4\n", "Row 2 holds 'three', which is not a number"),
        (b"\xff\xfe\x00\x01", "is no text"),
        (b"1,2\n\x00", "is no text"),
        (b"1,2\n" * 1_000_000, "more than 100,000 rows"),
        (b"1" * (9 << 20), "at most 8 MB"),
        (b'"' + b"1" * 200_000, "cannot be read as CSV"),
    ],
)  # fmt: skip
def test_a_bad_file_is_answered_with_a_sentence(blob: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_points(blob)


def test_a_dataset_moves_with_its_noise_only() -> None:
    data = Dataset("ring", 500, 0.0, np.random.default_rng(0))
    assert len(np.unique(data.points.numpy(), axis=0)) == 8
    clean = data.points.clone()
    data.set_noise(0.1)
    assert float((data.points - clean).std()) == pytest.approx(0.1, rel=0.1)
    data.set_noise(0.0)
    assert torch.equal(data.points, clean)
