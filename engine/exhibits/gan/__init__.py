"""Generative adversarial networks, trained before your eyes."""

from engine.exhibits.gan.data import parse_points
from engine.exhibits.gan.exhibit import Draw, Gan
from engine.exhibits.gan.instruments import LAMPS
from engine.exhibits.gan.objectives import OBJECTIVES
from engine.exhibits.gan.presets import PRESETS
from engine.exhibits.gan.sources import SOURCES

__all__ = ["LAMPS", "OBJECTIVES", "PRESETS", "SOURCES", "Draw", "Gan", "parse_points"]
