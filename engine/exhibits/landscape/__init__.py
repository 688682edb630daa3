"""Loss landscapes of real networks."""

from engine.exhibits.landscape.exhibit import Landscape, Walk
from engine.exhibits.landscape.export import FORMATS, file_of
from engine.exhibits.landscape.mathematics import CODE, FORMULAS, WORDS
from engine.exhibits.landscape.studies import STUDIES
from engine.exhibits.landscape.walkers import RACERS

NAMES = {study: kind.names for study, kind in STUDIES.items()}
"""Of the networks in every study."""

LABELS = {
    "study": {"train": "one network", "race": "racing optimisers", "connect": "two networks, one valley",
              "average": "averaged weights"},
    "network": {"one-layer": "one layer", "two-layer": "two layers", "cnn": "convolutional", "deep": "deep"},
    "data": {"digits": "digits, 8 × 8", "moons": "two moons", "spiral": "two spirals", "mnist": "MNIST, fetched once"},
    "activation": {"relu": "ReLU", "tanh": "tanh", "swish": "Swish", "mish": "Mish"},
}  # fmt: skip
"""What the choices are called."""

__all__ = [
    "CODE",
    "FORMATS",
    "FORMULAS",
    "LABELS",
    "NAMES",
    "RACERS",
    "STUDIES",
    "WORDS",
    "Landscape",
    "Walk",
    "file_of",
]
