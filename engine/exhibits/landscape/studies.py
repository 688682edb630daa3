"""What is studied, by name."""

from __future__ import annotations

from engine.exhibits.landscape.averaging import Averaging
from engine.exhibits.landscape.connection import Connection
from engine.exhibits.landscape.learning import Learning
from engine.exhibits.landscape.params import Study
from engine.exhibits.landscape.race import Race

STUDIES: dict[Study, type[Learning]] = {
    "train": Learning, "race": Race, "connect": Connection, "average": Averaging,
}  # fmt: skip
