"""Message passing: each rule is its formula, numbering nodes otherwise changes nothing, and smoothing has a rate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
import torch
from torch import Tensor

from engine.exhibits.messages import FAMILIES, RULES
from engine.exhibits.messages.families import Wish
from engine.exhibits.messages.features import features_of, width_of
from engine.exhibits.messages.graph import Graph, beside, linked
from engine.exhibits.messages.network import NORMS, Network, Ways
from engine.exhibits.messages.relations import partition, refined, resistance, sensitivity
from engine.exhibits.messages.rules import GAT, GCN, GIN, GRU, MPNN, SAGE, Rule
from engine.exhibits.messages.special_rules import Block, Paliwal, SecondOrder
from engine.exhibits.messages.spectra import apart, dirichlet, second_eigenvalue, smoothed
from engine.exhibits.messages.wiring import Wiring
from engine.kit.nets import flatten, initialise

D = 5
WAYS = ("usual", "sum", "mean", "max")


def random_graph(seed: int = 0, n: int = 14) -> Graph:
    """Some links, some node without any."""
    random = np.random.default_rng(seed)
    pairs = random.integers(0, n - 1, (22, 2))  # the last node stays alone
    return linked(tuple(map(str, range(n))), pairs, random.integers(0, 3, n), random)


def drawn(rule: type[Rule] | type[GRU], seed: int = 0) -> Any:
    module = rule(D)
    flatten(module, "cpu")
    initialise(module, torch.Generator().manual_seed(seed))
    return module


def states(graph: Graph, seed: int = 0) -> Tensor:
    return torch.randn(graph.n, D, generator=torch.Generator().manual_seed(seed))


def family(name: str, **wish: Any) -> Graph:
    return FAMILIES[name].make(Wish(**wish), np.random.default_rng(0))


# ---- every rule is its formula -------------------------------------------------------------------------------------


def test_gcn_is_the_dense_formula() -> None:
    graph, rule = random_graph(), drawn(GCN)
    h = states(graph)
    A = torch.from_numpy(graph.adjacency()) + torch.eye(graph.n)
    root = torch.diag(A.sum(1) ** -0.5)
    want = root @ A @ root @ h @ rule.W.weight.T + rule.W.bias
    torch.testing.assert_close(rule(h, Wiring.of(graph)), want, atol=1e-5, rtol=1e-5)


def neighbours(graph: Graph, node: int) -> list[int]:
    return [int(b if a == node else a) for a, b in graph.pairs if node in (a, b)]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("rule", [SAGE, GIN, MPNN])
def test_a_free_rule_is_what_its_nodes_do_one_by_one(rule: type[Rule], how: Any) -> None:
    graph, mine = random_graph(), drawn(rule)
    h = states(graph)
    way = rule.usual if how == "usual" else how
    want = []
    for node in range(graph.n):
        sent = [h[j] if rule is not MPNN else torch.relu(mine.f(h[j])) for j in neighbours(graph, node)]
        stack = torch.stack(sent) if sent else torch.zeros(1, D)
        a = {"sum": stack.sum(0), "mean": stack.mean(0), "max": stack.amax(0)}[way]
        if rule is SAGE:
            want.append(mine.U(a) + mine.V(h[node]))
        elif rule is GIN:
            want.append(mine.second(torch.relu(mine.first(h[node] + a))))
        else:
            want.append(mine.gru(a[None], h[node][None])[0])
    torch.testing.assert_close(mine(h, Wiring.of(graph), how), torch.stack(want), atol=1e-5, rtol=1e-5)


def test_the_mpnn_is_the_lectures_algorithm_over_all_pairs_gated_by_the_adjacency() -> None:
    graph, mine = random_graph(), drawn(MPNN)
    h, A = states(graph), graph.adjacency()
    want = []
    for i in range(graph.n):
        total = torch.zeros(D)
        for j in range(graph.n):
            total += torch.relu(float(A[i, j]) * mine.f(h[j]))
        want.append(mine.gru(total[None], h[i][None])[0])
    torch.testing.assert_close(mine(h, Wiring.of(graph)), torch.stack(want), atol=1e-5, rtol=1e-5)


def test_the_gru_is_torchs_cell() -> None:
    mine, cell = drawn(GRU), torch.nn.GRUCell(D, D)
    with torch.no_grad():
        cell.weight_ih.copy_(mine.of_x.weight), cell.bias_ih.copy_(mine.of_x.bias)
        cell.weight_hh.copy_(mine.of_h.weight), cell.bias_hh.copy_(mine.of_h.bias)
    x, h = torch.randn(2, 9, D, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(mine(x, h), cell(x, h), atol=1e-6, rtol=1e-6)


def test_attention_is_a_softmax_over_neighbours_and_the_node_itself() -> None:
    graph, mine = random_graph(), drawn(GAT)
    h = states(graph)
    Wh = h @ mine.W.weight.T
    want = []
    for i in range(graph.n):
        near = [*neighbours(graph, i), i]
        scores = torch.stack([mine.s(Wh[j])[0] + mine.t(Wh[i])[0] for j in near])
        alpha = torch.softmax(torch.where(scores > 0, scores, 0.2 * scores), 0)
        want.append(sum(a * Wh[j] for a, j in zip(alpha, near, strict=True)) + mine.W.bias)
    torch.testing.assert_close(mine(h, Wiring.of(graph)), torch.stack(want), atol=1e-5, rtol=1e-5)


def test_parents_and_children_are_heard_apart() -> None:
    graph, mine = family("tree", size=11), drawn(Paliwal)
    h = states(graph)
    want = []
    for i in range(graph.n):
        parents = [int(a) for a, b in graph.pairs if b == i]
        children = [int(b) for a, b in graph.pairs if a == i]
        heard = []
        for others, f in ((parents, mine.f), (children, mine.g)):
            sent = [torch.relu(f(torch.cat([h[j], h[i]]))) for j in others]
            heard.append(torch.stack(sent).mean(0) if sent else torch.zeros(D))
        want.append(h[i] + torch.relu(mine.join(torch.cat([h[i], *heard]))))
    assert sorted(int(b) for _, b in graph.pairs) == list(range(1, 11)), "everybody but the root has one parent"
    torch.testing.assert_close(mine(h, Wiring.of(graph)), torch.stack(want), atol=1e-5, rtol=1e-5)


def test_second_order_sums_over_every_two_neighbours_that_are_linked() -> None:
    graph, mine = family("florentine"), drawn(SecondOrder)
    h, A = states(graph), graph.adjacency()
    want = []
    for i in range(graph.n):
        near = neighbours(graph, i)
        pairs = torch.zeros(D)
        for j in near:
            for k in near:
                pairs += float(A[j, k]) * mine.U(h[j]) * mine.V(h[k])
        want.append(mine.W(torch.cat([h[i], sum(h[j] for j in near), pairs])))
    torch.testing.assert_close(mine(h, Wiring.of(graph)), torch.stack(want), atol=1e-5, rtol=1e-5)


def test_the_full_block_updates_edges_then_nodes_then_the_whole() -> None:
    graph, mine = beside([family("ring", size=5), family("tree", size=6)], np.random.default_rng(0)), drawn(Block)
    wiring, m = Wiring.of(graph), len(graph.pairs)
    h = torch.randn(graph.n + 2 * m + 2, D, generator=torch.Generator().manual_seed(4))
    nodes, edges, whole = h[: graph.n], h[graph.n : -2], h[-2:]
    ends = [*graph.pairs.tolist(), *graph.pairs[:, ::-1].tolist()]
    g = graph.member
    new_edges = [
        torch.relu(mine.f(torch.cat([edges[k], nodes[j], nodes[i], whole[g[i]]]))) for k, (j, i) in enumerate(ends)
    ]
    zero = torch.zeros(D)
    new_nodes = [
        torch.relu(mine.g(torch.cat([sum((e for e, (_, i) in zip(new_edges, ends, strict=True) if i == node), zero),
                                     nodes[node], whole[g[node]]])))
        for node in range(graph.n)
    ]  # fmt: skip
    new_whole = []
    for each in (0, 1):
        mean_edge = torch.stack([e for e, (_, i) in zip(new_edges, ends, strict=True) if g[i] == each]).mean(0)
        mean_node = torch.stack([new_nodes[i] for i in range(graph.n) if g[i] == each]).mean(0)
        new_whole.append(torch.relu(mine.k(torch.cat([mean_edge, mean_node, whole[each]]))))
    want = torch.stack([*new_nodes, *new_edges, *new_whole])
    torch.testing.assert_close(mine(h, wiring), want, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(mine.whole(want, wiring, "mean"), want[-2:])


def test_without_edges_a_node_hears_of_nobody_and_a_set_of_everybody_alike() -> None:
    graph = random_graph()
    h, changed = states(graph), states(graph)
    changed[3] += 1
    cut = Wiring.of(graph.with_pairs(np.empty((0, 2), np.int64)))
    for name, moved in (("mlp", False), ("deep-sets", True)):
        rule = drawn(RULES[name])
        torch.testing.assert_close(rule(h, Wiring.of(graph)), rule(h, cut))
        assert bool(((rule(h, cut) - rule(changed, cut)).abs().amax(1) > 1e-4)[0]) is moved


# ---- numbering means nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("norm", NORMS)
def test_a_network_is_equivariant_and_its_readout_invariant(name: str, norm: Any) -> None:
    graph = random_graph(4)
    order = np.random.default_rng(1).permutation(graph.n)
    moved = graph.shuffled(order)
    for features in ("identity", "hint", "degree"):
        network = Network(
            name, inputs=width_of(features, graph, 20), width=D, layers=3, outputs=3,
            rng=torch.Generator().manual_seed(0),
        )  # fmt: skip
        ways = Ways(norm=norm, residual=True)
        x, y = (features_of(features, each, 20, 1.0) for each in (graph, moved))
        here, there = network(x, Wiring.of(graph), ways), network(y, Wiring.of(moved), ways)
        torch.testing.assert_close(here[order], there, atol=1e-5, rtol=1e-5)
        for pool in ("mean", "sum", "max"):
            whole = replace(ways, pool=pool)
            one, other = network(x, Wiring.of(graph), whole), network(y, Wiring.of(moved), whole)
            assert one.shape == (1, 3)
            torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_shuffling_keeps_who_is_linked_with_whom() -> None:
    graph = family("florentine")
    moved = graph.shuffled(np.random.default_rng(0).permutation(graph.n))
    assert moved.names != graph.names

    def by_name(g: Graph) -> set[frozenset[str]]:
        return {frozenset((g.names[a], g.names[b])) for a, b in g.pairs}

    assert by_name(moved) == by_name(graph)


@pytest.mark.parametrize("name", ["gcn", "sage", "gat", "gin", "mpnn"])
def test_twins_cannot_be_told_apart(name: str) -> None:
    graph = family("twins")
    wiring = Wiring.of(graph)
    network = Network(name, inputs=1, width=16, layers=6, outputs=2, rng=torch.Generator().manual_seed(2))
    found = network.states(torch.ones(12, 1), wiring, Ways())[0][-1]
    assert float(found.detach().abs().max()) > 1e-3
    assert apart(found, wiring) < 1e-6


def test_second_order_tells_them_apart() -> None:
    graph = family("twins")
    wiring = Wiring.of(graph)
    for seed in range(5):
        rng = torch.Generator().manual_seed(seed)
        network = Network("second", inputs=1, width=16, layers=2, outputs=2, rng=rng)
        assert apart(network.states(torch.ones(12, 1), wiring, Ways(squash="tanh"))[0][-1], wiring) > 1e-3


def test_nodes_that_know_who_they_are_can() -> None:
    graph = family("twins")
    wiring = Wiring.of(graph)
    network = Network("gcn", inputs=12, width=16, layers=2, outputs=2, rng=torch.Generator().manual_seed(2))
    assert apart(network.states(torch.eye(12), wiring, Ways())[0][-1], wiring) > 0.01


# ---- smoothing -----------------------------------------------------------------------------------------------------


def test_the_energy_is_the_sum_over_all_ordered_pairs() -> None:
    graph = random_graph(2)
    h, A = states(graph).double(), graph.adjacency()
    scaled = h.numpy() / np.sqrt(1 + graph.degree)[:, None]
    want = 0.5 * sum(
        A[i, j] * ((scaled[i] - scaled[j]) ** 2).sum() for i in range(graph.n) for j in range(graph.n)
    )  # fmt: skip
    assert float(dirichlet(h, Wiring.of(graph))) == pytest.approx(float(want), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "wish"),
    [("karate", {}), ("les-miserables", {}), ("florentine", {}), ("grid", {"size": 25}), ("ring", {"size": 12}),
     ("barbell", {"size": 20}), ("twins", {})],
)  # fmt: skip
def test_linear_convolution_loses_energy_at_the_rate_that_the_spectrum_says(name: str, wish: dict[str, Any]) -> None:
    graph = family(name, **wish)
    wiring = Wiring.of(graph)
    h = torch.randn(graph.n, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = [float(dirichlet(each, wiring)) for each in smoothed(h, wiring, 60)]
    late = [i for i in range(20, 60) if found[i + 1] > 1e-20 * found[0]]
    ratio = found[late[-1] + 1] / found[late[-1]]
    assert ratio == pytest.approx(second_eigenvalue(graph) ** 2, rel=0.05)


def test_the_second_eigenvalue_of_a_ring_is_the_textbooks() -> None:
    n = 12
    assert second_eigenvalue(family("ring", size=n)) == pytest.approx((1 + 2 * np.cos(2 * np.pi / n)) / 3)


def test_large_graphs_have_the_same_second_eigenvalue_as_by_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = family("scale-free", size=120)
    want = second_eigenvalue(graph)
    monkeypatch.setattr("engine.exhibits.messages.spectra.DENSE", 1)
    assert second_eigenvalue(graph) == pytest.approx(want, abs=1e-6)


# ---- graphs --------------------------------------------------------------------------------------------------------


def test_the_karate_club_is_zacharys() -> None:
    graph, known = family("karate"), nx.karate_club_graph()
    assert (graph.n, len(graph.pairs)) == (34, 78) and np.bincount(graph.truth).tolist() == [17, 17]
    assert {tuple(pair) for pair in graph.pairs.tolist()} == set(known.edges)


@pytest.mark.parametrize(
    ("name", "n", "m"),
    [("les-miserables", 77, 254), ("florentine", 15, 20), ("southern-women", 32, 89), ("twins", 12, 12),
     ("ring", 60, 60), ("grid", 64, 112), ("tree", 60, 59)],
)  # fmt: skip
def test_a_family_has_its_nodes_and_links(name: str, n: int, m: int) -> None:
    graph = family(name)
    assert (graph.n, len(graph.pairs)) == (n, m)
    assert set(graph.truth.tolist()) == set(range(graph.classes))


def test_links_said_twice_count_once_and_loops_not_at_all() -> None:
    graph = linked(
        ("a", "b", "c"), np.array([[0, 1], [1, 0], [2, 2], [0, 1], [1, 2]]), np.zeros(3), np.random.default_rng(0)
    )
    assert graph.pairs.tolist() == [[0, 1], [1, 2]]


def test_distances_are_networkxs() -> None:
    graph = family("florentine")
    plain = nx.Graph(graph.pairs.tolist())
    want = nx.single_source_shortest_path_length(plain, 4)
    assert graph.distances(4).tolist() == [want[node] for node in range(graph.n)]


# ---- two nodes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gcn", "gat", "gin", "mpnn", "second"])
def test_sensitivity_is_the_norm_of_autograds_jacobian(name: str) -> None:
    graph = random_graph(3)
    wiring, ways = Wiring.of(graph), Ways(squash="tanh", residual=True)
    network = Network(name, inputs=graph.n, width=D, layers=2, outputs=2, rng=torch.Generator().manual_seed(1))
    x = torch.eye(graph.n)

    def last(start: Tensor) -> Tensor:
        h = start
        for rule in network.hops:
            h = network.joined(h, rule(h, wiring), ways)
        return h[2]

    jacobian = torch.autograd.functional.jacobian(last, network.embed(x).detach())  # (d, n, d)
    want = jacobian.square().sum((0, 2)).sqrt()
    np.testing.assert_allclose(sensitivity(network, x, wiring, ways, 2), want.numpy(), atol=1e-6)


def test_resistances_are_those_of_series_parallel_and_networkx() -> None:
    ring = family("ring", size=8)
    assert resistance(ring, 0, 2) == pytest.approx(2 * 6 / 8)
    assert resistance(family("tree", size=7), 3, 6) == pytest.approx(4)
    karate = family("karate")
    want = nx.resistance_distance(nx.Graph(karate.pairs.tolist()), 4, 20)
    assert resistance(karate, 4, 20) == pytest.approx(want)
    assert np.isnan(resistance(family("twins"), 0, 7))


def test_refinement_ends_in_the_orbits_of_a_tree_and_in_one_colour_of_twins() -> None:
    alike = np.ones((12, 1), np.float32)
    assert len(set(refined(family("twins"), alike, 10).tolist())) == 1
    tree = family("tree", size=15)  # complete: nodes of one depth are alike
    colours = refined(tree, np.ones((15, 1), np.float32), 10)
    depth = np.floor(np.log2(np.arange(15) + 1))
    assert len(set(zip(colours.tolist(), depth.tolist(), strict=True))) == len(set(colours.tolist())) == 4


@pytest.mark.parametrize("name", ["gcn", "sage", "gat", "gin", "mpnn"])
def test_no_rule_tells_apart_what_refinement_does_not(name: str) -> None:
    graph = family("les-miserables")
    network = Network(name, inputs=1, width=16, layers=3, outputs=2, rng=torch.Generator().manual_seed(5))
    x = torch.ones(graph.n, 1)
    states = network.states(x, Wiring.of(graph), Ways(squash="tanh"))[0][-1].numpy()
    colours = refined(graph, x.numpy(), 3)
    for colour in set(colours.tolist()):
        np.testing.assert_allclose(np.ptp(states[colours == colour], axis=0), 0, atol=1e-5)
    assert partition(states) <= len(set(colours.tolist()))
