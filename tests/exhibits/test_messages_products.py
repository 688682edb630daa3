"""Message passing: one number of a node, written out as the sum of all products that it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from engine.exhibits.messages import RULES, Messages
from engine.exhibits.messages.network import Hop
from tests.exhibits.test_messages import made

ROUNDED = 5e-4  # of a number with three decimals


def gated(values: list[float], old: float) -> float:
    """The GRU, of what its six matrices make of a message and of a state."""
    rx, zx, nx, rh, zh, nh = torch.tensor(values, device="cpu")
    z = torch.sigmoid(zx + zh)
    return float((1 - z) * torch.tanh(nx + torch.sigmoid(rx + rh) * nh) + z * old)


def alone(values: list[float], old: float) -> float:
    return values[-1]


def together(values: list[float], old: float) -> float:
    return sum(values)


def squashed(values: list[float], old: float) -> float:
    return max(values[0], 0)


UPDATES: dict[str, Callable[[list[float], float], float]] = {
    "gcn": alone, "gat": alone, "sage": together, "gin": alone, "mpnn": gated, "second": alone, "block": squashed,
    "paliwal": lambda values, old: old + squashed(values, old), "mlp": alone, "deep-sets": together,
}  # fmt: skip
"""What a rule makes of the numbers that its matrices give, and of the old one."""


def said(exhibit: Messages, begin: str) -> list[tuple[str, list[list[float]], float]]:
    """The lines of products that begin so: what each is called, its terms as factors, and its sum."""
    found = []
    for line in exhibit.frame().words["products"].split("\n"):
        if line.startswith(begin):
            name, _, rest = line.replace("−", "-").rpartition(": ")
            terms, _, total = rest.rpartition(" = ")
            factors = [[float(each) for each in re.findall(r"-?\d+\.\d+", term)] for term in terms.split(" + ")]
            found.append((name, factors, float(total)))
    return found


def looked_at(rule: str, entry: int, hop: int) -> tuple[Messages, Hop]:
    exhibit = made(rule=rule, entry=entry, hop=hop, width=5)
    exhibit.advance(8)
    t = exhibit.trainer
    return exhibit, t.network.states(t.x, t.wiring, t.ways)[1][hop - 1]


def product(factors: list[float]) -> float:
    return factors[0] * (factors[1] if len(factors) > 1 else 1.0)


@pytest.mark.parametrize("hop", [1, 2])
@pytest.mark.parametrize("rule", RULES)
def test_what_is_written_out_makes_the_networks_own_new_number(rule: str, hop: int) -> None:
    exhibit, walked = looked_at(rule, 3, hop)
    lines, node = said(exhibit, "New"), exhibit.board.chosen
    for name, factors, total in lines:
        assert "number 3" in name
        assert sum(map(product, factors)) == pytest.approx(total, abs=ROUNDED * 3 * (len(factors) + 1))
    assert walked.update is not None
    new = UPDATES[rule]([total for _, _, total in lines], float(walked.before[node, 2]))
    assert new == pytest.approx(float(walked.update[node, 2]), abs=4 * ROUNDED)
    before = exhibit.frame().words["told_before"]
    assert f"Hop {hop}." in before


SENDS: dict[str, Callable[[list[float], float], float]] = {
    "gcn": lambda values, weight: weight * values[0], "gat": lambda values, weight: weight * values[0],
    "mpnn": squashed, "paliwal": squashed, "block": squashed, "second": lambda values, weight: values[0] * values[1],
}  # fmt: skip
"""What a rule sends, of the numbers that its matrices give; the others send the state itself."""


@pytest.mark.parametrize("rule", RULES)
def test_what_is_written_out_makes_the_messages_that_arrive(rule: str) -> None:
    exhibit, walked = looked_at(rule, 2, 2)
    t, node, column = exhibit.trainer, exhibit.board.chosen, 6 if rule == "second" else 1  # the products come second
    source, target = t.wiring.ends(t.network.kind.loops)
    weights: Tensor = t.network.hops[1].weigh(walked.before, t.wiring)  # type: ignore[operator]
    for edge in (target == node).nonzero()[:4, 0].tolist() if rule in SENDS else []:
        sender = int(source[edge])
        name = "itself" if sender == node else exhibit.graph.names[sender]
        lines = said(exhibit, f"From {name}:")
        for _, factors, total in lines:
            assert sum(map(product, factors)) == pytest.approx(total, abs=ROUNDED * 3 * (len(factors) + 1))
        sent = SENDS[rule]([total for _, _, total in lines], float(weights[edge].detach()))
        assert sent == pytest.approx(float(walked.messages[edge, column]), abs=4 * ROUNDED)
    if rule not in SENDS:
        assert said(exhibit, "From") == []


def test_in_a_molecule_a_message_is_what_a_neighbour_sends_and_a_vector_for_the_bond() -> None:
    exhibit = made(task="graphs", collection="molecules", rule="gin", entry=4)
    exhibit.advance(3)
    t, node = exhibit.trainer, exhibit.board.chosen
    walked = t.network.states(t.x, t.wiring, t.ways)[1][0]
    source, target = t.wiring.ends(loops=False)
    edges = (target == node).nonzero()[:4, 0].tolist()
    lines = said(exhibit, "From")
    assert len(lines) == len(edges) > 0
    for edge, (name, factors, total) in zip(edges, lines, strict=True):
        assert exhibit.graph.names[int(source[edge])] in name and [x for _, x in factors].count(1.0) == 1
        want = float(walked.messages[edge, 3] - walked.before[source[edge], 3])
        assert sum(map(product, factors)) == pytest.approx(total, abs=2e-3) and total == pytest.approx(want, abs=2e-3)


def test_a_number_beyond_the_width_is_the_last_and_a_long_sum_is_cut_short() -> None:
    exhibit = made(rule="paliwal", entry=64, width=40)
    (name, factors, _), *_ = said(exhibit, "New")
    assert "number 40" in name and len(factors) == 64 + 2  # what is left out, and the bias
    assert "(56 more)" in exhibit.frame().words["products"]


def test_in_slow_motion_only_what_has_been_done_is_written_out() -> None:
    exhibit = made(rule="gcn")
    parts = exhibit.phases()
    next(parts), next(parts)  # embedded, sent
    assert said(exhibit, "From") and not said(exhibit, "New")
    next(parts)
    assert said(exhibit, "New")
