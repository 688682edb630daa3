"""Message passing on graphs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from engine.exhibit import Cost, Exhibit, Frame, Pose, State, Subject
from engine.exhibits.messages.cards import CARDS
from engine.exhibits.messages.choices import first_labels, typical
from engine.exhibits.messages.families import FAMILIES, Wish, block_pairs, redrawn, told
from engine.exhibits.messages.features import SPARE
from engine.exhibits.messages.graph import NOISE, Graph
from engine.exhibits.messages.hand import Hand, free_slot, link_at, node_at
from engine.exhibits.messages.layout import placed
from engine.exhibits.messages.narration import narrate
from engine.exhibits.messages.params import MessagesParams
from engine.exhibits.messages.references import REFERENCES
from engine.exhibits.messages.relations import refined, resistance, sensitivity
from engine.exhibits.messages.show import Show, node_of_row
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
    references = REFERENCES
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
        self.chosen, self.other = typical(graph), 0
        self.version = 0  # of the graph; goes up with every change
        self.shuffles, self.moved = 0, float("nan")  # how often the nodes were numbered anew, and what that changed
        self._begin(graph, placed(graph, params.layout))

    def _begin(self, graph: Graph, at: np.ndarray) -> None:
        """Networks for a graph, drawn anew, and what looks at them."""
        known = torch.from_numpy(self.labelled)
        self.trainer = Trainer(self.params.rule, self.params, graph, known, self.capacity, self.seed)
        self.beside = Trainer(ALONE, self.params, graph, known, self.capacity, self.seed)
        self.show = Show(self.trainer, at)
        self.held: int | None = None  # the node that a stroke began at
        self.tied: int | None = None  # the node that waits to be linked with another
        self._second: tuple[Graph | None, float] = (None, 0.0)
        self._between: tuple[object, float] = (None, 0.0)
        self._refine()
        self._part = self._sentence = ""

    def _refine(self) -> None:
        self.version += 1
        self.wl = refined(self.graph, self.trainer.x.numpy(), self.params.layers)

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
        frame.metrics["alone_accuracy"] = self.beside.accuracy(~self.labelled) if self.params.beside else float("nan")
        frame.metrics["shuffled"] = self.moved
        felt = self._felt()
        frame.arrays["felt"] = felt / max(float(felt.max(initial=0.0)), 1e-12)
        frame.metrics["wl_classes"] = float(self.wl.max(initial=-1) + 1)
        frame.metrics["resistance"] = self.resistance if self.params.feel else float("nan")
        frame.metrics["sensitivity"] = float(felt[self.other]) if self.params.feel else float("nan")
        frame.words["note"] = self._note()
        if self._part:
            frame.words.update(phase=self._sentence, highlight=self._part)
        return frame

    def glance(self) -> Frame:
        """What every node is taken for; in slow motion everything."""
        return self.frame() if self._part else self.show.glance()

    @property
    def second(self) -> float:
        """The second eigenvalue of the propagation, worked out once for a graph."""
        if self._second[0] is not self.graph:
            self._second = (self.graph, second_eigenvalue(self.graph))
        return self._second[1]

    def _felt(self) -> np.ndarray:
        """How much the node looked at feels of every node, (n,); zeros where that is not measured."""
        t = self.trainer
        if not self.params.feel:
            return np.zeros(self.graph.n, np.float32)
        return sensitivity(t.network, t.x, t.wiring, t.ways, self.chosen)

    @property
    def resistance(self) -> float:
        """Between the two nodes that were looked at last, worked out once for them."""
        which = (self.version, self.chosen, self.other)
        if self._between[0] != which:
            self._between = (which, resistance(self.graph, self.chosen, self.other))
        return self._between[1]

    def _note(self) -> str:
        if self.graph.n == 0:
            return "There is no node."
        return "" if self.labelled.any() else "No node is known: take the tool “label” and click some."

    def scene(self) -> Frame:
        """Graph, layout, classes, and what was chosen by hand."""
        about = "A graph of your own." if self.own else FAMILIES[self.params.graph].about
        tied = np.empty((0, 2), np.float32) if self.tied is None else self.show.at[[self.tied]]
        arrays = {"tied": tied, "other": self.show.at[[self.other]], "wl": self.wl.astype(np.int32)}
        return self.show.scene(self.chosen, self.labelled) | Frame(arrays, words={"about": about})

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
        self.moved = float("nan")
        self._refine()
        self.scene_version += 1

    def poke(self, event: Hand) -> None:
        """Look at a node, tell its class, move it; or change the graph, while it goes on learning.

        Raises:
            CommandError: there is no room for another node, or too few would be left.
        """
        if event.begins:
            self.held = node_at(self.show.at, event.x, event.y)
        getattr(self, f"_{event.kind}")(event)
        self.tied = self.tied if event.kind == "link" else None
        self.scene_version += 1

    def _look(self, event: Hand) -> None:
        if self.held is not None and self.held != self.chosen:
            self.other, self.chosen = self.chosen, self.held

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
        self.chosen, self.other = (min(node - (node > gone), self.graph.n - 2) for node in (self.chosen, self.other))
        self._take(self.graph.without(gone))

    @torch.no_grad()
    def _shuffle(self, event: Hand) -> None:
        """Number the nodes anew; what the network says of each must stay as it was, but for rounding."""
        t, self.shuffles = self.trainer, self.shuffles + 1
        order = np.random.default_rng([self.seed, self.shuffles]).permutation(self.graph.n)
        before = t.network(t.x, t.wiring, t.ways)
        self.show.at, self.labelled = self.show.at[order], self.labelled[order]
        self.chosen, self.other = (int(np.flatnonzero(order == node)[0]) for node in (self.chosen, self.other))
        self._take(self.graph.shuffled(order))
        after = t.network(t.x, t.wiring, t.ways)
        self.moved = float((after - before[torch.from_numpy(order)]).abs().max())

    def _graph(self, event: Hand) -> None:
        """Begin anew with a graph from a file."""
        try:
            graph = told(tuple(event.names), event.pairs, event.truth, np.random.default_rng(self.seed))
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.capacity, self.labelled = graph.n + SPARE, first_labels(graph, self.params.labels)
        self.own, self.chosen, self.other = True, typical(graph), 0
        self._begin(graph, placed(graph, self.params.layout))

    def _row(self, event: Hand) -> None:
        self.other, self.chosen = self.chosen, node_of_row(self.graph, event.y)

    def state_dict(self) -> State:
        """Graph, layout, labels, networks."""
        return {
            "graph": self.graph.state_dict(), "at": self.show.at, "labelled": self.labelled, "chosen": self.chosen,
            "capacity": self.capacity, "own": self.own, "other": self.other,
            "shuffles": self.shuffles, "moved": self.moved, "trainer": self.trainer.state_dict(),
            "beside": self.beside.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.capacity, self.chosen, self.other = (int(state[name]) for name in ("capacity", "chosen", "other"))
        self.shuffles, self.moved = int(state["shuffles"]), float(state["moved"])
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
