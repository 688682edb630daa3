"""Message passing on graphs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from engine.exhibit import Cost, Exhibit, Frame, Pose, Refused, State, Subject
from engine.exhibits.messages.board import Board
from engine.exhibits.messages.cards import CARDS
from engine.exhibits.messages.families import told
from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.hand import Hand
from engine.exhibits.messages.instruments import Instruments
from engine.exhibits.messages.links import LinkPrediction
from engine.exhibits.messages.narration import narrate
from engine.exhibits.messages.params import OF_MANY, MessagesParams
from engine.exhibits.messages.question import Question, about, family_of, nodes_of
from engine.exhibits.messages.references import REFERENCES
from engine.exhibits.messages.show import Show, node_of_row
from engine.exhibits.messages.training import Trainer
from engine.kit.nets import finite

ALONE, NAN = "mlp", float("nan")


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
        self.asked = Question(params, seed)
        self.own = False  # whether the graph came from a file
        self.shuffles, self.moved = 0, NAN  # how often the nodes were numbered anew, and what that changed
        self._begin(self.asked.board(self.asked.graph(), params.layout))

    def _begin(self, board: Board) -> None:
        """Networks for a graph, drawn anew, and what looks at them."""
        self.board = board
        self.trainer, self.beside = (
            Trainer(rule, self.params, self.asked.task(), board.graph, board.labelled, board.capacity, self.seed)
            for rule in (self.params.rule, ALONE)
        )
        self.show = Show(self.trainer, board, () if self.own else family_of(self.params).classes)
        self.instruments = Instruments(self.trainer, board)
        self._part = self._sentence = ""

    @property
    def graph(self) -> Graph:
        """What messages go along."""
        return self.board.graph

    @classmethod
    def cost_of(cls, params: MessagesParams) -> Cost:
        """The layout compares all pairs of nodes."""
        n = nodes_of(params)
        return Cost((24 << 20) + 60 * n * n, 0.4 + 3e-6 * n * n)

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
        """What the network says of everything, and all instruments."""
        frame = self.show.frame() | self.instruments.frame(self.params.feel)
        frame = frame | self.instruments.smoothing(frame)
        alone = self.beside.answer().metrics if self.params.beside else {}
        frame.metrics["alone_accuracy"] = alone.get("test_accuracy", NAN)
        frame.metrics["alone_error"] = alone.get("error", NAN)
        frame.metrics["shuffled"] = self.moved
        frame.words["note"] = self._note()
        if self._part:
            frame.words.update(phase=self._sentence, highlight=self._part)
        return frame

    def glance(self) -> Frame:
        """What the network says of everything; in slow motion all there is to see."""
        return self.frame() if self._part else self.show.glance()

    def _note(self) -> str:
        if self.graph.n == 0:
            return "There is no node."
        if self.trainer.task.known:
            return ""
        if self.params.task == "links":
            return "There is no link to learn from."
        return "Nothing is known: take the tool “tell or hide class”, or label, and click some."

    def scene(self) -> Frame:
        """Graph, layout, classes, and what was chosen by hand."""
        words = Frame(words={"about": about(self.params, self.own)})
        return self.show.scene() | self.instruments.scene(self.params.feel) | words

    def set(self, params: MessagesParams) -> None:
        """Live parameters have changed."""
        before, self.params = self.params, params
        self.trainer.params = self.beside.params = params
        blocks = params.graph == "blocks" and params.task not in OF_MANY and not self.own
        if blocks and params.homophily != before.homophily:
            self.board.graph = self.asked.redrawn(self.graph, params)
            for each in (self.trainer, self.beside):
                if isinstance(each.task, LinkPrediction):
                    each.task.ask(self.asked.hidden, self.asked.absent)
            self._take()
        elif params.signal != before.signal:
            self._take()
        if params.layout != before.layout:
            self.board.lay(params.layout)
        if (params.layout, params.matrix, params.feel) != (before.layout, before.matrix, before.feel):
            self.scene_version += 1

    def _take(self) -> None:
        """Go on with a graph that has changed, or with other labels."""
        for each in (self.trainer, self.beside):
            each.take(self.graph, self.board.labelled)
        self.moved = NAN
        self.instruments.take()
        self.scene_version += 1

    def poke(self, event: Hand) -> None:
        """Look at a node, tell its class, move it; or change the graph, while it goes on learning.

        Raises:
            Refused: it cannot be done; nothing has changed.
        """
        match event.kind:
            case "graph":
                self._load(event)
            case "shuffle":
                self._shuffle()
            case "row":
                self.board.look(node_of_row(self.graph, event.y))
            case "point":
                self.board.look(min(event.index, self.graph.n - 1))
            case _ if self.board.touch(event):
                self._take()
        self.scene_version += 1

    @torch.no_grad()
    def _shuffle(self) -> None:
        """Number the nodes anew; what the network says of each must stay as it was, but for rounding."""
        t, self.shuffles = self.trainer, self.shuffles + 1
        order = np.random.default_rng([self.seed, self.shuffles]).permutation(self.graph.n)
        before = t.network(t.given, t.wiring, t.ways)
        self.board.reorder(order)
        self._take()
        after = t.network(t.given, t.wiring, t.ways)
        same = before if t.task.pools else before[torch.from_numpy(order)]
        self.moved = float((after - same).abs().max())

    def _load(self, event: Hand) -> None:
        """Begin anew with a graph from a file."""
        if self.params.task in OF_MANY:
            raise Refused("This question is asked of many small graphs, and a file holds one. Ask of nodes or of links "
                          "first.")  # fmt: skip
        try:
            graph = told(tuple(event.names), event.pairs, event.truth, np.random.default_rng(self.seed))
        except ValueError as error:
            raise Refused(str(error)) from None
        self.own = True
        self._begin(self.asked.board(graph, self.params.layout))

    def state_dict(self) -> State:
        """Graph, layout, labels, networks."""
        return self.board.state_dict() | {
            "own": self.own, "shuffles": self.shuffles, "moved": self.moved, "trainer": self.trainer.state_dict(),
            "beside": self.beside.state_dict(), "question": self.asked.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.shuffles, self.moved = int(state["shuffles"]), float(state["moved"])
        self.own = bool(state["own"])
        if "question" in state:  # not in states saved before there were questions
            self.asked.load_state_dict(state["question"])
        self._begin(Board.from_state(state, whole=self.params.task in OF_MANY, seed=self.seed))
        self.trainer.load_state_dict(state["trainer"])
        self.beside.load_state_dict(state["beside"])
        self.scene_version += 1

    def diverged(self) -> str | None:
        """Weights or loss that are no longer finite."""
        if not finite(self.trainer.network.flat):
            return "the network's weights"
        return "the loss" if bool(self.trainer.loss.isinf()) else None
