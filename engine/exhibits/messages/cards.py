"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation
from engine.exhibits.messages.further_cards import FURTHER_CARDS

HINTED = {"graph": "blocks", "size": 100, "degree": 6.0, "labels": 10, "features": "hint", "beside": True}
DEEP = {"layers": 16}
TWINS = {"graph": "twins", "rule": "gin", "labels": 1}

CARDS = (
    Card(
        "Two leaders, one club",
        "A club fell apart; only its two leaders, with a dot in the middle, are known. Will the network find "
        "where the other 32 went?",
        {},
        speed=30.0,
        answer="All but one, after a few seconds: member 9, three of whose five friends were on the other side. "
        "Zachary tells that this one stayed for the sake of an exam.",
        expects=(Expectation("More than nine in ten are right.", 200, lambda m: m["test_accuracy"] > 0.9),),
    ),
    Card(
        "Without the links",
        "The same network, the same two leaders, but nobody tells anybody anything. What is left to learn from?",
        {"rule": "mlp"},
        speed=30.0,
        answer="Nothing: the leaders are learnt by heart, and of the others it is right as often as a coin.",
        expects=(
            Expectation(
                "The known are right, the unknown a coin.",
                200,
                lambda m: m["train_accuracy"] == 1 and m["test_accuracy"] < 0.65,
            ),
        ),
    ),
    Card(
        "Sixteen hops, one colour",
        "More hops hear of more. Sixteen of them mix everybody with everybody: which colours do the unknown get?",
        DEEP,
        speed=20.0,
        answer="Nearly all the same: oversmoothing. Only the known ones, and who hears most of them, still stand out.",
        expects=(
            Expectation(
                "Nearly all unknown nodes get one colour, and half of them are wrong.",
                100,
                lambda m: m["one_colour"] > 0.9 and m["test_accuracy"] < 0.65,
            ),
        ),
    ),
    Card(
        "Residuals bring it back",
        "Again sixteen hops, but each adds to a state instead of replacing it. Does the club come back?",
        DEEP | {"residual": True},
        speed=20.0,
        answer="It does: what a node was before it listened is never lost.",
        expects=(Expectation("Nine in ten are right.", 100, lambda m: m["test_accuracy"] > 0.9),),
    ),
    Card(
        "Out of earshot",
        "A ring of forty, one known node on each side, two hops. Click a node far from both: whom does it hear of?",
        {"graph": "ring", "size": 40},
        speed=30.0,
        answer="Only of two on each side, and no label is there. Nodes near the known ones are right, the rest get "
        "whatever their own untaught state says.",
        expects=(
            Expectation(
                "Some of the unknown stay wrong.", 200, lambda m: 0.6 < m["test_accuracy"] < 0.85
            ),
        ),
    ),
    Card(
        "Half of the links lie",
        "Two blocks; every node shows a hint of its class. Half of all links stay within a block, half leave it. "
        "Who is better, the network or an MLP that sees no links? Then drag Homophily.",
        HINTED | {"homophily": 0.5, "signal": 2.0},
        speed=30.0,
        answer="The MLP: links that say nothing only blur the hints. With eight in ten within a block the network "
        "wins, and, since there are but two blocks, with one in ten as well.",
        expects=(
            Expectation("The MLP is better.", 200, lambda m: m["alone_accuracy"] > m["test_accuracy"]),
        ),
    ),
    Card(
        "Opposites attract",
        "Nine links in ten lead to the other block. GraphSAGE keeps apart what a node is and what its neighbours are. "
        "Can it turn that round?",
        HINTED | {"homophily": 0.1, "rule": "sage"},
        speed=30.0,
        answer="Yes: if your neighbours are all of one kind you are of the other. It beats the MLP by far.",
        expects=(
            Expectation(
                "It is better than the MLP by a tenth.", 200, lambda m: m["test_accuracy"] > m["alone_accuracy"] + 0.1
            ),
        ),
    ),
    Card(
        "Five circles of a novel",
        "Characters of Les Misérables who share a chapter, in five communities; two of each are known.",
        {"graph": "les-miserables", "labels": 2},
        speed=30.0,
        answer="Most are right. Those on the border between two circles change their minds for a while.",
        expects=(Expectation("Most are right.", 200, lambda m: m["test_accuracy"] > 0.6),),
    ),
    Card(
        "Twins nobody can tell apart",
        "One ring of six, two rings of three, and all nodes start alike. Which nodes belong to which?",
        TWINS | {"features": "constant"},
        speed=30.0,
        answer="Every node has two neighbours who have two neighbours, and so on: all states are the same for ever, "
        "whatever is sent and summed. Refining colours, as Weisfeiler and Leman do, ends with one colour too.",
        expects=(
            Expectation(
                "The readouts are the same, and a coin is as good.",
                200,
                lambda m: m["apart"] < 1e-6 and m["train_accuracy"] == 0.5,
            ),
        ),
    ),
    Card(
        "Somebody can",
        "The same twins, all alike. But now a node looks at every two of its neighbours too, and sees whether they are "
        "linked. What changes?",
        {"graph": "twins", "rule": "second", "features": "constant"},
        speed=30.0,
        answer="In a ring of three your two neighbours know each other, in a ring of six they do not. After one hop "
        "the two graphs are told apart, and two labels are enough for all.",
        expects=(
            Expectation(
                "All are right, known and unknown.",
                200,
                lambda m: m["apart"] > 0.05 and m["test_accuracy"] == 1,
            ),
        ),
    ),
    Card(
        "Give the twins a number",
        "The same twins, but every node has random numbers of its own. Are they still alike?",
        TWINS | {"features": "random"},
        speed=30.0,
        answer="No: now a message can come home and be known again, which it does after three links or after six. What "
        "is lost is that equal nodes are treated equally.",
        expects=(
            Expectation(
                "The readouts differ, and what is known is learnt.",
                200,
                lambda m: m["apart"] > 0.05 and m["train_accuracy"] == 1,
            ),
        ),
    ),
    Card(
        "Who is listened to",
        "Attention decides for every link how much it counts; thick links count most. Whom does each node listen to?",
        {"rule": "gat"},
        speed=30.0,
        answer="Not to all alike: the rows of the matrix below, one for each listener, are uneven and sum to 1.",
        expects=(Expectation("Most are right.", 200, lambda m: m["test_accuracy"] > 0.75),),
    ),
    *FURTHER_CARDS,
)  # fmt: skip
