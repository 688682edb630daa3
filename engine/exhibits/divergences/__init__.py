"""The divergences that a GAN's players may fight over."""

from engine.exhibits.divergences.exhibit import Divergences, Touch

__all__ = ["Divergences", "Touch"]
