"""What the page says: names of choices, what there is to see, and the words beside the formulas."""

from __future__ import annotations

from engine.exhibits.messages.families import COLLECTIONS, FAMILIES
from engine.exhibits.messages.special_rules import RULES

LABELS = {
    "task": {
        "nodes": "classes of nodes", "links": "missing links", "graphs": "classes of graphs",
        "diameter": "width of graphs", "triangles": "triangles in graphs",
    },
    "graph": {name: family.label for name, family in FAMILIES.items()},
    "collection": {name: family.label for name, family in COLLECTIONS.items()},
    "rule": {name: rule.label for name, rule in RULES.items()},
    "features": {
        "identity": "what it is", "hint": "a faint hint of its class", "degree": "how many neighbours it has",
        "constant": "nothing, all are alike", "random": "noise",
    },
    "norm": {"none": "none", "layer": "layer norm", "pair": "PairNorm"},
    "aggregate": {"usual": "as usual for the rule"},
    "squash": {"relu": "ReLU", "none": "none: linear"},
}  # fmt: skip

_FILLING = "The filling is the network's guess: the fuller, the surer. The network is told only "
_VALUE = "The filling is the network's guess: dark is small. The network is told only the graphs with a {marked}."
SEE = {
    "nodes": f"{_FILLING}those with a {{marked}}.",
    "links": "Green links are hidden from the network, dashed pairs were never linked. The thicker, the surer it is of "
    "a link.",
    "graphs": f"{_FILLING}the graphs with a {{marked}}.",
    "diameter": f"The rim tells the longest of all shortest ways. {_VALUE}",
    "triangles": f"The rim tells how many three nodes are all linked. {_VALUE}",
}
DO = "Press Slow motion: messages travel along the links, hop by hop. Click a node: its sums are written out."
NOTICE = {
    "nodes": "Told of only a few, it guesses the others: what is known of the few spreads along the links.",
    "links": "Who is linked with the same nodes comes to have a similar state, and is held to be linked.",
    "graphs": "What it learns of some graphs it uses on others it has never seen.",
    "diameter": "A node hears no farther than there are hops. Dashed in the chart: who always answers the mean.",
    "triangles": "What it learns of some graphs it uses on others. Draw a link: the truth changes, and the answer too.",
}

WORDS = """
Every node has a **state**, a vector $h_i$. In a **hop** each node sends a *message* along each of its links, *gathers*
what arrives by a sum, a mean or a maximum, and *updates* its state. After $L$ hops a node has heard of all nodes at
most $L$ links away: its **receptive field**. The last state is read by a linear map, and the loss $L$ of what is known
has a gradient that reaches all weights through the same links, backwards. Where whole graphs are asked for, the states
of all nodes of a graph are first made one, by a mean, a sum or a maximum; where links are, two nodes are likely linked
if what is read of them points the same way. Where links are of several kinds, as in molecules, every message carries a
vector for its link's kind too.

Because sums do not care for the order of their terms, numbering the nodes otherwise changes nothing but the numbering.
That is also the limit: where refining colours by the colours of the neighbours (Weisfeiler and Leman) cannot tell two
graphs apart, none of these rules can.

**Oversmoothing.** Graph convolution averages neighbours. Without weights and nonlinearity every hop multiplies by
$S = \\hat D^{-1/2}(A+I)\\hat D^{-1/2}$, whose largest eigenvalue is 1 and belongs to states in which neighbours agree.
What they disagree about, the Dirichlet energy, shrinks in the end by $\\lambda_2^2$ a hop.
"""
