"""What to try."""

from __future__ import annotations

from engine.exhibits.messages.further_cards import FURTHER_CARDS
from engine.exhibits.messages.trials import alike, right, trial

HINTED = {"graph": "blocks", "size": 100, "degree": 6.0, "labels": 10, "features": "hint", "beside": True}
DEEP = {"layers": 16}
TWINS = {"graph": "twins", "rule": "gin", "labels": 1}

CARDS = (
    trial(
        "Two leaders, one club",
        "A club fell apart; only its two leaders, with a dot in the middle, are known. Will the network find "
        "where the other 32 went?",
        {},
        "All but one, after a few seconds: member 9, three of whose five friends were on the other side. "
        "Zachary tells that this one stayed for the sake of an exam.",
        "More than nine in ten are right.",
        right(0.9),
    ),
    trial(
        "Without the links",
        "The same network, the same two leaders, but nobody tells anybody anything. What is left to learn from?",
        {"rule": "mlp"},
        "Nothing: the leaders are learnt by heart, and of the others it is right as often as a coin.",
        "The known are right, the unknown a coin.",
        lambda m: m["train_accuracy"] == 1 and m["test_accuracy"] < 0.65,
    ),
    trial(
        "Sixteen hops, one colour",
        "More hops hear of more. Sixteen of them mix everybody with everybody: which colours do the unknown get?",
        DEEP,
        "Nearly all the same: oversmoothing. Only the known ones, and who hears most of them, still stand out.",
        "Nearly all unknown nodes get one colour, and half of them are wrong.",
        lambda m: m["one_colour"] > 0.9 and m["test_accuracy"] < 0.65,
        steps=100,
        speed=20.0,
    ),
    trial(
        "Residuals bring it back",
        "Again sixteen hops, but each adds to a state instead of replacing it. Does the club come back?",
        DEEP | {"residual": True},
        "It does: what a node was before it listened is never lost.",
        "Nine in ten are right.",
        right(0.9),
        steps=100,
        speed=20.0,
    ),
    trial(
        "Out of earshot",
        "A ring of forty, one known node on each side, two hops. Click a node far from both: whom does it hear of?",
        {"graph": "ring", "size": 40},
        "Only of two on each side, and no label is there. Nodes near the known ones are right, the rest get "
        "whatever their own untaught state says.",
        "Some of the unknown stay wrong.",
        lambda m: 0.6 < m["test_accuracy"] < 0.85,
    ),
    trial(
        "Half of the links lie",
        "Two blocks; every node shows a hint of its class. Half of all links stay within a block, half leave it. "
        "Who is better, the network or one that sees no links, an MLP? Then drag Homophily.",
        HINTED | {"homophily": 0.5, "signal": 2.0},
        "The MLP: links that say nothing only blur the hints. With eight in ten within a block the network "
        "wins, and, since there are but two blocks, with one in ten as well.",
        "The MLP is better.",
        lambda m: m["alone_accuracy"] > m["test_accuracy"],
    ),
    trial(
        "Opposites attract",
        "Nine links in ten lead to the other block. GraphSAGE keeps apart what a node is and what its neighbours are. "
        "Can it turn that round?",
        HINTED | {"homophily": 0.1, "rule": "sage"},
        "Yes: if your neighbours are all of one kind you are of the other. It beats the MLP by far.",
        "It is better than the MLP by a tenth.",
        lambda m: m["test_accuracy"] > m["alone_accuracy"] + 0.1,
    ),
    trial(
        "Five circles of a novel",
        "Characters of Les Misérables who share a chapter, in five communities; two of each are known.",
        {"graph": "les-miserables", "labels": 2},
        "Most are right. Those on the border between two circles change their minds for a while.",
        "Most are right.",
        right(0.6),
    ),
    trial(
        "Twins nobody can tell apart",
        "One ring of six, two rings of three, and all nodes start alike. Which nodes belong to which?",
        TWINS | {"features": "constant"},
        "Every node has two neighbours who have two neighbours, and so on: all states are the same for ever, "
        "whatever is sent and summed. Refining colours, as Weisfeiler and Leman do, ends with one colour too.",
        "The readouts are the same, and a coin is as good.",
        alike(1e-6),
    ),
    trial(
        "Somebody can",
        "The same twins, all alike. But now a node looks at every two of its neighbours too, and sees whether they are "
        "linked. What changes?",
        {"graph": "twins", "rule": "second", "features": "constant"},
        "In a ring of three your two neighbours know each other, in a ring of six they do not. After one hop "
        "the two graphs are told apart, and two labels are enough for all.",
        "All are right, known and unknown.",
        lambda m: m["apart"] > 0.05 and m["test_accuracy"] == 1,
    ),
    trial(
        "Give the twins a number",
        "The same twins, but every node has random numbers of its own. Are they still alike?",
        TWINS | {"features": "random"},
        "No: now a message can come home and be known again, which it does after three links or after six. What "
        "is lost is that equal nodes are treated equally.",
        "The readouts differ, and what is known is learnt.",
        lambda m: m["apart"] > 0.05 and m["train_accuracy"] == 1,
    ),
    trial(
        "Who is listened to",
        "Attention decides for every link how much it counts; thick links count most. Whom does each node listen to?",
        {"rule": "gat"},
        "Not to all alike: the rows of the matrix below, one for each listener, are uneven and sum to 1.",
        "Most are right.",
        right(0.75),
    ),
    *FURTHER_CARDS,
)
