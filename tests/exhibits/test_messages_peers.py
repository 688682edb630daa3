"""Message passing: each rule gives what torch_geometric's layer gives with the same weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.rules import GAT, GCN, GIN, SAGE
from engine.exhibits.messages.wiring import Wiring
from tests.exhibits.test_messages_theory import D, drawn, random_graph, states

peers = pytest.importorskip("torch_geometric.nn", reason="torch_geometric is in requirements-dev.txt")


def edges(graph: Graph) -> Tensor:
    """Both ways, as torch_geometric has it: (2, E), from the first row to the second."""
    pairs = torch.from_numpy(graph.pairs).T
    return torch.cat([pairs, pairs.flip(0)], dim=1)


def gcn() -> tuple[Any, Any]:
    mine, theirs = drawn(GCN), peers.GCNConv(D, D)
    return mine, give(theirs, {theirs.lin.weight: mine.W.weight, theirs.bias: mine.W.bias})


def sage(aggr: str) -> Callable[[], tuple[Any, Any]]:
    def make() -> tuple[Any, Any]:
        mine, theirs = drawn(SAGE), peers.SAGEConv(D, D, aggr=aggr)
        weights = {theirs.lin_l.weight: mine.U.weight, theirs.lin_l.bias: mine.U.bias}
        return mine, give(theirs, weights | {theirs.lin_r.weight: mine.V.weight})

    return make


def gat() -> tuple[Any, Any]:
    mine, theirs = drawn(GAT), peers.GATConv(D, D, heads=1)
    weights = {theirs.lin.weight: mine.W.weight, theirs.bias: mine.W.bias}
    return mine, give(theirs, weights | {theirs.att_src: mine.s.weight[None], theirs.att_dst: mine.t.weight[None]})


def gin() -> tuple[Any, Any]:
    mine = drawn(GIN)
    return mine, peers.GINConv(torch.nn.Sequential(mine.first, torch.nn.ReLU(), mine.second), eps=0.0)


def give(layer: Any, weights: dict[Tensor, Tensor]) -> Any:
    """A layer with other weights."""
    with torch.no_grad():
        for theirs, mine in weights.items():
            theirs.copy_(mine)
    return layer


CASES = {"gcn": (gcn, "usual"), "sage-mean": (sage("mean"), "mean"), "sage-max": (sage("max"), "max"),
         "gat": (gat, "usual"), "gin": (gin, "usual")}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_rule_is_torch_geometrics_layer(name: str, seed: int) -> None:
    make, how = CASES[name]
    mine, theirs = make()
    graph = random_graph(seed)
    h = states(graph, seed)
    torch.testing.assert_close(mine(h, Wiring.of(graph), how), theirs(h, edges(graph)), atol=1e-5, rtol=1e-5)
