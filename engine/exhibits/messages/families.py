"""Graphs to choose from: four that people have observed, and families that are made.

A graph that comes without classes gets communities: those of greedy modularity maximisation.

References:
    Zachary 1977; Knuth 1993 (Les Miserables); Padgett 1994; Davis, Gardner, Gardner 1941; all as networkx has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import networkx as nx
import numpy as np

from engine.exhibits.messages.formulas import formulas
from engine.exhibits.messages.graph import Graph, linked
from engine.exhibits.messages.many import SHAPES, WIDTHS, in_turn, random_graphs
from engine.exhibits.messages.molecules import CLASSES, molecules
from engine.exhibits.messages.twins import twins

MOST_CLASSES = 5
EVEN = 2  # classes of what is simply cut into halves


@dataclass(frozen=True)
class Wish:
    """What kind of graph is wanted, as far as its family can vary.

    Args:
        size: nodes, about. degree: neighbours, on average. blocks: classes. homophily: share of links within a class.
        graphs: how many, where there are many.
    """

    size: int = 60
    degree: float = 5.0
    blocks: int = 2
    homophily: float = 0.8
    graphs: int = 40


@dataclass(frozen=True)
class Family:
    """A kind of graph: what it is called, and how one is made.

    Args:
        about: in a sentence, what nodes and links are. kinds: what the classes are.
        sized: whether one may say how large. classes: what they are called, in the order of their numbers.
    """

    label: str
    about: str
    kinds: str
    make: Callable[[Wish, np.random.Generator], Graph]
    sized: bool = False
    classes: tuple[str, ...] = ()


def communities_of(graph: nx.Graph) -> np.ndarray:
    """The class of every node 0 ... n-1: its community, the largest first."""
    found = nx.community.greedy_modularity_communities(graph)
    if len(found) > MOST_CLASSES:
        found = nx.community.greedy_modularity_communities(graph, cutoff=MOST_CLASSES, best_n=MOST_CLASSES)
    truth = np.zeros(graph.number_of_nodes(), np.int64)
    for number, nodes in enumerate(found):
        truth[list(nodes)] = number
    return truth


def communities(graph: Graph) -> np.ndarray:
    """The community of every node, (n,)."""
    plain = nx.empty_graph(graph.n)
    plain.add_edges_from(graph.pairs.tolist())
    return communities_of(plain) if len(graph.pairs) else np.arange(graph.n) % EVEN


def told(names: tuple[str, ...], pairs: list[tuple[int, int]], truth: list[int], random: np.random.Generator) -> Graph:
    """A graph of somebody's own; without classes it gets communities.

    Raises:
        ValueError: it has fewer than two nodes, or links or classes do not fit them.
    """
    n, ends = len(names), np.array(pairs, np.int64).reshape(-1, 2)
    if n < 2 or ends.max(initial=0) >= n or len(truth) not in (0, n):
        raise ValueError("The graph has too few nodes, or links and classes of nodes that it does not have.")
    graph = linked(names, ends, np.array(truth or [0] * n), random)
    return graph if truth else linked(names, graph.pairs, communities(graph), random)


def _observed(load: Callable[[], nx.Graph], random: np.random.Generator) -> Graph:
    """A graph of networkx's, with communities as classes."""
    graph = load()
    names = tuple(str(node) for node in graph.nodes)
    plain = nx.convert_node_labels_to_integers(graph)
    return linked(names, np.array(plain.edges), communities_of(plain), random)


def _karate(wish: Wish, random: np.random.Generator) -> Graph:
    graph = nx.karate_club_graph()
    clubs = np.array([graph.nodes[node]["club"] != "Mr. Hi" for node in graph.nodes], np.int64)
    names = tuple(str(node + 1) for node in graph.nodes)
    return linked(names, np.array(graph.edges), clubs, random)


def _numbered(n: int) -> tuple[str, ...]:
    return tuple(str(number + 1) for number in range(n))


def ring_pairs(n: int, first: int = 0) -> np.ndarray:
    """(n, 2): every node beside the next, and the last beside the first."""
    nodes = np.arange(n)
    return np.stack([nodes, (nodes + 1) % n], 1) + first


def _ring(wish: Wish, random: np.random.Generator) -> Graph:
    n = max(3, wish.size)
    return linked(_numbered(n), ring_pairs(n), np.arange(n) * EVEN // n, random)


def _grid(wish: Wish, random: np.random.Generator) -> Graph:
    side = max(2, round(wish.size**0.5))
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(side, side))
    return linked(_numbered(side**2), np.array(graph.edges), np.arange(side**2) // side * EVEN // side, random)


def _tree(wish: Wish, random: np.random.Generator) -> Graph:
    """Every node has two children; the classes are the two branches at the root, which belongs to the first."""
    n = max(3, wish.size)
    nodes = np.arange(1, n)
    parents = (nodes - 1) // 2
    truth = np.zeros(n, np.int64)
    truth[2] = 1
    for node in range(3, n):
        truth[node] = truth[(node - 1) // 2]
    return linked(_numbered(n), np.stack([parents, nodes], 1), truth, random)


def block_pairs(wish: Wish, seed: int) -> np.ndarray:
    """The links of a stochastic block model with equal blocks, by one coin for every pair of nodes.

        P(i ~ j) = degree homophily / (n / k) within a block, degree (1 - homophily) / (n - n / k) between blocks

    The coins depend on the seed alone, so a little more or less homophily moves a few links and leaves the others.

    Returns:
        (m, 2).
    """
    n, k = wish.size, wish.blocks
    truth = np.arange(n) * k // n
    a, b = np.triu_indices(n, 1)
    inside = wish.degree * wish.homophily / max(n / k - 1, 1)
    across = wish.degree * (1 - wish.homophily) / (n - n / k)
    coin = np.random.default_rng(seed).random(len(a))
    linked_now = coin < np.where(truth[a] == truth[b], inside, across)
    return np.stack([a[linked_now], b[linked_now]], 1)


def redrawn(graph: Graph, wish: Wish, seed: int) -> Graph:
    """The graph with the links of another homophily; nodes that were added by hand keep theirs."""
    added = (graph.slots[graph.pairs] >= wish.size).any(axis=1)
    place = np.full(max(wish.size, int(graph.slots.max(initial=0)) + 1), -1)
    place[graph.slots] = np.arange(graph.n)
    fresh = place[block_pairs(wish, seed)]
    return graph.with_pairs(np.concatenate([fresh[(fresh >= 0).all(axis=1)], graph.pairs[added]]))


def _blocks(wish: Wish, random: np.random.Generator) -> Graph:
    truth = np.arange(wish.size) * wish.blocks // wish.size
    return linked(_numbered(wish.size), np.empty((0, 2)), truth, random)


def _scale_free(wish: Wish, random: np.random.Generator) -> Graph:
    m = min(max(1, round(wish.degree / 2)), wish.size - 1)
    graph = nx.barabasi_albert_graph(wish.size, m, seed=random)
    return linked(_numbered(wish.size), np.array(graph.edges), communities_of(graph), random)


def _barbell(wish: Wish, random: np.random.Generator) -> Graph:
    """Two crowds in which everybody knows everybody, joined by a path."""
    crowd = max(3, min(wish.size // 3, 12))
    path = max(1, min(wish.size - 2 * crowd, 20))
    graph = nx.barbell_graph(crowd, path)
    n = graph.number_of_nodes()
    return linked(_numbered(n), np.array(graph.edges), np.arange(n) * EVEN // n, random)


FAMILIES = {
    "karate": Family(
        "Karate club", "A club split in two. Circle: a member; line: two who met.", "the side it joined", _karate,
    ),
    "les-miserables": Family(
        "Les Misérables", "Characters of the novel; line: they meet in a chapter.", "its community",
        lambda wish, random: _observed(nx.les_miserables_graph, random),
    ),
    "florentine": Family(
        "Florentine families", "Families of Florence, joined by marriages.", "its community",
        lambda wish, random: _observed(nx.florentine_families_graph, random),
    ),
    "southern-women": Family(
        "Southern women", "Women, and the events they went to.", "its community",
        lambda wish, random: _observed(nx.davis_southern_women_graph, random),
    ),
    "blocks": Family(
        "Blocks", "Nodes in equal blocks; how many links stay within a block can be dragged.", "its block",
        _blocks, True,
    ),
    "scale-free": Family(
        "Few hubs, many leaves", "Grown by preferential attachment (Barabási and Albert).", "its community",
        _scale_free, True,
    ),
    "ring": Family("Ring", "Every node has two neighbours.", "its half", _ring, True),
    "grid": Family("Grid", "Every node has up to four neighbours.", "its half", _grid, True),
    "tree": Family("Tree", "Every node has up to two children.", "its branch at the root", _tree, True),
    "barbell": Family("Two crowds, one bridge", "Two full crowds joined by a path.", "its half", _barbell,
        True,
    ),
    "twins": Family(
        "Twins: one ring, two rings", "A ring of six, and two rings of three.", "which of both",
        lambda wish, random: twins("twins", random),
    ),
    "twins-prism": Family(
        "Twins: three and three, a prism", "Three nodes each linked with three others, and a prism; every node has "
        "three neighbours.", "which of both", lambda wish, random: twins("twins-prism", random),
    ),
    "twins-molecules": Family(
        "Twins: decalin, bicyclopentyl", "The carbons of two real molecules: two rings of six, two rings of five.",
        "which of both", lambda wish, random: twins("twins-molecules", random),
    ),
    "twins-regular": Family(
        "Twins: rook, Shrikhande", "Sixteen nodes with six neighbours each, and every two linked ones have two in "
        "common, in both.", "which of both", lambda wish, random: twins("twins-regular", random),
    ),
    "formulas": Family(
        "Formulas of logic", "Formulas of 1, 0, and ∧, or ∨, not ¬; every part is a node, above the parts it joins.",
        "its value", lambda wish, random: formulas(False, random), classes=("false", "true"),
    ),
    "formulas-shared": Family(
        "Formulas, shared branches", "Formulas of 1, 0, and ∧, or ∨, not ¬; equal parts of a formula are one node.",
        "its value", lambda wish, random: formulas(True, random), classes=("false", "true"),
    ),
}  # fmt: skip

COLLECTIONS = {
    "shapes": Family(
        "Shapes", "Rings, trees, ladders, wheels and pairs of crowds, each a graph by itself.", "the shape",
        lambda wish, random: in_turn(SHAPES, wish.graphs, random), True, tuple(SHAPES),
    ),
    "molecules": Family(
        "Molecules", "45 small molecules without their hydrogens, carbon, nitrogen and oxygen.", "alcohol, ether, "
        "aldehyde or ketone, acid, or amine", lambda wish, random: molecules(random), classes=CLASSES,
    ),
    "widths": Family(
        "Paths to tangles", "Paths, rings, trees and tangles, each a graph by itself.", "the kind",
        lambda wish, random: in_turn(WIDTHS, wish.graphs, random), True, tuple(WIDTHS),
    ),
    "random": Family(
        "Random graphs", "Trees with some further links, each a graph by itself.", "whether three of its nodes are "
        "all linked", lambda wish, random: random_graphs(wish.graphs, random), True,
        ("no triangle", "a triangle"),
    ),
}  # fmt: skip
"""Many graphs each, for what is asked of whole graphs."""
