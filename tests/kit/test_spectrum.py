"""The radially averaged spectrum: waves of known length are read as such, whatever the size of the field."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.kit.spectrum import Spectrum

SIZES = (128, 256, 512, 1024)


def waves(size: int, across: int, down: int) -> np.ndarray:
    """A plane wave that fits so many times into the width and into the height of a square."""
    i, j = np.indices((size, size))
    return (3 + np.cos(2 * np.pi * (across * j + down * i) / size)).astype(np.float32)


@pytest.mark.parametrize("size", SIZES)
def test_a_wave_along_an_axis_is_read_exactly(size: int) -> None:
    """Lengths from 2.3 cells, just above the shortest there is, to a fifth of the square."""
    spectrum = Spectrum(size, size)
    for length in (2.3, 3.0, 5.0, 8.0, 13.0, 20.0, size / 5):
        count = round(size / length)
        for field in (waves(size, count, 0), waves(size, 0, count)):
            power = spectrum.power(field)
            assert power[count - 1] == 1 and np.delete(power, count - 1).max() < 1e-6
            assert spectrum.k[count - 1] == pytest.approx(2 * np.pi * count / size)
            assert spectrum.wavelength(power) == pytest.approx(size / count, rel=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_a_slanting_wave_is_read_to_half_a_fundamental(size: int) -> None:
    """|k| rounds to a whole multiple m of the fundamental, so the length is right to 1 / 2m of itself."""
    spectrum = Spectrum(size, size)
    for length in (3.0, 5.0, 8.0, 13.0):
        across, down = round(0.6 * size / length), round(0.8 * size / length)
        m = math.hypot(across, down)
        measured = spectrum.wavelength(spectrum.power(waves(size, across, down)))
        assert measured == pytest.approx(size / m, rel=0.5 / m + 1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_a_mixture_of_waves_in_all_directions_is_read_at_its_middle(size: int) -> None:
    """A ring of modes, as a labyrinth has them: random phases, lengths within 5 % about 6 cells."""
    spectrum, rng = Spectrum(size, size), np.random.default_rng(size)
    k = 2 * np.pi * np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size))
    amplitude = np.exp(-(((k * 6 / (2 * np.pi) - 1) / 0.05) ** 2))
    field = np.fft.irfft2(amplitude * np.exp(2j * np.pi * rng.uniform(size=k.shape)), s=(size, size))
    assert spectrum.wavelength(spectrum.power(field.astype(np.float32))) == pytest.approx(6, rel=0.02)


def test_white_noise_has_no_preferred_length_and_a_uniform_field_none_at_all() -> None:
    spectrum = Spectrum(128, 128)
    power = spectrum.power(np.random.default_rng(0).standard_normal((128, 128)).astype(np.float32))
    assert power[9:].std() / power[9:].mean() < 0.2  # each an average over at least 60 modes
    assert np.corrcoef(np.arange(9, 64), power[9:])[0, 1] == pytest.approx(0, abs=0.4)
    uniform = spectrum.power(np.ones((128, 128), np.float32))
    assert not uniform.any() and math.isnan(spectrum.wavelength(uniform))


def test_all_power_inside_the_circle_is_counted_once() -> None:
    """Parseval: the rings' sums are the variance of a field without modes beyond the shortest along an axis."""
    spectrum, rng = Spectrum(64, 64), np.random.default_rng(1)
    waves_2d = np.fft.fft2(rng.standard_normal((64, 64)))
    waves_2d[np.hypot(*np.meshgrid(*[np.fft.fftfreq(64)] * 2)) > 0.49] = 0
    field = np.fft.ifft2(waves_2d).real
    assert (spectrum.radial(field) * spectrum.count).sum() / 64**4 == pytest.approx(field.var(), rel=1e-5)


def test_on_a_ring_a_whole_number_of_waves_fits() -> None:
    spectrum, x = Spectrum(1, 20), np.arange(20)
    field = np.cos(2 * np.pi * 3 * x / 20) + 0.8 * np.cos(2 * np.pi * 4 * x / 20)
    assert 20 / spectrum.wavelength(spectrum.power(field[None, :])) == pytest.approx(3)
