"""Message passing on graphs."""

from engine.exhibits.messages.arithmetic import AT_A_GLANCE, BY_PRODUCTS, IN_FULL
from engine.exhibits.messages.exhibit import Messages
from engine.exhibits.messages.families import COLLECTIONS, FAMILIES
from engine.exhibits.messages.files import as_graphml, as_list, parse_graph
from engine.exhibits.messages.hand import Hand
from engine.exhibits.messages.network import Network
from engine.exhibits.messages.question import TASKS, about, nodes_of
from engine.exhibits.messages.special_rules import RULES
from engine.exhibits.messages.spectra import dirichlet
from engine.exhibits.messages.training import Trainer

CODE = (Network.walk, Network.joined, Trainer.phases, Trainer.learn, dirichlet)
"""What runs at full speed and in slow motion, beside the rule and the loss at hand; for the page to show."""

__all__ = [
    "AT_A_GLANCE", "BY_PRODUCTS", "CODE", "COLLECTIONS", "FAMILIES", "IN_FULL", "RULES", "TASKS", "Hand", "Messages",
    "Network", "about", "as_graphml", "as_list", "nodes_of", "parse_graph",
]  # fmt: skip
