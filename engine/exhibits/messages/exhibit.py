"""Message passing on graphs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from engine.exhibit import Cost, Exhibit, Frame, Pose, Reference, State, Subject
from engine.exhibits.messages.cards import CARDS
from engine.exhibits.messages.families import FAMILIES, Wish, block_pairs, communities, redrawn
from engine.exhibits.messages.features import SPARE
from engine.exhibits.messages.graph import NOISE, Graph, linked
from engine.exhibits.messages.hand import Hand, free_slot, link_at, node_at
from engine.exhibits.messages.layout import placed
from engine.exhibits.messages.narration import narrate
from engine.exhibits.messages.params import MessagesParams
from engine.exhibits.messages.show import Show
from engine.exhibits.messages.spectra import second_eigenvalue
from engine.exhibits.messages.training import Trainer
from engine.runtime.commands import CommandError

ALONE = "mlp"
FEWEST = 2  # nodes


class Messages(Exhibit[MessagesParams]):
    """A few nodes of a graph are known; messages along its links tell the others. Whole-graph training:

    h^0 = E x,  h_i^k = update(h_i^{k-1}, aggregate over j of message(h_j^{k-1})),  class of i = argmax R h_i^L
    """

    slug = "messages"
    title = "Message passing on graphs"
    summary = "Nodes tell their neighbours what they know; from a few known ones a network learns the rest."
    question = "Two members take sides. Can you tell where all the others go?"
    subject, place = Subject.GRAPHS, 1
    references = (
        Reference("W. Zachary", "An information flow model for conflict and fission in small groups",
                  "Journal of Anthropological Research 33, 1977"),
        Reference("J. Gilmer et al.", "Neural message passing for quantum chemistry", "ICML 2017",
                  "https://arxiv.org/abs/1704.01212"),
        Reference("T. Kipf, M. Welling", "Semi-supervised classification with graph convolutional networks",
                  "ICLR 2017", "https://arxiv.org/abs/1609.02907"),
        Reference("W. Hamilton, R. Ying, J. Leskovec", "Inductive representation learning on large graphs",
                  "NeurIPS 2017", "https://arxiv.org/abs/1706.02216"),
        Reference("M. Zaheer et al.", "Deep sets", "NeurIPS 2017", "https://arxiv.org/abs/1703.06114"),
        Reference("P. Veličković et al.", "Graph attention networks", "ICLR 2018", "https://arxiv.org/abs/1710.10903"),
        Reference("K. Xu et al.", "How powerful are graph neural networks?", "ICLR 2019",
                  "https://arxiv.org/abs/1810.00826"),
        Reference("K. Oono, T. Suzuki", "Graph neural networks exponentially lose expressive power for node "
                  "classification", "ICLR 2020", "https://arxiv.org/abs/1905.10947"),
        Reference("L. Zhao, L. Akoglu", "PairNorm: tackling oversmoothing in GNNs", "ICLR 2020",
                  "https://arxiv.org/abs/1909.12223"),
        Reference("A. Paliwal et al.", "Graph representations for higher-order logic and theorem proving", "AAAI 2020",
                  "https://arxiv.org/abs/1905.10006"),
    )  # fmt: skip
    Params = MessagesParams
    Poke = Hand
    cards = CARDS
    main = ("homophily", "signal", "residual", "lr")
    default_speed = 30.0
    pose = Pose(150)

    def __init__(self, params: MessagesParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        graph = FAMILIES[params.graph].make(self._wish(), np.random.default_rng(seed))
        if params.graph == "blocks":
            graph = graph.with_pairs(block_pairs(self._wish(), seed))
        self.capacity = graph.n + SPARE
        self.labelled = first_labels(graph, params.labels)
        self.own = False  # whether the graph came from a file
        self._begin(graph, placed(graph, params.layout))
        self.chosen = _typical(graph)

    def _begin(self, graph: Graph, at: np.ndarray) -> None:
        """Networks for a graph, drawn anew, and what looks at them."""
        known = torch.from_numpy(self.labelled)
        self.trainer = Trainer(self.params.rule, self.params, graph, known, self.capacity, self.seed)
        self.beside = Trainer(ALONE, self.params, graph, known, self.capacity, self.seed)
        self.show = Show(self.trainer, at)
        self.held: int | None = None  # the node that a stroke began at
        self.tied: int | None = None  # the node that waits to be linked with another
        self._second: tuple[Graph | None, float] = (None, 0.0)
        self._part = self._sentence = ""

    @property
    def graph(self) -> Graph:
        """What messages go along."""
        return self.trainer.graph

    def _wish(self) -> Wish:
        p = self.params
        return Wish(p.size, p.degree, p.blocks, p.homophily)

    @classmethod
    def cost_of(cls, params: MessagesParams) -> Cost:
        """The layout compares all pairs of nodes."""
        n = params.size if FAMILIES[params.graph].sized else 80
        return Cost((24 << 20) + 60 * n * n, 0.2 + 3e-6 * n * n)

    def phases(self) -> Iterator[str]:
        """One step of training, told: hop by hop, then the loss."""
        for part in self.trainer.phases():
            self._part, self._sentence = part, narrate(part, self.trainer)
            yield self._sentence
        if self.params.beside:
            self.beside.step()
        self._part = self._sentence = ""

    def step(self) -> None:
        """One step of training."""
        self._part = self._sentence = ""
        self.trainer.step()
        if self.params.beside:
            self.beside.step()

    def frame(self) -> Frame:
        """What the network says of every node, and all instruments."""
        frame = self.show.frame(self.chosen, self.labelled)
        second = self.second
        start, hops = frame.metrics["energy_start"], frame.arrays["hops"]
        frame.arrays["energy_theory"] = np.maximum(start * second ** (2 * hops), 1e-9).astype(np.float32)
        frame.metrics["rate_theory"] = second**2
        frame.metrics["alone_accuracy"] = self._alone()
        frame.words["note"] = self._note()
        if self._part:
            frame.words.update(phase=self._sentence, highlight=self._part)
        return frame

    @property
    def second(self) -> float:
        """The second eigenvalue of the propagation, worked out once for a graph."""
        if self._second[0] is not self.graph:
            self._second = (self.graph, second_eigenvalue(self.graph))
        return self._second[1]

    @torch.no_grad()
    def _alone(self) -> float:
        """Test accuracy of the network without edges; NaN where it does not learn."""
        if not self.params.beside or self.labelled.all():
            return float("nan")
        t = self.beside
        right = t.network(t.x, t.wiring, t.ways).argmax(1).numpy() == self.graph.truth
        return float(right[~self.labelled].mean())

    def _note(self) -> str:
        if self.graph.n == 0:
            return "There is no node."
        return "" if self.labelled.any() else "No node is known: take the tool “label” and click some."

    def scene(self) -> Frame:
        """Graph, layout, classes, and what was chosen by hand."""
        about = "A graph of your own." if self.own else FAMILIES[self.params.graph].about
        tied = np.empty((0, 2), np.float32) if self.tied is None else self.show.at[[self.tied]]
        return self.show.scene(self.chosen, self.labelled) | Frame({"tied": tied}, words={"about": about})

    def set(self, params: MessagesParams) -> None:
        """Live parameters have changed."""
        before, self.params = self.params, params
        self.trainer.params = self.beside.params = params
        graph = self.graph
        if params.graph == "blocks" and params.homophily != before.homophily:
            graph = redrawn(graph, self._wish(), self.seed)
        if graph is not self.graph or params.signal != before.signal:
            self._take(graph)
        if params.layout != before.layout:
            self.show.at = placed(graph, params.layout)
            self.scene_version += 1

    def _take(self, graph: Graph) -> None:
        """Go on with a graph that has changed, or with other labels."""
        known = torch.from_numpy(self.labelled)
        self.trainer.take(graph, known)
        self.beside.take(graph, known)
        self.scene_version += 1

    def poke(self, event: Hand) -> None:
        """Look at a node, tell its class, move it; or change the graph, while it goes on learning.

        Raises:
            CommandError: there is no room for another node, or too few would be left.
        """
        if event.begins:
            self.held = node_at(self.show.at, event.x, event.y)
        {"look": self._look, "label": self._label, "move": self._move, "add": self._add, "link": self._link,
         "delete": self._delete, "row": self._look_at_row, "graph": self._replace}[event.kind](event)  # fmt: skip
        self.tied = self.tied if event.kind == "link" else None
        self.scene_version += 1

    def _look(self, event: Hand) -> None:
        self.chosen = self.chosen if self.held is None else self.held

    def _label(self, event: Hand) -> None:
        if self.held is not None and event.begins:
            self.labelled[self.held] = ~self.labelled[self.held]
            self._take(self.graph)

    def _move(self, event: Hand) -> None:
        if self.held is not None:
            self.show.at = self.show.at.copy()
            self.show.at[self.held] = np.clip([event.x, event.y], -1, 1)

    def _add(self, event: Hand) -> None:
        """A node where there is none yet; it takes the class of the nearest."""
        if not event.begins or self.held is not None:
            return
        slot = free_slot(self.graph, self.capacity)
        if slot is None:
            raise CommandError(f"There is room for {self.capacity} nodes, and so many there are. Delete one first.")
        place = np.clip([event.x, event.y], -1, 1)
        nearest = int(np.hypot(*(self.show.at - place).T).argmin())
        noise = np.random.default_rng([self.seed, slot]).standard_normal(NOISE)
        graph = self.graph.with_node(slot, int(self.graph.truth[nearest]), noise.astype(np.float32))
        self.show.at = np.concatenate([self.show.at, place[None]]).astype(np.float32)
        self.labelled = np.append(self.labelled, False)
        self.chosen = graph.n - 1
        self._take(graph)

    def _link(self, event: Hand) -> None:
        """From where the stroke began, or the node that was clicked before, to the node here."""
        here = node_at(self.show.at, event.x, event.y)
        if here is None or here == self.tied:
            return
        start = self.tied if event.begins or self.tied is not None else self.held
        if start is None or start == here:
            self.tied = here if event.begins else None
            return
        self.tied = self.held = None
        self._take(self.graph.toggled(start, here))

    def _delete(self, event: Hand) -> None:
        """The node here, or else the link."""
        if not event.begins:
            return
        if self.held is None:
            link = link_at(self.graph, self.show.at, event.x, event.y)
            if link is not None:
                self._take(self.graph.with_pairs(np.delete(self.graph.pairs, link, axis=0)))
            return
        if self.graph.n <= FEWEST:
            raise CommandError(f"A graph keeps at least {FEWEST} nodes.")
        gone, self.held = self.held, None
        self.show.at, self.labelled = np.delete(self.show.at, gone, axis=0), np.delete(self.labelled, gone)
        self.chosen = min(self.chosen - (self.chosen > gone), self.graph.n - 2)
        self._take(self.graph.without(gone))

    def _replace(self, event: Hand) -> None:
        """Begin anew with a graph from a file."""
        n = len(event.names)
        pairs = np.array(event.pairs, np.int64).reshape(-1, 2)
        if n < FEWEST or pairs.max(initial=0) >= n or len(event.truth) not in (0, n):
            raise CommandError("The graph has too few nodes, or links and classes of nodes that it does not have.")
        random = np.random.default_rng(self.seed)
        graph = linked(tuple(event.names), pairs, np.array(event.truth or [0] * n), random)
        if not event.truth:
            graph = linked(graph.names, graph.pairs, communities(graph), random)
        self.capacity, self.labelled = n + SPARE, first_labels(graph, self.params.labels)
        self.own, self.chosen = True, _typical(graph)
        self._begin(graph, placed(graph, self.params.layout))

    def _look_at_row(self, event: Hand) -> None:
        """The matrix has its nodes class by class; of a large graph, each cell is a block of them."""
        n = self.graph.n
        rows = len(self.show.frame(self.chosen, self.labelled).arrays["matrix"])
        row = int(np.clip(rows - 1 - np.floor(event.y), 0, rows - 1))
        order = np.argsort(self.graph.truth, kind="stable")
        if n:
            self.chosen = int(order[min(row * -(-n // rows), n - 1)])

    def state_dict(self) -> State:
        """Graph, layout, labels, networks."""
        return {
            "graph": self.graph.state_dict(), "at": self.show.at, "labelled": self.labelled, "chosen": self.chosen,
            "capacity": self.capacity, "own": self.own, "trainer": self.trainer.state_dict(),
            "beside": self.beside.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.capacity, self.chosen = int(state["capacity"]), int(state["chosen"])
        self.labelled, self.own = np.array(state["labelled"]).astype(bool), bool(state["own"])
        self._begin(Graph.from_state(state["graph"]), np.array(state["at"]))
        self.trainer.load_state_dict(state["trainer"])
        self.beside.load_state_dict(state["beside"])
        self.scene_version += 1

    def diverged(self) -> str | None:
        """Weights or loss that are no longer finite."""
        if not bool(self.trainer.network.flat.isfinite().all()):
            return "the network's weights"
        return "the loss" if bool(self.trainer.loss.isinf()) else None


def first_labels(graph: Graph, count: int) -> np.ndarray:
    """The best connected ``count`` nodes of every class: (n,).

    Among equals those come first that have more links within the class, and then those in the middle of their order.
    """
    known = np.zeros(graph.n, bool)
    inside = graph.with_pairs(graph.pairs[graph.truth[graph.pairs[:, 0]] == graph.truth[graph.pairs[:, 1]]]).degree
    for each in range(graph.classes):
        mine = np.flatnonzero(graph.truth == each)
        aside = np.abs(np.arange(len(mine)) - len(mine) // 2)
        known[mine[np.lexsort((aside, -inside[mine], -graph.degree[mine]))[:count]]] = True
    return known


def _typical(graph: Graph) -> int:
    """A node with about three neighbours, whose arithmetic can be read."""
    return int(np.abs(graph.degree - 3).argmin()) if graph.n else 0
