"""Latent spaces: a hand on the exhibit: a finger, a pad, and pictures from elsewhere."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
import torch
from PIL import Image

from engine.exhibit import Refused
from engine.exhibits.latent import Latent, Touch, parse_picture
from engine.exhibits.latent.hand import PAD, coarse, fit

SMALL = {"width": 16, "depth": 1, "batch": 32}


def make(seed: int = 0, **values: object) -> Latent:
    return Latent(Latent.Params(**{**SMALL, **values}), seed=seed)


# ---- a finger ------------------------------------------------------------------------------------------------------


def test_what_is_under_the_finger_is_decoded() -> None:
    exhibit = make()
    exhibit.advance(30)
    pictures = []
    for place in ((1.5, -0.5), (-2.0, 0.3)):
        exhibit.poke(Touch(kind="finger", x=place[0], y=place[1]))
        shown = exhibit.glance().arrays
        np.testing.assert_allclose(shown["finger"][0], place)
        wanted = exhibit.trainer.model.decode(torch.tensor([place])).sigmoid().detach().view(8, 8)
        np.testing.assert_allclose(shown["touched"][0], wanted, atol=1e-6)
        pictures.append(shown["touched"][0])
    assert np.abs(pictures[0] - pictures[1]).max() > 0.01


def test_a_tile_of_the_grid_puts_the_finger_where_it_is_decoded_from() -> None:
    exhibit = make()
    exhibit.advance(10)
    for index in (0, 14, 224, 100):
        exhibit.poke(Touch(kind="tile", x=3.0, y=1.0, index=index))
        shown = exhibit.glance().arrays
        np.testing.assert_allclose(shown["touched"][0], shown["manifold"][index], atol=1e-6)
    exhibit.poke(Touch(kind="tile", index=0))
    assert exhibit.glance().arrays["finger"][0] == pytest.approx([-1.645, 1.645], abs=1e-3)


def test_in_many_dimensions_the_finger_moves_in_the_plane_that_is_seen() -> None:
    exhibit = make(latent_dim="8")
    exhibit.advance(120)
    exhibit.poke(Touch(kind="finger", x=0.7, y=-1.1))
    lens = exhibit.instruments.lens
    z = lens.origin + 0.7 * lens.basis[:, 0] - 1.1 * lens.basis[:, 1]
    wanted = exhibit.trainer.model.decode(z[None]).sigmoid().detach().view(8, 8)
    np.testing.assert_allclose(exhibit.glance().arrays["touched"][0], wanted, atol=1e-5)
    exhibit.set(exhibit.params.replaced(axes="chosen", axis_x=3, axis_y=7))
    codes = exhibit.trainer.model.encode(exhibit.data.x)[0].detach()
    np.testing.assert_allclose(exhibit.glance().arrays["codes"], codes[:, [2, 6]], atol=1e-5)


def test_a_walk_goes_from_the_nearest_example_to_another_in_codes_and_in_pixels() -> None:
    exhibit = make()
    exhibit.advance(60)
    assert exhibit.frame().arrays["ends"].shape == (0, 2)
    codes = exhibit.frame().arrays["codes"]
    for kind, example in (("from", 40), ("to", 701)):
        exhibit.poke(Touch(kind=kind, x=float(codes[example, 0]), y=float(codes[example, 1]), x0=9.0, y0=9.0))
    shown = exhibit.frame().arrays
    np.testing.assert_allclose(shown["ends"], codes[[40, 701]])
    ends = exhibit.data.x[[40, 701]].view(2, 8, 8)
    np.testing.assert_allclose(shown["walk_pixel"][[0, -1]], ends, atol=1e-6)
    middle = (shown["walk_pixel"][5] + shown["walk_pixel"][6]) / 2
    np.testing.assert_allclose(middle, ends.mean(0), atol=1e-6)
    rebuilt = exhibit.trainer.model.decode(exhibit.trainer.model.encode(exhibit.data.x[[40, 701]])[0]).sigmoid()
    np.testing.assert_allclose(shown["walk_latent"][[0, -1]], rebuilt.detach().view(2, 8, 8), atol=1e-5)
    assert np.abs(shown["walk_latent"][5] - shown["walk_pixel"][5]).max() > 0.05


def test_of_points_a_place_in_the_data_is_encoded() -> None:
    exhibit = make(model="plain", data="moons")
    assert exhibit.frame().arrays["mine"].shape == (0, 2)
    exhibit.poke(Touch(kind="point", x=0.4, y=-0.3))
    wanted = exhibit.trainer.model.encode(torch.tensor([[0.4, -0.3]]))[0].detach()
    np.testing.assert_allclose(exhibit.frame().arrays["mine"], wanted, atol=1e-6)


# ---- a pad ---------------------------------------------------------------------------------------------------------


def test_a_stroke_leaves_ink_where_it_was_drawn_y_upwards() -> None:
    exhibit = make()
    exhibit.poke(Touch(kind="draw", x=28.0, y=30.0, x0=4.0, y0=30.0, radius=1.0))
    pad = exhibit.frame().arrays["drawing"]
    assert pad.shape == (PAD, PAD) and pad[1:3, 4:28].min() > 0.4 and pad[6:].max() == 0
    exhibit.poke(Touch(kind="rub", x=28.0, y=30.0, radius=4.0))
    pad = exhibit.frame().arrays["drawing"]
    assert pad[1:3, 27].max() == 0 and pad[1:3, 6].max() > 0.4
    exhibit.poke(Touch(kind="clear"))
    assert exhibit.frame().arrays["drawing"].max() == 0 and exhibit.frame().arrays["mine"].shape == (0, 2)


def test_an_example_on_the_pad_is_seen_as_it_is_and_is_nearest_to_itself() -> None:
    exhibit = make()
    exhibit.advance(40)
    codes = exhibit.frame().arrays["codes"]
    exhibit.poke(Touch(kind="from", x=float(codes[10, 0]), y=float(codes[10, 1])))
    exhibit.poke(Touch(kind="example"))
    seen, out, nearest = exhibit.frame().arrays["mine_seen"]
    example = exhibit.data.x[10].view(8, 8).numpy()
    np.testing.assert_allclose(seen, example, atol=1e-6)
    np.testing.assert_allclose(nearest, example, atol=1e-6)
    np.testing.assert_allclose(exhibit.frame().arrays["mine"], codes[[10]], atol=1e-5)
    assert out.shape == (8, 8)
    exhibit.poke(Touch(kind="smear", x=16.0, y=16.0, radius=6.0))
    pad = exhibit.frame().arrays["drawing"]
    touched = np.abs(pad - np.kron(example, np.ones((4, 4)))) > 1e-6
    rows, columns = np.nonzero(touched)
    assert touched.any() and np.hypot(rows + 0.5 - 16, columns + 0.5 - 16).max() < 6


def test_a_small_drawing_is_fitted_into_the_frame_as_the_digits_were() -> None:
    pad = np.zeros((PAD, PAD), np.float32)
    pad[20:30, 3:8] = 1  # twice as high as wide, below on the left
    fitted = fit(pad)
    rows, columns = np.flatnonzero(fitted.max(1) > 0.5), np.flatnonzero(fitted.max(0) > 0.5)
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (0, 31, 8, 23)
    np.testing.assert_allclose(coarse(fitted, (8, 8))[:, 2:6], 1)
    assert fit(np.zeros((PAD, PAD), np.float32)).max() == 0


def test_what_a_kind_of_data_has_no_use_for_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refused, match="there is no pad to draw on"):
        make(model="plain", data="spiral").poke(Touch(kind="draw", x=1.0, y=1.0))
    with pytest.raises(Refused, match="draw one on the pad"):
        make().poke(Touch(kind="point"))
    with pytest.raises(Refused, match="has 1024 levels, not 3"):
        make().poke(Touch(kind="picture", levels=[0.0, 1.0, 0.5]))


# ---- pictures from elsewhere ---------------------------------------------------------------------------------------


def saved(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    blob = io.BytesIO()
    picture.save(blob, kind, **more)
    return blob.getvalue()


def seven(light: bool, mode: str = "L") -> Image.Image:
    """A bar across the top of a page, and one down its right side."""
    paper, ink = (230, 20) if light else (10, 240)
    page = np.full((120, 120), paper, np.uint8)
    page[10:30, 20:100] = page[10:110, 80:100] = ink
    return Image.fromarray(page).convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_ink_is_bright_whichever_way_round_the_picture_came(mode: str, kind: str) -> None:
    pads = [parse_picture(saved(seven(light, mode), kind)) for light in (True, False)]
    for pad in pads:
        assert pad.shape == (PAD, PAD) and pad[5, 12] > 0.9 and pad[24, 24] > 0.9 and pad[24, 8] < 0.1
    np.testing.assert_allclose(*pads, atol=0.1)


@cache
def bad_pictures() -> dict[str, tuple[bytes, str]]:
    black, frames = Image.new("L", (64, 64)), [Image.new("L", (64, 64), tone) for tone in (0, 90, 200)]
    return {
        "no picture": (b"digit = 7\n" * 40, "is no picture that can be read. Take a PNG"),
        "nothing": (b"", "is no picture that can be read"),
        "50 megapixels": (saved(Image.new("1", (10_000, 5_000))), "has 50 megapixels; at most 24 are read"),
        "a bomb": (saved(Image.new("1", (30_000, 20_000))), "at most 24"),
        "too long": (saved(Image.new("L", (400, 20))), "400 x 20 pixels; it must have at least 8"),
        "too small": (saved(Image.new("L", (5, 6))), "5 x 6 pixels; it must have at least 8"),
        "all black": (saved(black), "is all black: there is nothing on it"),
        "all white": (saved(Image.new("RGB", (64, 64), "white")), "is all white"),
        "it moves": (saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), "moves; take a still one"),
        "cut off": (saved(seven(True).resize((500, 500)), "PNG")[:400], "damaged|no picture"),
        "too heavy": (b"\0" * (17 << 20), "is 17 MB long; at most 16 MB"),
    }


@pytest.mark.parametrize("name", bad_pictures())
def test_a_bad_picture_is_refused_in_one_sentence(name: str) -> None:
    blob, says = bad_pictures()[name]
    with pytest.raises(ValueError, match=says) as caught:
        parse_picture(blob)
    assert str(caught.value).endswith(".") and len(str(caught.value)) < 200


def test_a_picture_on_the_pad_is_encoded() -> None:
    exhibit = make()
    exhibit.poke(Touch(kind="picture", levels=parse_picture(saved(seven(True))).ravel().tolist()))
    seen = exhibit.frame().arrays["mine_seen"][0]
    assert seen[0, 1:6].min() > 0.5 and seen[:, 6].min() > 0.5 and seen[4:, :4].max() < 0.2  # it fills the height
