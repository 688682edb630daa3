"""What the page shows of the mathematics, beside a game's own formula and field."""

from __future__ import annotations

from engine.exhibits.minimax.methods import METHODS, Method

CODE: tuple[type[Method], ...] = tuple(type(method) for method in METHODS)
"""What every step runs at full speed, with the ``field`` of the game that is played."""
