"""Message passing: the graph is edited while it learns, and comes from and goes to files."""

from __future__ import annotations

import io
from typing import Any

import networkx as nx
import numpy as np
import pytest
import torch

from engine.exhibit import Refused
from engine.exhibits.messages import Messages, as_graphml, as_list, parse_graph
from engine.exhibits.messages.features import SPARE
from engine.exhibits.messages.files import MOST_BYTES, MOST_LINKS, MOST_NODES
from engine.exhibits.messages.hand import Hand
from tests.exhibits.test_messages import made, touch

# ---- a hand --------------------------------------------------------------------------------------------------------


def links(exhibit: Messages) -> set[tuple[str, ...]]:
    names = exhibit.graph.names
    return {tuple(sorted((names[a], names[b]))) for a, b in exhibit.graph.pairs}


def sound(exhibit: Messages) -> None:
    """It learns on, and everything fits together."""
    exhibit.advance(3)
    frame, scene, n = exhibit.frame(), exhibit.scene(), exhibit.graph.n
    assert exhibit.diverged() is None
    assert len(frame.arrays["prediction"]) == len(scene.arrays["at"]) == len(scene.words["names"].split(",")) == n
    assert len(set(exhibit.graph.slots.tolist())) == n and 0 <= exhibit.board.chosen < n
    assert exhibit.graph.pairs.size == 0 or exhibit.graph.pairs.max() < n


def test_a_node_is_added_where_there_is_none_and_learning_goes_on_with_the_same_weights() -> None:
    exhibit = made()
    exhibit.advance(20)
    weights = exhibit.trainer.network.flat.clone()
    exhibit.poke(touch("add", (0.95, -0.95)))
    assert exhibit.graph.n == 35 and torch.equal(weights, exhibit.trainer.network.flat)
    np.testing.assert_allclose(exhibit.scene().arrays["at"][34], (0.95, -0.95), atol=1e-6)
    exhibit.poke(touch("add", exhibit.board.at[3]))  # there is one already
    assert exhibit.graph.n == 35
    sound(exhibit)


def test_two_nodes_are_linked_by_two_touches_and_parted_by_a_stroke() -> None:
    exhibit = made(graph="ring", size=8)
    at = exhibit.board.at
    exhibit.poke(touch("link", at[0]))
    np.testing.assert_array_equal(exhibit.scene().arrays["tied"], at[[0]])
    exhibit.poke(touch("link", at[4]))
    assert ("1", "5") in links(exhibit) and exhibit.scene().arrays["tied"].shape == (0, 2)
    exhibit.poke(touch("link", at[0]))
    exhibit.poke(touch("link", at[4], at[0]))
    assert ("1", "5") not in links(exhibit) and len(exhibit.graph.pairs) == 8
    exhibit.poke(touch("link", at[2], at[4]))  # the stroke goes on: nothing more happens
    assert len(exhibit.graph.pairs) == 8
    sound(exhibit)


def test_a_node_is_deleted_with_its_links_and_the_others_stay_who_they_are() -> None:
    exhibit = made(graph="florentine")
    medici = exhibit.graph.names.index("Medici")
    before, known = links(exhibit), [exhibit.graph.names[i] for i in np.flatnonzero(exhibit.board.labelled)]
    x = {name: exhibit.trainer.x[i].clone() for i, name in enumerate(exhibit.graph.names)}
    exhibit.poke(touch("delete", exhibit.board.at[medici]))
    assert links(exhibit) == {pair for pair in before if "Medici" not in pair}
    left = [exhibit.graph.names[i] for i in np.flatnonzero(exhibit.board.labelled)]
    assert left == [name for name in known if name != "Medici"]
    assert all(torch.equal(exhibit.trainer.x[i], x[name]) for i, name in enumerate(exhibit.graph.names))
    sound(exhibit)


def test_a_link_is_deleted_where_it_is_touched() -> None:
    exhibit = made(graph="ring", size=6, layout="circle")
    before, at = links(exhibit), exhibit.board.at
    a, b = exhibit.graph.pairs[0]
    exhibit.poke(touch("delete", (at[a] + at[b]) / 2))
    gone = tuple(sorted((exhibit.graph.names[a], exhibit.graph.names[b])))
    assert before - links(exhibit) == {gone}
    exhibit.poke(touch("delete", (0, 0)))  # nothing is there
    assert len(exhibit.graph.pairs) == 5
    sound(exhibit)


def test_two_nodes_are_left_and_no_more_are_added_than_there_is_room_for() -> None:
    exhibit = made(graph="florentine")
    for _ in range(13):
        exhibit.poke(touch("delete", exhibit.board.at[0]))
    sound(exhibit)
    with pytest.raises(Refused, match="at least 2"):
        exhibit.poke(touch("delete", exhibit.board.at[0]))
    exhibit.board.at = np.full_like(exhibit.board.at, 5)
    for number in range(13 + SPARE):
        exhibit.poke(touch("add", (-0.9 + 0.19 * (number % 10), -0.9 + 0.19 * (number // 10))))
        exhibit.board.at[-1] = (5, 5)  # out of the way of the next
    assert exhibit.graph.n == 15 + SPARE
    exhibit.board.at[:] = 5
    with pytest.raises(Refused, match="room for 55 nodes"):
        exhibit.poke(touch("add", (0, 0)))
    sound(exhibit)


def test_an_edited_graph_is_saved_and_goes_on() -> None:
    one = made(graph="blocks", size=20)
    one.poke(touch("add", (0.99, 0.99)))
    one.poke(touch("link", one.board.at[-1]))
    one.poke(touch("link", one.board.at[0]))
    one.poke(touch("delete", one.board.at[5]))
    two = made(graph="blocks", size=20)
    two.load_state_dict(one.state_dict())
    for each in (one, two):
        each.set(each.params.replaced(homophily=0.5))
        each.advance(5)
    assert links(one) == links(two) and any("new 21" in pair for pair in links(one))
    np.testing.assert_array_equal(one.frame().arrays["confidence"], two.frame().arrays["confidence"])


@pytest.mark.parametrize("rule", ["gcn", "gat", "mpnn", "second"])
def test_a_shuffle_changes_the_numbering_and_nothing_that_is_seen(rule: str) -> None:
    exhibit = made(rule=rule, graph="les-miserables")
    exhibit.advance(30)

    def seen() -> dict[str, Any]:
        frame, at = exhibit.frame(), exhibit.scene().arrays["at"]
        names = exhibit.graph.names
        return {name: (frame.arrays["prediction"][i], tuple(at[i])) for i, name in enumerate(names)}

    before, chosen, names = seen(), exhibit.graph.names[exhibit.board.chosen], exhibit.graph.names
    exhibit.poke(Hand(kind="shuffle"))
    assert seen() == before and exhibit.graph.names != names and exhibit.graph.names[exhibit.board.chosen] == chosen
    assert 0 <= exhibit.frame().metrics["shuffled"] < 1e-4
    sound(exhibit)


# ---- files ---------------------------------------------------------------------------------------------------------


def upload(exhibit: Messages, blob: bytes) -> None:
    read = parse_graph(blob)
    exhibit.poke(Hand(kind="graph", names=list(read.names), pairs=read.pairs, truth=read.truth()))


def test_a_list_of_links_becomes_the_graph() -> None:
    exhibit = made()
    upload(exhibit, b"# friends\nAnna, Ben\nBen, Carl\nCarl, Anna\n\nCarl, Dora, 2.5\nDora, Dora\nBen, Anna\n")
    assert exhibit.graph.names == ("Anna", "Ben", "Carl", "Dora")
    assert links(exhibit) == {("Anna", "Ben"), ("Ben", "Carl"), ("Anna", "Carl"), ("Carl", "Dora")}
    assert exhibit.scene().words["about"] == "A graph of your own. The rim tells its class."
    sound(exhibit)


def test_what_does_not_count_is_said() -> None:
    assert parse_graph(b"a;b\nb;b\nb;a").left_out() == "; left out: 1 from a node to itself and 1 said twice"


def test_graphml_of_networkx_is_read_with_its_classes_and_nodes_without_links() -> None:
    graph = nx.karate_club_graph()
    graph.add_node(34, club="Officer")
    stream = io.BytesIO()
    nx.write_graphml(graph, stream)
    exhibit = made(graph="ring", size=6)
    upload(exhibit, stream.getvalue())
    assert exhibit.graph.n == 35 and len(exhibit.graph.pairs) == 78 and exhibit.graph.degree[34] == 0
    assert exhibit.graph.truth.tolist() == [int(graph.nodes[node]["club"] == "Officer") for node in graph]
    sound(exhibit)


def test_a_run_with_a_graph_of_its_own_is_saved_and_goes_on() -> None:
    one, two = made(), made()
    upload(one, b"a b\nb c\nc d\nd e\ne a\n".replace(b" ", b"\t"))
    one.advance(4)
    two.load_state_dict(one.state_dict())
    one.advance(4), two.advance(4)
    np.testing.assert_array_equal(one.frame().arrays["confidence"], two.frame().arrays["confidence"])
    assert two.scene().words["about"] == "A graph of your own. The rim tells its class."


def test_what_is_downloaded_is_read_again_as_the_same_graph() -> None:
    graph = made(graph="les-miserables").graph
    read = parse_graph(as_graphml(graph.names, graph.pairs, graph.truth).encode())
    assert tuple(read.names) == graph.names and read.pairs == [tuple(pair) for pair in graph.pairs.tolist()]
    first = list(dict.fromkeys(graph.truth.tolist()))
    assert [first[number] for number in read.truth()] == graph.truth.tolist()
    again = parse_graph(as_list(graph.names, graph.pairs, graph.truth).encode())
    assert {frozenset((list(again.names)[a], list(again.names)[b])) for a, b in again.pairs} == {
        frozenset((graph.names[a], graph.names[b])) for a, b in graph.pairs
    }


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>
<graphml><graph><node id="&lol2;"/></graph></graphml>"""
BAD: dict[str, tuple[Any, str]] = {
    "empty": (b"", "holds 0 nodes"),
    "only comments": (b"# nothing\n\n", "holds 0 nodes"),
    "one node": (b"a,a\n", "holds 1 nodes"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\xff", "no text"),
    "zeros": (b"a,b\n\x00\x00", "no text"),
    "half a link": (b"a,b\nc\n", "Line 2 has one name"),
    "a table": (b"a,b,1,2\n", "Line 1 has 4 columns"),
    "a million links": (b"".join(b"%d,%d\n" % (i % 900, i // 900) for i in range(400_000)), "more than 5,000 links"),
    "too many nodes": (b"".join(b"%d,%d\n" % (2 * i, 2 * i + 1) for i in range(900)), "more than 1,000 nodes"),
    "too long": (b"a,b\n" * (MOST_BYTES // 4 + 1), "at most 4 MB"),
    "xml bomb": (BOMB, "document type or entities"),
    "cut off": (b"<graphml><graph><node id='a'/>", "no well-formed XML: no element found"),
    "not closed": (b"<graphml><graph></graphml>", "no well-formed XML: mismatched tag, line 1"),
    "other xml": (b"<html><body/></html>", "no GraphML"),
    "nameless": (b"<graphml><graph>\n<node/></graph></graphml>", "Line 2: this <node> has no id"),
    "half an edge": (b"<graphml><edge source='a'/></graphml>", "this <edge> has no target"),
    "many classes": (
        b"<graphml><key id='c' for='node' attr.name='class'/>"
        + b"".join(b"<node id='%d'><data key='c'>%d</data></node>" % (i, i) for i in range(9)) + b"</graphml>",
        "9 classes; at most 5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_sentence(name: str) -> None:
    blob, says = BAD[name]
    with pytest.raises(ValueError, match=says) as caught:
        parse_graph(blob).truth()
    assert str(caught.value).endswith((".", "Ben"))


def test_a_million_links_are_refused_before_they_are_all_read() -> None:
    line = b"a,b\n"
    assert len(line) * 10**6 <= MOST_BYTES
    with pytest.raises(ValueError, match="more than 5,000 links"):
        parse_graph(line * 10**6)


def test_the_largest_graph_that_is_read_fits_into_a_poke() -> None:
    names = [f"node {number}" for number in range(MOST_NODES)]
    pairs = [(i % MOST_NODES, (i * 7 + 1) % MOST_NODES) for i in range(MOST_LINKS)]
    Hand(kind="graph", names=names, pairs=pairs, truth=[0] * MOST_NODES)


@pytest.mark.parametrize(
    "event",
    [Hand(kind="graph", names=["a"]), Hand(kind="graph", names=["a", "b"], pairs=[(0, 2)]),
     Hand(kind="graph", names=["a", "b"], truth=[0])],
)  # fmt: skip
def test_a_graph_that_does_not_fit_together_is_refused(event: Hand) -> None:
    exhibit = made()
    with pytest.raises(Refused, match="too few nodes"):
        exhibit.poke(event)
    sound(exhibit)
