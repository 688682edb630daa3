"""The min-max toy: two players on one vector field."""

from engine.exhibits.minimax.exhibit import Minimax, Start
from engine.exhibits.minimax.games import GAMES
from engine.exhibits.minimax.mathematics import CODE
from engine.exhibits.minimax.methods import METHODS

__all__ = ["CODE", "GAMES", "METHODS", "Minimax", "Start"]
