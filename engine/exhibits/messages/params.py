"""The hyperparameters of message passing, in the order in which a person meets them."""

from __future__ import annotations

from typing import Literal

from engine.params import Params, live, setup

SIZED = ("blocks", "scale-free", "ring", "grid", "tree", "barbell")
OF_ONE, OF_MANY = ("nodes", "links"), ("graphs", "diameter", "triangles")
"""Questions asked of one graph, and of many small ones."""

BLOCKS = {"task": OF_ONE, "graph": ("blocks",)}


class GraphParams(Params):
    """Which graph, and what is known of its nodes."""

    task: Literal["nodes", "links", "graphs", "diameter", "triangles"] = setup(
        "nodes", label="Question", help="What the network is asked: of nodes, of pairs of nodes, or of whole graphs.",
        group="Graph",
    )  # fmt: skip
    graph: Literal[
        "karate", "les-miserables", "florentine", "southern-women", "blocks", "scale-free", "ring", "grid", "tree",
        "barbell", "twins", "twins-prism", "twins-molecules", "twins-regular", "formulas", "formulas-shared",
    ] = setup(
        "karate", label="Graph", help="Along whose links messages go.", group="Graph", when={"task": OF_ONE},
    )  # fmt: skip
    collection: Literal["shapes", "molecules", "widths", "random"] = setup(
        "shapes", label="Graphs", help="Along whose links messages go.", group="Graph", when={"task": OF_MANY},
    )  # fmt: skip
    rule: Literal["gcn", "sage", "gat", "gin", "mpnn", "paliwal", "second", "block", "deep-sets", "mlp"] = setup(
        "gcn", label="Rule", help="What is sent along a link, and what a node makes of what arrives.", group="Network",
    )  # fmt: skip
    layers: int = setup(
        2, label="Hops", help="How many times messages are passed; a node hears of those so many links away.", ge=0,
        le=32, step=1, group="Network",
    )  # fmt: skip
    features: Literal["identity", "hint", "degree", "constant", "random"] = setup(
        "identity", label="Known of a node", help="What a node has to say before it has heard anything.", group="Graph",
    )  # fmt: skip
    size: int = setup(
        60, label="Nodes", help="How many nodes, about.", ge=6, le=1000, step=1, group="Graph",
        when={"task": OF_ONE, "graph": SIZED},
    )  # fmt: skip
    blocks: int = setup(
        2, label="Blocks", help="How many classes of nodes.", ge=2, le=5, step=1, group="Graph", when=BLOCKS,
    )  # fmt: skip
    degree: float = setup(
        5.0, label="Neighbours", help="Of a node, on average.", ge=1.0, le=20.0, step=0.5, group="Graph",
        when={"task": OF_ONE, "graph": ("blocks", "scale-free")},
    )  # fmt: skip
    labels: int = setup(
        1, label="Labels per class", help="How many nodes of every class are known, best connected first; or formulas.",
        ge=1, le=50, step=1, group="Graph", when={"task": ("nodes",)},
    )  # fmt: skip
    known: float = setup(
        0.7, label="Known share", help="Of the links, or of the graphs: so much may be learnt from, the rest is asked.",
        ge=0.1, le=0.9, step=0.1, group="Graph", when={"task": ("links", *OF_MANY)},
    )  # fmt: skip
    graphs: int = setup(
        40, label="How many graphs", help="So many are drawn.", ge=10, le=60, step=5, group="Graph",
        when={"task": OF_MANY, "collection": ("shapes", "widths", "random")},
    )  # fmt: skip
    width: int = setup(
        16, label="Width", help="Numbers in the state of a node.", ge=2, le=64, step=1, group="Network",
    )  # fmt: skip


class MessagesParams(GraphParams):
    """How it learns, and what is shown of it."""

    homophily: float = live(
        0.8, label="Homophily", help="The share of links that stay within a block.", ge=0.0, le=1.0, step=0.02,
        group="Graph", when=BLOCKS,
    )  # fmt: skip
    signal: float = live(
        1.0, label="Hint", help="How far the classes' features lie apart, in standard deviations of the noise.",
        ge=0.0, le=3.0, step=0.1, group="Graph", when={"features": ("hint",)},
    )  # fmt: skip
    lr: float = live(
        0.01, label="Learning rate", help="How far a step goes down the gradient.", ge=0.0001, le=0.5, log=True,
        group="Learning",
    )  # fmt: skip
    residual: bool = live(
        False, label="Residual", help="A hop adds to the state, instead of replacing it.", group="Network"
    )
    norm: Literal["none", "layer", "pair"] = live(
        "none", label="Normalisation", help="After each hop: of every node by itself, or of all nodes together.",
        group="Network",
    )  # fmt: skip
    aggregate: Literal["usual", "sum", "mean", "max"] = live(
        "usual", label="Bring together by", help="What is made of all messages that arrive at a node.",
        group="Network", when={"rule": ("sage", "gin", "mpnn")},
    )  # fmt: skip
    pool: Literal["mean", "sum", "max"] = live(
        "mean", label="Read a graph by", help="What is made of the last states of all its nodes.", group="Network",
        when={"task": OF_MANY},
    )  # fmt: skip
    squash: Literal["relu", "tanh", "none"] = live(
        "relu", label="Nonlinearity", help="After each hop; without one the network is linear.", group="Network",
        when={"rule": ("gcn", "sage", "gat", "gin", "second", "deep-sets", "mlp")},
    )  # fmt: skip
    decay: float = live(
        0.0005, label="Weight decay", help="How strongly all weights are drawn to 0.", ge=0.0, le=0.1, step=0.0005,
        group="Learning",
    )  # fmt: skip
    beside: bool = live(
        False, label="Train one without links", help="A second network, an MLP, learns beside it, to compare with.",
        group="Learning",
    )  # fmt: skip
    hop: int = live(
        1, label="Look at hop", help="The hop whose arithmetic and weights are shown; slow motion goes through all.",
        ge=1, le=32, step=1, group="Picture",
    )  # fmt: skip
    entry: int = live(
        1, label="Number written out", help="Which number of every vector is written out, product by product.",
        ge=1, le=64, step=1, group="Picture",
    )  # fmt: skip
    feel: bool = live(
        False, label="Measure what it feels", help="How much the node looked at feels of every other; takes time.",
        group="Picture",
    )  # fmt: skip
    layout: Literal["forces", "spectral", "circle"] = live(
        "forces", label="Layout", help="How the nodes are placed; drag them with the tool “move”.", group="Picture",
    )  # fmt: skip
    matrix: Literal["weights", "adjacency"] = live(
        "weights", label="Matrix", help="How much each node counts for each other, or only who is linked with whom.",
        group="Picture",
    )  # fmt: skip
