"""Message passing: what is asked of links, of whole graphs, of molecules and of formulas."""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
import pytest
import torch

from engine.exhibit import Refused
from engine.exhibits.messages import FAMILIES, Hand, Messages, Network
from engine.exhibits.messages.board import Board
from engine.exhibits.messages.families import COLLECTIONS, Wish
from engine.exhibits.messages.features import features_of
from engine.exhibits.messages.formulas import SIGNS, Formula, as_graph, drawn, value, written
from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.links import LinkPrediction, auc, split
from engine.exhibits.messages.molecules import VALENCE, Molecule, table
from engine.exhibits.messages.network import Ways
from engine.exhibits.messages.relations import refined
from engine.exhibits.messages.spectra import apart
from engine.exhibits.messages.tasks import GraphNumber
from engine.exhibits.messages.twins import PAIRS
from engine.exhibits.messages.wiring import Wiring
from tests.exhibits.test_messages import made, touch

ASKED: list[dict[str, Any]] = [
    {"task": "links"},
    {"task": "graphs", "collection": "molecules", "rule": "gin", "pool": "max"},
    {"task": "diameter", "graphs": 10, "rule": "block"},
    {"task": "triangles", "graphs": 10, "collection": "random", "rule": "second", "pool": "sum"},
]


def plain(graph: Graph) -> nx.Graph:
    found = nx.empty_graph(graph.n)
    found.add_edges_from(graph.pairs.tolist())
    return found


def parts(graph: Graph) -> list[Graph]:
    return [graph.part(graph.member == each) for each in np.unique(graph.member)]


@pytest.mark.parametrize("values", ASKED)
def test_slow_motion_is_full_speed_and_a_saved_run_goes_on(values: dict[str, Any]) -> None:
    slow, fast = made(**values), made(**values)
    for _ in range(3):
        list(slow.phases())
        fast.step()
    again = made(**values)
    again.load_state_dict(slow.state_dict())
    for each in (slow, fast, again):
        each.advance(3)
    want = slow.frame()
    for found in (fast.frame(), again.frame()):
        for name, array in want.arrays.items():
            np.testing.assert_array_equal(array, found.arrays[name])


@pytest.mark.parametrize("values", ASKED)
def test_a_shuffle_changes_no_answer(values: dict[str, Any]) -> None:
    exhibit = made(**values)
    exhibit.advance(5)
    before = exhibit.frame().metrics
    exhibit.poke(Hand(kind="shuffle"))
    after = exhibit.frame().metrics
    assert after["shuffled"] < 1e-4
    assert (after["train_accuracy"], after["test_accuracy"]) == (before["train_accuracy"], before["test_accuracy"])


# ---- links ---------------------------------------------------------------------------------------------------------


def test_messages_go_along_told_links_only_and_the_others_are_asked() -> None:
    exhibit, whole = made(task="links"), made().graph
    scene = exhibit.scene().arrays
    told, hidden, absent = ({tuple(sorted(pair)) for pair in scene[name].tolist()} for name in
                            ("pairs", "hidden_pairs", "absent_pairs"))  # fmt: skip
    everything = {tuple(sorted(pair)) for pair in whole.pairs.tolist()}
    assert told | hidden == everything and not told & hidden and not absent & everything
    assert len(absent) == len(hidden) > 10 and exhibit.trainer.wiring.links == len(told)


def test_what_is_hidden_does_not_depend_on_the_numbering() -> None:
    graph = made().graph
    moved = graph.shuffled(np.random.default_rng(1).permutation(graph.n))
    for one, other in zip(split(graph, 0.7, 3)[1:], split(moved, 0.7, 3)[1:], strict=True):
        assert {tuple(pair) for pair in one.tolist()} == {tuple(pair) for pair in other.tolist()}


def test_the_loss_of_links_is_the_cross_entropy_over_told_and_drawn_pairs() -> None:
    exhibit = made(task="links")
    task, twin = exhibit.trainer.task, exhibit.beside.task  # both draw the same pairs
    assert isinstance(task, LinkPrediction) and isinstance(twin, LinkPrediction)
    z = torch.randn(exhibit.graph.n, 16, generator=torch.Generator().manual_seed(0))
    others = twin.others().tolist()
    assert all(not task.linked[a, b] and a != b for a, b in others)
    terms = [-torch.log(torch.sigmoid(z[a] @ z[b])) for a, b in exhibit.graph.pairs.tolist()]
    terms += [-torch.log(1 - torch.sigmoid(z[a] @ z[b])) for a, b in others]
    torch.testing.assert_close(task.loss(z), torch.stack(terms).mean(), atol=1e-4, rtol=1e-4)


def test_auc_is_how_often_a_hidden_link_comes_before_an_absent_one() -> None:
    random = np.random.default_rng(0)
    hidden, absent = random.integers(0, 6, 9) / 5, random.integers(0, 6, 7) / 5
    pairs = [(a > b) + 0.5 * (a == b) for a in hidden for b in absent]
    assert auc(hidden, absent) == pytest.approx(np.mean(pairs))


# ---- whole graphs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COLLECTIONS)
@pytest.mark.parametrize("number", ["diameter", "triangles"])
def test_the_number_of_a_graph_is_networkxs(name: str, number: str) -> None:
    graph = COLLECTIONS[name].make(Wish(graphs=10), np.random.default_rng(1))
    task = GraphNumber(number)
    task.take(graph, np.ones(graph.n, bool))
    small = [plain(each) for each in parts(graph)]
    want = [nx.diameter(each) if number == "diameter" else sum(nx.triangles(each).values()) / 3 for each in small]
    assert task.right.tolist() == want


@pytest.mark.parametrize("name", ["shapes", "widths"])
def test_shapes_are_what_they_are_called(name: str) -> None:
    graph = COLLECTIONS[name].make(Wish(graphs=10), np.random.default_rng(0))
    is_a = {
        "ring": lambda g: nx.is_connected(g) and set(dict(g.degree).values()) == {2},
        "tree": nx.is_tree,
        "ladder": lambda g: nx.is_isomorphic(g, nx.ladder_graph(len(g) // 2)),
        "wheel": lambda g: nx.is_isomorphic(g, nx.wheel_graph(len(g))),
        "two crowds": lambda g: nx.has_bridges(g) and nx.number_of_edges(g) > len(g),
        "path": lambda g: nx.is_tree(g) and nx.diameter(g) == len(g) - 1,
        "tangle": nx.is_connected,
    }
    for each in parts(graph):
        assert is_a[COLLECTIONS[name].classes[each.truth[0]]](plain(each))


def test_paths_to_tangles_are_as_wide_as_can_be_and_narrow() -> None:
    """Widths differ three times as much as those of random graphs, so there is something to learn."""
    spread = []
    for name in ("widths", "random"):
        task = GraphNumber("diameter")
        graph = COLLECTIONS[name].make(Wish(graphs=60), np.random.default_rng(0))
        task.take(graph, np.ones(graph.n, bool))
        spread.append(task.right.var())
    assert spread[0] > 3 * spread[1]


def test_beside_the_error_of_a_number_stand_who_says_the_mean_and_a_network_without_edges() -> None:
    exhibit = made(task="diameter", collection="widths", graphs=10, rule="gin", pool="sum", beside=True)
    exhibit.advance(5)
    metrics, task, known = exhibit.frame().metrics, exhibit.beside.task, exhibit.trainer.task.labelled
    assert isinstance(task, GraphNumber)
    guess = exhibit.beside.network(exhibit.beside.x, exhibit.beside.wiring, exhibit.beside.ways)[:, 0].detach().numpy()
    right, (middle, spread) = task.right, (task.right[known].mean(), task.right[known].std())
    assert abs(metrics["alone_error"] - metrics["error"]) > 0.01
    assert metrics["alone_error"] == pytest.approx(np.abs(middle + spread * guess - right)[~known].mean(), rel=1e-4)
    assert metrics["error_of_the_mean"] == pytest.approx(np.abs(middle - right)[~known].mean(), rel=1e-4)
    assert np.isnan(made(task="diameter", graphs=10).frame().metrics["alone_error"])


def test_an_answer_is_one_for_a_whole_graph_and_only_known_graphs_teach() -> None:
    one, other = (made(task="graphs", collection="molecules", rule="gin") for _ in range(2))
    unknown = ~one.board.labelled
    changed = np.where(unknown, (one.graph.truth + 1) % 5, one.graph.truth)
    other.trainer.task.take(Graph.from_state(one.graph.state_dict() | {"truth": changed}), one.board.labelled)
    one.advance(20), other.advance(20)
    assert torch.equal(one.trainer.network.flat, other.trainer.network.flat)
    frame, member = one.frame(), one.graph.member
    assert all(len(set(frame.arrays["prediction"][member == each].tolist())) == 1 for each in range(45))
    right = frame.arrays["prediction"] == one.graph.truth
    first = np.unique(member, return_index=True)[1]
    assert frame.metrics["test_accuracy"] == pytest.approx(right[first][unknown[first]].mean())


@pytest.mark.parametrize("pool", ["mean", "sum", "max"])
def test_a_graph_is_read_of_its_own_nodes(pool: str) -> None:
    graph = COLLECTIONS["shapes"].make(Wish(graphs=10), np.random.default_rng(0))
    h = torch.randn(graph.n, 4, generator=torch.Generator().manual_seed(0))
    want = [
        getattr(h[torch.from_numpy(graph.member == each)], {"max": "amax"}.get(pool, pool))(0) for each in range(10)
    ]
    torch.testing.assert_close(Wiring.of(graph).pooled(h, pool), torch.stack(want))


def test_a_link_drawn_by_hand_changes_what_is_true_of_its_graph_and_of_no_other() -> None:
    exhibit = made(task="triangles", collection="shapes", graphs=10)
    task, at = exhibit.trainer.task, exhibit.board.at
    assert isinstance(task, GraphNumber)
    before, mine = task.right.copy(), np.flatnonzero(exhibit.graph.member == 0)  # a ring
    exhibit.poke(touch("link", at[mine[0]]))
    exhibit.poke(touch("link", at[mine[2]]))
    assert (task.right - before).tolist() == [1] + [0] * 9
    exhibit.advance(3)
    assert exhibit.diverged() is None


def test_hands_off_what_would_join_two_graphs_or_bring_but_one() -> None:
    exhibit = made(task="graphs", collection="shapes", graphs=10)
    at, member = exhibit.board.at, exhibit.graph.member
    exhibit.poke(touch("link", at[member == 0][0]))
    with pytest.raises(Refused, match="different graphs"):
        exhibit.poke(touch("link", at[member == 1][0]))
    with pytest.raises(Refused, match="many small graphs"):
        exhibit.poke(Hand(kind="graph", names=["a", "b"], pairs=[(0, 1)]))
    node = int(np.flatnonzero(member == 3)[0])
    before = exhibit.board.labelled.copy()
    exhibit.poke(touch("label", at[node]))
    np.testing.assert_array_equal(exhibit.board.labelled != before, member == 3)


def test_a_graph_whose_nodes_are_all_deleted_leaves_the_others() -> None:
    board = made(task="graphs", collection="shapes", graphs=10).board
    exhibit = made(task="graphs", collection="shapes", graphs=10)
    for _ in range(int((board.graph.member == 4).sum())):
        node = int(np.flatnonzero(exhibit.graph.member == 4)[0])
        exhibit.poke(touch("delete", exhibit.board.at[node]))
    exhibit.advance(2)
    assert exhibit.frame().metrics["train_accuracy"] >= 0 and len(np.unique(exhibit.graph.member)) == 9


def test_a_new_node_belongs_to_the_graph_it_is_put_beside() -> None:
    exhibit = made(task="graphs", collection="shapes", graphs=10)
    node = int(np.flatnonzero(exhibit.graph.member == 9)[-1])
    exhibit.board.at[node] = (0.9, -0.97)
    exhibit.poke(touch("add", (0.99, -0.8)))
    assert exhibit.graph.member[-1] == exhibit.graph.member[node]
    assert exhibit.board.labelled[-1] == exhibit.board.labelled[node]


# ---- molecules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table(), ids=lambda row: row["name"])
def test_a_molecules_structure_has_its_formula_and_its_class(row: dict[str, str]) -> None:
    molecule = Molecule.of(row["smiles"])
    assert min(molecule.hydrogens()) >= 0 and molecule.formula() == row["formula"]
    assert class_of(molecule) == row["class"]


def class_of(molecule: Molecule) -> str:
    """By the bonds of oxygen and nitrogen."""
    around = [Counter[tuple[str, int]]() for _ in molecule.atoms]
    for a, b, order in molecule.bonds:
        around[a][molecule.atoms[b], order] += 1
        around[b][molecule.atoms[a], order] += 1
    if "N" in molecule.atoms:
        return "amine"
    if any(around[i]["O", 1] and around[i]["O", 2] for i, atom in enumerate(molecule.atoms) if atom == "C"):
        return "acid"
    (oxygen,) = (i for i, atom in enumerate(molecule.atoms) if atom == "O")
    if around[oxygen]["C", 2]:
        return "aldehyde or ketone"
    return "ether" if around[oxygen]["C", 1] == 2 else "alcohol"


def test_every_molecule_is_another() -> None:
    rows = table()
    assert len({row["name"] for row in rows}) == len(rows) == 45
    graphs = []
    for row in rows:
        molecule, graph = Molecule.of(row["smiles"]), nx.Graph()
        graph.add_nodes_from((i, {"is": atom}) for i, atom in enumerate(molecule.atoms))
        graph.add_edges_from((a, b, {"is": order}) for a, b, order in molecule.bonds)
        graphs.append(graph)
    same = (
        nx.algorithms.isomorphism.categorical_node_match("is", ""),
        nx.algorithms.isomorphism.categorical_edge_match("is", 0),
    )
    for i, one in enumerate(graphs):
        assert not any(nx.is_isomorphic(one, other, *same) for other in graphs[:i])


@pytest.mark.parametrize("rule", ["gcn", "gat", "gin", "second", "block", "paliwal"])
def test_ethanol_and_acetaldehyde_differ_in_their_bonds_alone(rule: str) -> None:
    ethanol, acetaldehyde = (Molecule.of(smiles).graph("", 0) for smiles in ("CCO", "CC=O"))
    assert ethanol.pairs.tolist() == acetaldehyde.pairs.tolist() and ethanol.symbols() == acetaldehyde.symbols()
    for bonds, told in ((2, True), (1, False)):
        network = Network(rule, inputs=len(VALENCE), width=8, layers=2, outputs=5, bonds=bonds,
                          rng=torch.Generator().manual_seed(0))  # fmt: skip
        one, other = (
            network(features_of("identity", each, 9, 0.0), Wiring.of(each), Ways(squash="tanh", pool="sum"))
            for each in (ethanol, acetaldehyde)
        )
        assert bool((one - other).abs().max() > 1e-4) is told


# ---- formulas ------------------------------------------------------------------------------------------------------


def said(formula: Formula) -> bool:
    """What Python makes of it."""
    text = written(formula)
    for sign, word in (("∧", " and "), ("∨", " or "), ("¬", " not ")):
        text = text.replace(sign, word)
    return bool(eval(text.replace("( not", "(not").strip()))


def test_a_part_is_true_if_python_says_so_and_lies_above_its_own_parts() -> None:
    random = np.random.default_rng(0)
    for formula in [drawn(4, random) for _ in range(30)]:
        assert value(formula) == said(formula)
        graph = as_graph(formula, shared=False)
        assert plain(graph).number_of_edges() == graph.n - 1 and nx.is_tree(plain(graph))
        children = Counter(graph.pairs[:, 0].tolist())
        for node, sign in enumerate(graph.symbols()):
            below = [bool(graph.truth[b]) for a, b in graph.pairs.tolist() if a == node]
            assert children[node] == {"1": 0, "0": 0, "¬": 1}.get(sign, 2)
            want = {"1": True, "0": False, "¬": below == [False], "∧": below and all(below), "∨": any(below)}[sign]
            assert bool(graph.truth[node]) == bool(want)


def test_shared_branches_are_the_same_formula_with_every_part_once() -> None:
    trees, shared = (FAMILIES[name].make(Wish(), np.random.default_rng(5)) for name in ("formulas", "formulas-shared"))
    for tree, graph in zip(parts(trees), parts(shared), strict=True):
        names = [[name.partition(": ")[2] for name in each.names] for each in (tree, graph)]
        assert len(set(names[1])) == len(names[1]) and set(names[0]) == set(names[1])
        assert dict(zip(names[0], tree.truth, strict=True)) == dict(zip(names[1], graph.truth, strict=True))
        again = nx.DiGraph(graph.pairs.tolist() or [(0, 0)])
        assert graph.n == 1 or nx.is_directed_acyclic_graph(again)
    assert shared.n < 0.7 * trees.n and (np.bincount(shared.pairs[:, 1]) > 1).any()
    assert shared.alphabet == SIGNS


def test_parents_stand_above_their_children() -> None:
    exhibit = made(graph="formulas-shared")
    at = exhibit.board.at
    parent, child = exhibit.graph.pairs.T
    assert (at[parent, 1] > at[child, 1] + 0.01).all()


def test_whole_formulas_are_known() -> None:
    exhibit = made(graph="formulas", labels=3)
    known = [set(exhibit.board.labelled[exhibit.graph.member == each].tolist()) for each in range(25)]
    assert sorted(map(tuple, known)) == [(False,)] * 19 + [(True,)] * 6


# ---- twins ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAIRS)
def test_twins_are_different_graphs_of_one_colour_each_round(name: str) -> None:
    one, other = PAIRS[name]()
    assert not nx.is_isomorphic(one, other)
    graph = FAMILIES[name].make(Wish(), np.random.default_rng(0))
    colours = refined(graph, np.ones((graph.n, 1), np.float32), 20)
    assert Counter(colours[graph.member == 0].tolist()) == Counter(colours[graph.member == 1].tolist())
    for rule in ("gcn", "gin", "gat", "mpnn", "sage", "block"):
        network = Network(rule, inputs=1, width=8, layers=4, outputs=2, rng=torch.Generator().manual_seed(0))
        states = network.states(torch.ones(graph.n, 1), Wiring.of(graph), Ways(squash="tanh"))[0][-1]
        assert apart(states, Wiring.of(graph)) < 1e-5


@pytest.mark.parametrize(
    ("name", "told"), [("twins", True), ("twins-prism", True), ("twins-molecules", False), ("twins-regular", False)]
)
def test_second_order_tells_twins_apart_by_their_triangles(name: str, told: bool) -> None:
    one, other = PAIRS[name]()
    assert (sum(nx.triangles(one).values()) != sum(nx.triangles(other).values())) is told
    graph = FAMILIES[name].make(Wish(), np.random.default_rng(0))
    network = Network("second", inputs=1, width=8, layers=2, outputs=2, rng=torch.Generator().manual_seed(0))
    states = network.states(torch.ones(graph.n, 1), Wiring.of(graph), Ways(squash="tanh"))[0][-1]
    assert (apart(states, Wiring.of(graph)) > 1e-3) is told


# ---- the bridge, and the arithmetic --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_over_a_bridge_that_is_cut_nothing_is_felt(seed: int) -> None:
    card = next(card for card in Messages.cards if card.title == "Cut the bridge")
    exhibit = Messages(Messages.Params(**card.values, seed=seed), seed=seed)
    exhibit.advance(50)
    before = exhibit.frame().metrics
    graph, at = exhibit.graph, exhibit.board.at
    way = nx.shortest_path(plain(graph), exhibit.board.other, exhibit.board.chosen)
    middle = len(way) // 2
    exhibit.poke(touch("delete", (at[way[middle]] + at[way[middle - 1]]) / 2))
    assert len(exhibit.graph.pairs) == len(graph.pairs) - 1
    after = exhibit.frame().metrics
    assert before["sensitivity"] > 0 and before["resistance"] > 1
    assert after["sensitivity"] == 0 and np.isnan(after["resistance"])


def numbers(text: str) -> list[float]:
    found = text.replace("−", "-").replace("(", " ").replace(")", " ").replace(",", " ").split()
    return [float(each) for each in found if each.replace("-", "").replace(".", "").isdigit() and "." in each]


@pytest.mark.parametrize(("rule", "how"), [("sage", "mean"), ("gin", "sum"), ("gin", "max"), ("gcn", "usual")])
def test_number_by_number_the_arithmetic_works_out(rule: str, how: str) -> None:
    exhibit = made(rule=rule, aggregate=how, residual=True)
    exhibit.advance(10)
    words = exhibit.frame().words
    for line in words["each_gathered"].split("\n"):
        *terms, total = numbers(line.partition("gathered: ")[2])
        want = {"mean": np.mean, "max": np.max}.get(how, np.sum)(terms)
        assert total == pytest.approx(want, abs=0.03)  # every number is rounded to two decimals
    for line in words["each_new"].split("\n"):
        made_, old, new = numbers(line.partition("makes ")[2])
        assert new == pytest.approx(max(made_, 0) + old, abs=0.02)
    if rule == "gcn":
        weight, *vectors = numbers(words["each_message"].split("\n")[0].partition(": ")[2].replace("·", " "))
        np.testing.assert_allclose(vectors[4:], weight * np.array(vectors[:4]), atol=0.01)


def test_a_board_is_saved_with_all_that_lies_on_it() -> None:
    board = made(task="graphs", collection="molecules").board
    again = Board.from_state(board.state_dict(), whole=True, seed=0)
    assert again.graph.symbols() == board.graph.symbols() and again.graph.alphabet == board.graph.alphabet
    np.testing.assert_array_equal(again.graph.bonds, board.graph.bonds)
    np.testing.assert_array_equal(again.at, board.at)
