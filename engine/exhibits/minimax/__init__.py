"""Two players: the min-max toy, and the divergences that a GAN's players may fight over."""

from engine.exhibits.minimax.divergences import Divergences, Touch
from engine.exhibits.minimax.exhibit import Minimax, Start
from engine.exhibits.minimax.games import GAMES
from engine.exhibits.minimax.methods import METHODS

__all__ = ["GAMES", "METHODS", "Divergences", "Minimax", "Start", "Touch"]
