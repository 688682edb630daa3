"""What to try beyond the classes of nodes: links, whole graphs, molecules, formulas, and what cannot be told apart."""

from __future__ import annotations

from engine.exhibits.messages.trials import alike, right, trial

CROWDS = {"graph": "barbell", "size": 20, "layers": 12, "residual": True, "feel": True}
LOGIC = {"rule": "paliwal", "labels": 8, "layers": 3, "decay": 0.005}
WIDE = {
    "task": "diameter", "collection": "widths", "graphs": 60, "features": "degree", "rule": "sage", "aggregate": "max",
    "layers": 6, "pool": "sum", "beside": True,
}  # fmt: skip

FURTHER_CARDS = (
    trial(
        "Squeezed through a bridge",
        "Two crowds, one path between them. “Feels of the other”, at the foot of the page, says what the node looked "
        "at feels of one in the other crowd. Click one of its own crowd, then it again: how much does it feel of that?",
        CROWDS,
        "Within a crowd far more than across: all that a crowd has to say to the other must pass through one "
        "link. The resistance between the two tells beforehand.",
        "The crowds are told apart.",
        right(0.8),
        steps=100,
        speed=20.0,
    ),
    trial(
        "Cut the bridge",
        "The same two crowds. What the node looked at feels of one in the other crowd is small, but not 0. Take the "
        "tool “delete” and touch a link of the bridge: what is left of it?",
        CROWDS,
        "Nothing, exactly 0: no way, no message, and no current either. Each crowd goes on with its own known node.",
        "Something comes across while there is a bridge.",
        lambda m: m["sensitivity"] > 0,
        steps=50,
        speed=20.0,
    ),
    trial(
        "Missing links",
        "Three in ten links of Les Misérables are hidden, green; as many pairs that never met are dashed. The network "
        "learns from the other links alone. Which get thick?",
        {"task": "links", "graph": "les-miserables"},
        "Mostly the green ones: who meets the same people has a similar state, and similar states are held to "
        "be linked. It is far from sure; the dashed ones that get thick are people who could have met.",
        "A hidden link is held likelier than an absent one seven times in ten.",
        lambda m: m["auc"] > 0.7,
    ),
    trial(
        "Ring, tree or wheel",
        "Forty small graphs of five shapes; all nodes start alike, so only the links can tell. Will it know the shapes "
        "of graphs it has never seen? A second network sees no links.",
        {"task": "graphs", "collection": "shapes", "rule": "gin", "layers": 3, "beside": True},
        "Of most. Without links there is nothing to go by: that one is right for one in five, as a die would be.",
        "It is right for most, without links for a fifth.",
        lambda m: m["test_accuracy"] > 0.6 and m["alone_accuracy"] < 0.3,
    ),
    trial(
        "Alcohol or ether",
        "Real molecules without their hydrogens; double bonds are thicker. Ethanol and dimethyl ether have the same "
        "atoms. Can a network tell what they are? A second one counts atoms and sees no bonds.",
        {"task": "graphs", "collection": "molecules", "rule": "gin", "pool": "sum", "beside": True},
        "Yes: after two hops an oxygen knows whether it ends the chain or joins two carbons, and by which bond. "
        "Counting atoms is not enough.",
        "It is right far more often than without bonds.",
        lambda m: m["test_accuracy"] > max(0.7, m["alone_accuracy"] + 0.2),
    ),
    trial(
        "Count the triangles",
        "Every graph has some triangles, dark none and bright many. This rule looks at every two neighbours of a node. "
        "How far is it off? Then try the rule GIN. And draw a link that closes a triangle.",
        {"task": "triangles", "collection": "random", "rule": "second", "layers": 1, "pool": "sum"},
        "By a fraction of one: whether two neighbours are linked is what the rule sums. GIN only guesses from "
        "how many links there are, and is off twice as far.",
        "It is off by less than a half, and a third of what the mean is.",
        lambda m: m["error"] < min(0.5, m["error_of_the_mean"] / 3),
        steps=300,
    ),
    trial(
        "How wide is a graph",
        "Sixty paths, rings, trees and tangles. The number is the longest of all shortest ways, which no node can see. "
        "Six hops: does it come nearer than who always says the mean, the dashed line, and than a network without "
        "links, which only counts nodes and neighbours?",
        WIDE,
        "By far, after a few seconds: what passes from neighbour to neighbour tells how long the ways are. With one "
        "hop (Set up) it is off farther. Among random graphs, which are nearly all as wide, there is less to learn.",
        "It is off by at most three quarters of what the mean is, and by less than without links.",
        lambda m: m["error"] < min(0.75 * m["error_of_the_mean"], m["alone_error"]),
        steps=400,
        speed=60.0,
    ),
    trial(
        "True or false, from below",
        "Formulas of logic: 1, 0, and ∧, or ∨, not ¬. The class of each part is its value. Some formulas are known. "
        "Will it work out the others?",
        LOGIC | {"graph": "formulas"},
        "Nearly all: in three hops what is true at the leaves comes to the top, because parents and children "
        "are heard apart. With GCN, which mixes both, one in six stays wrong.",
        "Nine in ten are right.",
        right(0.9),
        steps=300,
    ),
    trial(
        "The same tree with shared branches",
        "The same formulas, but equal parts of one are a single node with several parents: fewer nodes, fewer "
        "messages. Does it still know what is true? Then try the rule GCN.",
        LOGIC | {"graph": "formulas-shared"},
        "It does, with a third fewer nodes. GCN does far worse than on the trees: the more parents share a "
        "part, the more it hears of what lies above.",
        "Nearly nine in ten are right, on a third fewer nodes.",
        lambda m: m["test_accuracy"] > 0.85 and m["nodes"] < 165,
        steps=300,
    ),
    trial(
        "Twins that even that one cannot tell",
        "Rook and Shrikhande: sixteen nodes, six neighbours each, and every two linked ones have two in common. Does "
        "looking at two neighbours at once help here?",
        {"graph": "twins-regular", "rule": "second", "features": "constant"},
        "No: every link is in two triangles in both, so all states stay the same. In one the neighbours of a "
        "node form two triangles, in the other a ring of six; that takes looking at three at once.",
        "The readouts are the same, and a coin is as good.",
        alike(1e-5),
        steps=100,
    ),
)
