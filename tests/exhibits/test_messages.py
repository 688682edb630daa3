"""Message passing: training, the picture, and what a hand does to the graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibits.messages import FAMILIES, Hand, Messages
from engine.exhibits.messages.families import Wish, block_pairs
from engine.exhibits.messages.layout import LAYOUTS, placed
from engine.exhibits.messages.params import MessagesParams


def made(seed: int = 0, **values: Any) -> Messages:
    return Messages(MessagesParams(seed=seed, **values), seed=seed)


def touch(kind: Any, at: Any, start: Any = None) -> Hand:
    (x, y), (x0, y0) = at, at if start is None else start
    return Hand(kind=kind, x=float(x), y=float(y), x0=float(x0), y0=float(y0))


# ---- learning ------------------------------------------------------------------------------------------------------


def test_slow_motion_is_full_speed_stopped_between_phases() -> None:
    slow, fast = made(rule="mpnn", beside=True), made(rule="mpnn", beside=True)
    for _ in range(5):
        lit = [slow.frame().words["highlight"] for _ in slow.phases()]
        fast.step()
    assert lit == ["embed", *["message", "gather", "update"] * 2, "read", "learn"]
    a, b = slow.frame(), fast.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    assert a.words == b.words


def test_only_the_labelled_nodes_teach() -> None:
    """The truth of an unknown node changes nothing."""
    one, other = made(), made()
    changed = other.graph.truth.copy()
    changed[~other.board.labelled] = 1 - changed[~other.board.labelled]
    other.trainer.task.truth = torch.from_numpy(changed)
    one.advance(30), other.advance(30)
    assert torch.equal(one.trainer.network.flat, other.trainer.network.flat)


def test_one_hot_vectors_are_said_shortly_and_teach_the_same() -> None:
    short, long = made(), made()
    for each in (short, long):
        each.poke(touch("delete", each.board.at[5]))  # the others keep their places
    long.trainer.given = long.trainer.x
    assert short.trainer.given.dim() == 1 and long.trainer.x.sum() == 33
    short.advance(20), long.advance(20)
    torch.testing.assert_close(short.trainer.network.flat, long.trainer.network.flat)


def test_two_leaders_are_known_in_the_karate_club() -> None:
    assert np.flatnonzero(made().board.labelled).tolist() == [0, 33]


def test_without_labels_nothing_is_learnt_and_the_picture_says_so() -> None:
    exhibit = made()
    for node in (0, 33):
        exhibit.poke(touch("label", exhibit.board.at[node]))
    before = exhibit.trainer.network.flat.clone()
    exhibit.advance(3)
    assert torch.equal(before, exhibit.trainer.network.flat)
    assert "label" in exhibit.frame().words["note"] and math.isnan(exhibit.frame().metrics["train_accuracy"])


def test_accuracies_are_shares_of_the_known_and_of_the_unknown() -> None:
    exhibit = made()
    exhibit.advance(100)
    frame = exhibit.frame()
    right = frame.arrays["prediction"] == exhibit.graph.truth
    assert frame.metrics["test_accuracy"] == pytest.approx(right[~exhibit.board.labelled].mean())
    assert frame.metrics["train_accuracy"] == pytest.approx(right[exhibit.board.labelled].mean())
    np.testing.assert_array_equal(frame.arrays["wrong"], ~right)


def test_going_on_from_a_state_is_going_on() -> None:
    one = made(graph="blocks", size=30, beside=True)
    one.advance(10)
    one.poke(touch("move", (0.9, 0.9), one.board.at[3]))
    two = made(graph="blocks", size=30, beside=True)
    two.load_state_dict(one.state_dict())
    one.advance(10), two.advance(10)
    for a, b in ((one.frame(), two.frame()), (one.scene(), two.scene())):
        for name in a.arrays:
            np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
        assert a.words == b.words


def test_homophily_moves_few_links_when_it_is_dragged_a_little_and_training_goes_on() -> None:
    exhibit = made(graph="blocks", size=100, degree=6.0, homophily=0.8)
    exhibit.advance(5)
    before, weights = exhibit.graph, exhibit.trainer.network.flat.clone()
    exhibit.set(exhibit.params.replaced(homophily=0.76))
    assert torch.equal(weights, exhibit.trainer.network.flat)
    kept = {tuple(pair) for pair in before.pairs.tolist()} & {tuple(pair) for pair in exhibit.graph.pairs.tolist()}
    assert len(kept) > 0.9 * len(before.pairs)
    assert exhibit.graph.homophily() < before.homophily()


@pytest.mark.parametrize("homophily", [0.1, 0.5, 0.9])
def test_blocks_have_the_homophily_and_the_degree_that_one_asks_for(homophily: float) -> None:
    wish = Wish(size=600, degree=8.0, blocks=3, homophily=homophily)
    graph = FAMILIES["blocks"].make(wish, np.random.default_rng(0)).with_pairs(block_pairs(wish, 1))
    assert graph.homophily() == pytest.approx(homophily, abs=0.03)  # 2400 links: standard error 0.01
    assert graph.degree.mean() == pytest.approx(8.0, rel=0.06)


# ---- the picture ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", FAMILIES)
def test_every_node_has_a_place_of_its_own_in_the_picture(name: str, layout: str) -> None:
    graph = FAMILIES[name].make(Wish(size=40), np.random.default_rng(0))
    if name == "blocks":
        graph = graph.with_pairs(block_pairs(Wish(size=40), 0))
    at = placed(graph, layout)
    assert at.shape == (graph.n, 2) and np.isfinite(at).all() and np.abs(at).max() <= 1
    if layout == "forces":
        away = np.linalg.norm(at[:, None] - at[None], axis=2) + np.eye(graph.n)
        assert away.min() > 0.02


def test_positions_stay_while_it_trains() -> None:
    exhibit = made()
    before, version = exhibit.scene().arrays["at"], exhibit.scene_version
    exhibit.advance(50)
    np.testing.assert_array_equal(before, exhibit.scene().arrays["at"])
    assert exhibit.scene_version == version


def test_messages_travel_from_sender_to_receiver_and_carry_their_vectors() -> None:
    exhibit = made(rule="sage")
    for _ in exhibit.phases():
        frame = exhibit.frame()
        if frame.words["highlight"] == "message":
            break
    at, node = exhibit.board.at, exhibit.board.chosen
    senders = exhibit.trainer.wiring.source[exhibit.trainer.wiring.target == node][:-1].numpy()  # the last is itself
    want = {(*at[j], *at[node]) for j in senders}
    assert {tuple(row) for row in frame.arrays["parcel_flow"]} == want
    assert frame.arrays["flow"].shape == (2 * 78, 4)
    a, b = exhibit.graph.pairs.T
    both = np.concatenate([np.hstack([at[a], at[b]]), np.hstack([at[b], at[a]])])  # there, and then back
    np.testing.assert_array_equal(frame.arrays["flow"], both)
    carried = frame.arrays["parcels"].reshape(len(senders), -1)
    hop = exhibit.trainer.hop
    assert hop is not None
    np.testing.assert_allclose(carried, hop.before[senders].detach().numpy(), atol=1e-6)


def test_the_matrix_of_gcn_is_the_propagation_with_the_nodes_class_by_class() -> None:
    exhibit = made()
    graph = exhibit.graph
    order = np.argsort(graph.truth, kind="stable")
    A = graph.adjacency() + np.eye(graph.n)
    S = A / np.sqrt(np.outer(A.sum(1), A.sum(1)))
    np.testing.assert_allclose(exhibit.scene().arrays["matrix"], S[np.ix_(order, order)], atol=1e-6)


def test_what_links_count_is_sent_again_only_where_it_changes() -> None:
    exhibit, attentive = made(), made(rule="gat")
    version, matrix = exhibit.scene_version, exhibit.scene().arrays["matrix"]
    exhibit.advance(3)
    assert exhibit.scene_version == version and "matrix" not in exhibit.frame().arrays
    assert "matrix" in attentive.frame().arrays and "matrix" not in attentive.scene().arrays
    exhibit.set(MessagesParams(matrix="adjacency", feel=True))
    assert (
        exhibit.scene_version > version and np.diag(exhibit.scene().arrays["matrix"]).max() == 0 < np.diag(matrix).min()
    )
    assert exhibit.frame().arrays["felt"].max() == 1 and "felt" not in exhibit.scene().arrays


def test_attention_sums_to_one_over_what_a_node_hears() -> None:
    exhibit = made(rule="gat")
    exhibit.advance(20)
    np.testing.assert_allclose(exhibit.frame().arrays["matrix"].sum(1), 1, atol=1e-5)


def test_what_a_node_hears_of_is_exactly_what_moves_it() -> None:
    """The receptive field is where another start changes the last state."""
    exhibit = made(rule="gin", layers=2, squash="tanh")
    t, node = exhibit.trainer, exhibit.board.chosen
    x = t.x.clone().requires_grad_()
    t.network(x, t.wiring, t.ways)[node].sum().backward()
    felt = x.grad.abs().sum(1).numpy() > 0
    np.testing.assert_array_equal(exhibit.scene().arrays["reach"] > 0, felt)
    assert 3 < felt.sum() < exhibit.graph.n


def test_the_arithmetic_is_that_of_the_chosen_node() -> None:
    exhibit = made()
    words, t = exhibit.frame().words, exhibit.trainer
    first = t.network.states(t.x, t.wiring, t.ways)[1][0]
    numbers = ", ".join(f"{value:.2f}".replace("-", "−") for value in first.gathered[exhibit.board.chosen, :4].tolist())
    assert numbers in words["told_gathered"] and exhibit.graph.names[exhibit.board.chosen] in words["told_before"]
    arriving = words["told_messages"]
    assert arriving.count("(") == min(4, exhibit.graph.degree[exhibit.board.chosen] + 1)


def test_the_embedding_lies_like_the_picture() -> None:
    exhibit = made()
    exhibit.advance(100)
    flat, at = exhibit.frame().arrays["embedding"], exhibit.board.at - exhibit.board.at.mean(0)
    assert np.abs(flat).max() <= 0.94 and np.trace(flat.T @ at) > 0
    turned = flat @ np.array([[0, -1], [1, 0]])
    assert np.trace(flat.T @ at) >= abs(np.trace(turned.T @ at))


# ---- a hand --------------------------------------------------------------------------------------------------------


def test_a_touch_looks_at_the_node_there_and_nowhere_at_none() -> None:
    exhibit = made()
    exhibit.poke(touch("look", exhibit.board.at[11]))
    assert exhibit.board.chosen == 11 and exhibit.scene().arrays["reach"][11] == 1
    np.testing.assert_array_equal(exhibit.scene().arrays["looked"][0], exhibit.board.at[11])
    exhibit.poke(touch("look", (0.99, -0.99)))
    assert exhibit.board.chosen == 11


@pytest.mark.parametrize(("index", "node"), [(7, 7), (900, 33)])  # there may be fewer by now
def test_a_point_of_the_embedding_is_its_node(index: int, node: int) -> None:
    exhibit = made()
    exhibit.poke(Hand(kind="point", index=index, x=0.1, y=0.2))
    assert exhibit.board.chosen == node and exhibit.scene().arrays["reach"][node] == 1


def test_a_stroke_tells_one_class_only_however_long() -> None:
    exhibit = made()
    at = exhibit.board.at
    exhibit.poke(touch("label", at[5]))
    exhibit.poke(touch("label", at[16], at[5]))
    assert np.flatnonzero(exhibit.board.labelled).tolist() == [0, 5, 33]
    assert sorted(exhibit.trainer.task.teachers.tolist()) == [0, 5, 33]
    exhibit.poke(touch("label", at[5]))
    assert np.flatnonzero(exhibit.board.labelled).tolist() == [0, 33]


def test_a_node_is_dragged_and_stays_in_the_picture() -> None:
    exhibit = made()
    start = exhibit.board.at[7].copy()
    exhibit.poke(touch("move", start))
    exhibit.poke(touch("move", (0.2, 0.3), start))
    exhibit.poke(touch("move", (0.5, -3.0), (0.2, 0.3)))
    np.testing.assert_allclose(exhibit.scene().arrays["at"][7], (0.5, -1), atol=1e-6)


@pytest.mark.parametrize("size", [30, 450])
def test_a_row_of_the_matrix_is_its_node(size: int) -> None:
    exhibit = made(graph="blocks", size=size)
    rows = len(exhibit.scene().arrays["matrix"])
    block = -(-exhibit.graph.n // rows)
    order = np.argsort(exhibit.graph.truth, kind="stable")
    exhibit.poke(Hand(kind="row", x=1.0, y=rows - 3.5))  # the fourth row from the top
    assert exhibit.board.chosen == order[3 * block]


def test_states_that_are_about_to_run_away_still_lie_somewhere() -> None:
    exhibit = Messages(Messages.Params(), seed=0)
    states = 3e38 * torch.linspace(-1, 1, len(exhibit.show.at))[:, None] * torch.tensor([1.0, -0.5, 0.2])
    flat = exhibit.show._embedding(states)
    assert np.isfinite(flat).all() and np.abs(flat).max() > 0.5
    tone = exhibit.show._tone(states)
    np.testing.assert_allclose(tone if tone[0] < 0.5 else 1 - tone, np.linspace(0, 1, len(tone)), atol=1e-5)
