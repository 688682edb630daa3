"""Generative adversarial networks, trained before your eyes."""

from engine.exhibits.gan.exhibit import Draw, Gan
from engine.exhibits.gan.lamps import LAMPS
from engine.exhibits.gan.objectives import OBJECTIVES
from engine.exhibits.gan.presets import PRESETS
from engine.exhibits.gan.training import CODE
from engine.kit.planar import SOURCES
from engine.kit.pointfile import parse_points

__all__ = ["CODE", "LAMPS", "OBJECTIVES", "PRESETS", "SOURCES", "Draw", "Gan", "parse_points"]
