"""How much of a pattern is in waves of which length: the radially averaged power spectrum."""

from __future__ import annotations

import numpy as np
import scipy.fft


class Spectrum:
    """Power against wavenumber for fields of one shape.

    S(k) is |FFT(u - mean u)|^2 averaged over the modes whose |k| rounds to the same multiple of the fundamental
    2 pi / N. Fields wider than ``widest`` are first averaged over blocks of 2 by 2 cells, or 4 by 4, and
    the known damping of such averages, cos^2(k_x / 2) cos^2(k_y / 2) ..., is divided out.

    Args:
        height, width: shape of the fields; height 1 for a ring.
    """

    def __init__(self, height: int, width: int, widest: int = 256) -> None:
        self.shape = (height, width)
        self.block = max(1, width // widest)
        rows, columns = max(1, height // self.block), width // self.block
        ky = 2 * np.pi * scipy.fft.fftfreq(rows) / self.block
        kx = 2 * np.pi * scipy.fft.rfftfreq(columns) / self.block
        radius = np.hypot(ky[:, None], kx[None, :])  # (rows, columns // 2 + 1)
        self.fundamental = 2 * np.pi / width
        bins = columns // 2
        index = np.rint(radius / self.fundamental).astype(np.int64)
        inside = (index >= 1) & (index <= bins)
        self._index = np.where(inside, index, 0).ravel()
        twice = np.full(radius.shape, 2.0)
        twice[:, [0] + ([-1] if columns % 2 == 0 else [])] = 1  # modes that stand for themselves only
        self.count = np.bincount(self._index, weights=twice.ravel(), minlength=bins + 1)[1:]
        self._weight = (twice * inside / (self._damping(kx) * self._damping(ky)[:, None])).astype(np.float32).ravel()
        self.k = self.fundamental * np.arange(1, bins + 1)

    def _damping(self, k: np.ndarray) -> np.ndarray:
        """Power left of a wave after averaging ``block`` neighbours along its axis."""
        factor = np.mean(np.exp(1j * np.multiply.outer(k, np.arange(self.block))), axis=-1)
        return np.maximum(np.abs(factor) ** 2, 0.05)

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
        coarse = fields - fields.mean(axis=(-2, -1), keepdims=True)
        for _ in range(self.block.bit_length() - 1):  # halve both sides
            coarse = coarse[..., ::2, :] + coarse[..., 1::2, :]
            coarse = (coarse[..., ::2] + coarse[..., 1::2]) / 4
        waves = scipy.fft.rfft2(coarse).reshape(-1, len(self._weight))
        weights = (waves.real**2 + waves.imag**2).sum(axis=0) * self._weight
        return np.bincount(self._index, weights=weights, minlength=len(self.k) + 1)[1:] / self.count

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
