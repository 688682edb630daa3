"""How much of a pattern is in waves of which length: the radially averaged power spectrum."""

from __future__ import annotations

import numpy as np
import scipy.fft
import scipy.sparse


class Spectrum:
    """Power against wavenumber for fields of one shape.

    S(k) is |FFT(u - mean u)|^2 averaged over the modes whose |k| rounds to the same multiple of the fundamental
    2 pi / N. Every cell counts, however wide the field is: thinned out or averaged over blocks first, waves shorter
    than two blocks would appear as longer ones.

    Args:
        height, width: shape of the fields; height 1 for a ring.
    """

    def __init__(self, height: int, width: int) -> None:
        self.shape = (height, width)
        ky, kx = 2 * np.pi * scipy.fft.fftfreq(height), 2 * np.pi * scipy.fft.rfftfreq(width)
        radius = np.hypot(ky[:, None], kx[None, :])  # (height, width // 2 + 1)
        self.fundamental = 2 * np.pi / width
        bins = width // 2
        index = np.rint(radius / self.fundamental).astype(np.int64)
        modes = np.flatnonzero((index >= 1) & (index <= bins))
        twice = np.full(radius.shape, 2.0, np.float32)
        twice[:, [0] + ([-1] if width % 2 == 0 else [])] = 1  # modes that stand for themselves only
        where = (index.flat[modes] - 1, modes)
        self._rings = scipy.sparse.csr_array((twice.flat[modes], where), shape=(bins, radius.size))
        self.count = np.asarray(self._rings.sum(axis=1))
        self.k = self.fundamental * np.arange(1, bins + 1)

    def power(self, field: np.ndarray) -> np.ndarray:
        """S(k) of ``field``, scaled so that the highest value is 1; zero for a uniform field.

        Shapes:
            field: ``shape``. Returns: (len(k),) float32.
        """
        mean = self.radial(field)
        return (mean / top if (top := mean.max()) > 0 else mean).astype(np.float32)

    def radial(self, fields: np.ndarray) -> np.ndarray:
        """S(k) as it is, added up over a stack of fields.

        Shapes:
            fields: (..., *shape). Returns: (len(k),).
        """
        waves = scipy.fft.rfft2(fields - fields.mean(axis=(-2, -1), keepdims=True))
        power = (waves.real**2 + waves.imag**2).reshape(-1, self._rings.shape[1]).sum(axis=0)
        return np.asarray(self._rings @ power) / self.count

    def wavelength(self, power: np.ndarray) -> float:
        """The pattern's wavelength in cells, or NaN for a uniform field.

        2 pi over the centroid, within half its height, of the peak of k S(k), the power per ring of modes. On a ring
        of cells the strongest mode alone counts, so that a whole number of waves fits.
        """
        ring = power * self.count
        if not np.isfinite(ring).all() or ring.max() <= 0:
            return float("nan")
        top = int(np.argmax(ring))
        if self.shape[0] == 1:
            return float(2 * np.pi / self.k[top])
        low = high = top
        while low > 0 and ring[low - 1] > ring[top] / 2:
            low -= 1
        while high < len(ring) - 1 and ring[high + 1] > ring[top] / 2:
            high += 1
        peak = slice(low, high + 1)
        return float(2 * np.pi * ring[peak].sum() / (self.k[peak] * ring[peak]).sum())
