"""The radial power spectrum, which other exhibits use too."""

from engine.kit.spectrum import Spectrum

__all__ = ["Spectrum"]
