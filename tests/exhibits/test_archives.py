"""Exhibits that learn from images of an archive: fetched from a server of the test's own, which has 28 x 28 digits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from engine.exhibit import Refused
from engine.exhibits.landscape import Landscape
from engine.exhibits.landscape.tasks import _images, task
from engine.exhibits.latent import Latent, Touch, classifier
from engine.exhibits.latent.data import HOLD_OUT, SHOWN, class_names, make
from engine.exhibits.latent.hand import PAD, centred
from engine.kit.images import ARCHIVES, digits
from tests.browser.server import free_port
from tests.elsewhere import Elsewhere, elsewhere, idx

CACHES = (make, classifier._made, _images)
COUNT = 2000
SMALL = {"width": 16, "depth": 1, "batch": 32}


@pytest.fixture(scope="module")
def pictures() -> tuple[np.ndarray, np.ndarray]:
    """Digits, (COUNT, 28, 28) uint8, and which."""
    images, labels = digits()
    rows = np.arange(COUNT) % len(images)
    large = ndimage.zoom(images[rows], (1, 3.5, 3.5), order=1)
    return (255 * large).astype(np.uint8), labels[rows]


@pytest.fixture(scope="module")
def there(pictures: tuple[np.ndarray, np.ndarray]) -> Iterator[Elsewhere]:
    images, classes = idx(pictures[0]), idx(pictures[1])
    with elsewhere(x=images, y=classes, broken=images) as server:
        yield server


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, there: Elsewhere) -> Iterator[Path]:
    """Where things are kept; nothing of another test is remembered."""
    folder = tmp_path_factory.getbasetemp() / "archives"
    monkeypatch.setenv("MORPHOGEN_STATE", str(folder))
    for name in ARCHIVES:
        monkeypatch.setitem(ARCHIVES, name, there.archive(name))
    monkeypatch.setattr(classifier, "STEPS", 20)
    for cache in CACHES:
        cache.cache_clear()
    yield folder
    for cache in CACHES:
        cache.cache_clear()


def latent(**values: object) -> Latent:
    return Latent(Latent.Params(**{**SMALL, **values}), seed=0)


def test_all_images_are_learnt_from_but_those_held_out_and_some_are_shown(
    pictures: tuple[np.ndarray, np.ndarray],
) -> None:
    exhibit = latent(data="mnist")
    data = exhibit.data
    assert data.x.shape == (SHOWN, 784) and data.shape == (28, 28) and data.classed == tuple("0123456789")
    np.testing.assert_allclose(data.x[7], pictures[0][7].ravel() / 255, atol=1e-6)
    assert int(data.labels[11]) == pictures[1][11]
    assert len(exhibit.trainer.x) == COUNT - SHOWN // HOLD_OUT
    learnt = {row.tobytes() for row in exhibit.trainer.x[:, ::9].numpy()}
    own = [row.tobytes() for row in data.part(test=False)[0][:, ::9].numpy()]
    assert learnt.issuperset(own)
    exhibit.advance(30)
    arrays = exhibit.frame().arrays
    assert arrays["codes"].shape == (SHOWN, 2) and arrays["manifold"].shape == (225, 14, 14)
    assert arrays["touched"].shape == (1, 28, 28) and arrays["wall"].shape == (20, 28, 28)


def test_the_judge_knows_images_of_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "STEPS", 150)
    exhibit = latent(data="mnist", network="convolutional", depth=2)
    x, labels = exhibit.data.part(test=True)
    judge = classifier.classifier(exhibit.params)
    assert judge is not None and float((judge.judge(x)[0] == labels).float().mean()) > 0.85
    exhibit.advance(2)
    assert exhibit.diverged() is None


def test_an_example_on_the_pad_is_seen_as_it_is_and_a_drawing_as_mnist_was_framed() -> None:
    exhibit = latent(data="mnist")
    exhibit.poke(Touch(kind="example"))
    seen, _, nearest = exhibit.frame().arrays["mine_seen"]
    example = exhibit.data.x[exhibit.hand.start].view(28, 28).numpy()
    np.testing.assert_allclose(seen, example, atol=1e-6)
    assert nearest.shape == (28, 28)
    exhibit.poke(Touch(kind="clear"))
    exhibit.poke(Touch(kind="draw", x=10.0, y=16.0, x0=10.0, y0=22.0, radius=1.0))
    seen = exhibit.frame().arrays["mine_seen"][0]
    rows, columns = np.nonzero(seen > 0.5)
    assert rows.max() - rows.min() + 1 == 20, "as high as the box, however small it was drawn"
    middle = [float(np.average(np.arange(28), weights=seen.sum(1 - axis))) for axis in (0, 1)]
    assert middle == pytest.approx([13.5, 13.5], abs=0.51) and len(set(columns.tolist())) < 10


def test_what_hangs_to_one_side_has_its_centre_of_mass_in_the_middle() -> None:
    pad = np.zeros((PAD, PAD), np.float32)
    pad[:, 4:10] = pad[26:, 4:30] = 1  # an L
    framed = centred(pad)
    middle = [float(np.average(np.arange(28), weights=framed.sum(1 - axis))) for axis in (0, 1)]
    assert framed.shape == (28, 28) and middle == pytest.approx([13.5, 13.5], abs=0.51)
    assert centred(np.zeros((PAD, PAD), np.float32)).max() == 0


def test_garments_have_their_names_and_a_drawing_of_one_fills_the_frame() -> None:
    assert class_names("fashion-mnist", "")[9] == "ankle boot"
    exhibit = latent(data="fashion-mnist")
    exhibit.poke(Touch(kind="draw", x=16.0, y=10.0, x0=16.0, y0=22.0, radius=2.0))
    rows = np.nonzero(exhibit.frame().arrays["mine_seen"][0] > 0.3)[0]
    assert (rows.min(), rows.max()) == (0, 27)


def test_names_of_classes_are_known_before_anything_is_fetched(kept: Path) -> None:
    for name, vary in (("digits", ""), ("shapes", "everything"), ("shapes", "position and size"), ("moons", ""),
                       ("swiss-roll", "")):  # fmt: skip
        assert class_names(name, vary) == make(name, vary).classed
        assert int(make(name, vary).labels.max()) + 1 == len(class_names(name, vary))


BAD: dict[str, tuple[dict[str, object], str]] = {
    "offline": ({"url": f"http://127.0.0.1:{free_port()}/x"}, "127.0.0.1 cannot be reached"),
    "another file": ({"sha256": "0" * 64}, "what came is not what it should be (its checksum is another)"),
    "broken off": ({"x": "broken"}, "127.0.0.1 broke off after "),
    "not there": ({"x": "nowhere"}, "127.0.0.1 answers 404 Not Found"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("data", ["mnist", "fashion-mnist"])
def test_an_exhibit_that_cannot_have_its_images_says_so_in_a_sentence(
    data: str, name: str, there: Elsewhere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And once they are to be had, it has them."""
    monkeypatch.setenv("MORPHOGEN_STATE", str(tmp_path))
    other, why = BAD[name]
    monkeypatch.setitem(ARCHIVES, data, there.archive(data, **other))  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        latent(data=data)
    said = str(caught.value)
    assert said.startswith(f"{ARCHIVES[data].images.of} is not on this computer yet and cannot be fetched: {why}")
    assert said.endswith("Choose other data, or try again when the computer that runs this is online.")
    monkeypatch.setitem(ARCHIVES, data, there.archive(data))
    assert latent(data=data).data.shape == (28, 28)


def test_the_lectures_network_has_7850_parameters_and_learns() -> None:
    exhibit = Landscape(Landscape.Params(data="mnist", network="one-layer", samples=500), seed=0)
    assert len(exhibit.study.main) == 7850 and exhibit.task.inputs == 784
    before = exhibit.frame().metrics["loss"]
    exhibit.advance(30)
    frame = exhibit.frame()
    assert frame.metrics["loss"] < before and frame.arrays["confusion"].shape == (10, 10)


def test_convolutions_take_images_of_any_size() -> None:
    exhibit = Landscape(Landscape.Params(data="mnist", network="cnn", samples=50), seed=0)
    assert exhibit.judge.outputs(exhibit.study.main, exhibit.task.x[:3]).shape == (3, 10)
    exhibit.advance(1)


def test_a_walk_that_was_saved_goes_on_with_its_own_samples() -> None:
    values = {"data": "mnist", "network": "one-layer", "samples": 200}
    one, other = (Landscape(Landscape.Params(**values), seed=seed) for seed in (1, 2))
    one.advance(3)
    other.load_state_dict(one.state_dict())
    assert (other.task.x == task("mnist", samples=200, wrong=0.0, rng=np.random.default_rng(1)).x).all()
    for each in (one, other):
        each.advance(3)
    assert (one.study.main == other.study.main).all()
