"""The radial power spectrum, which other exhibits use too."""

from engine.spectrum import Spectrum

__all__ = ["Spectrum"]
