"""Point-cloud completion: a shape is seen in part, and a network imagines the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.exhibit import Cost, Exhibit, Frame, Pose, Reference, Refused, State, Subject
from engine.exhibits.completion import checkpoint
from engine.exhibits.completion.cards import CARDS
from engine.exhibits.completion.families import FAMILIES
from engine.exhibits.completion.hand import Hand, Touch
from engine.exhibits.completion.instruments import Instruments
from engine.exhibits.completion.models import SIZES
from engine.exhibits.completion.narration import narrate
from engine.exhibits.completion.params import SHOWN_FAMILIES, VIEWS, CompletionParams
from engine.exhibits.completion.show import Show
from engine.exhibits.completion.training import Trainer
from engine.kit.nets import finite
from engine.progress import tell

ARRIVING = (0.0, 0.5, 1.0)
"""For the eye, dynamic queries set out from the proxies nearest to their places, and come these shares of the way."""

SEEN = ("azimuth", "elevation", "missing", "noise", "shape", "turn", "surface")
"""Parameters on which it depends what is seen."""


class Completion(Exhibit[CompletionParams]):
    """A network sees some points of a shape and says where the others are. It descends

        lambda J0 + J1

    the Chamfer distances of its coarse points and of all its points to the whole shape; PoinTr, PCN or FoldingNet.
    """

    slug = "completion"
    title = "Point-cloud completion, live"
    summary = "Rub out part of a shape, and watch a network imagine what is missing."
    question = "Can you tell a chair from its back?"
    subject, place = Subject.POINT_CLOUDS, 1
    references = (
        Reference("X. Yu, Y. Rao, Z. Wang, Z. Liu, J. Lu, J. Zhou", "PoinTr: diverse point cloud completion with "
                  "geometry-aware transformers", "ICCV 2021", "https://arxiv.org/abs/2108.08839"),
        Reference("W. Yuan, T. Khot, D. Held, C. Mertz, M. Hebert", "PCN: point completion network", "3DV 2018",
                  "https://arxiv.org/abs/1808.00671"),
        Reference("Y. Yang, C. Feng, Y. Shen, D. Tian", "FoldingNet: point cloud auto-encoder via deep grid "
                  "deformation", "CVPR 2018", "https://arxiv.org/abs/1712.07262"),
        Reference("Y. Wang et al.", "Dynamic graph CNN for learning on point clouds", "ACM TOG 38, 2019",
                  "https://arxiv.org/abs/1801.07829"),
        Reference("S. Katz, A. Tal, R. Basri", "Direct visibility of point sets", "SIGGRAPH 2007",
                  "https://doi.org/10.1145/1276377.1276407"),
        Reference("M. Tatarchenko et al.", "What do single-view 3D reconstruction networks learn?", "CVPR 2019",
                  "https://arxiv.org/abs/1905.03678"),
    )  # fmt: skip
    Params = CompletionParams
    Poke = Touch
    cards = CARDS
    main = ("azimuth", "missing", "shape", "lr")
    devices = ("cpu", "cuda")
    pose = Pose(30, values={"shape": 2, "turn": 6.0, "azimuth": -60.0})

    def __init__(self, params: CompletionParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self._begin()

    def _begin(self) -> None:
        tell(0.0, "drawing the weights")
        self.trainer = Trainer(self.params, self.seed, self.device)
        tell(0.2, "drawing shapes")
        self.instruments = Instruments(self.trainer)
        self.hand = Hand(SIZES[self.params.size].truth)
        self.show = Show(self.trainer, self.hand, self.seed)
        self._part = self._sentence = ""

    @classmethod
    def device_for(cls, params: CompletionParams, available: Collection[str]) -> str:
        """A GPU for the published size, which two processor cores do not teach in an evening; else the CPU."""
        return "cuda" if "cuda" in available and params.size == "published" else "cpu"

    @classmethod
    def cost_of(cls, params: CompletionParams) -> Cost:
        """Weights with Adam's memory, and what a batch leaves on its way through the network; the shapes are there once
        for all runs.
        """
        each = {"tiny": 1 << 20, "small": 6 << 20, "published": 160 << 20}[params.size]  # of one shape of a batch
        return Cost((16 << 20) + each * params.batch, 1.0 if params.size != "published" else 6.0)

    def phases(self) -> Iterator[str]:
        """One step of training, told."""
        for part in self.trainer.phases():
            self._part, self._sentence = part, narrate(part, self.trainer)
            for self.show.arrived in ARRIVING if part == "queries" else (1.0,):
                yield self._sentence
        self._part = self._sentence = ""
        self._look()

    def _look(self) -> None:
        if self.instruments.due:
            turn = self.instruments.turn
            self.instruments.look(turn)
            self.show.refresh(turn)

    def step(self) -> None:
        """One step of training."""
        self._part = self._sentence = ""
        self.trainer.step()
        self._look()

    def frame(self) -> Frame:
        """The shape in the large picture, all of them side by side, and how well they are completed."""
        return self.glance() | self.show.aside() | self._told()

    def glance(self) -> Frame:
        """The shape in the large picture, as it is completed now."""
        words = {"phase": self._sentence, "highlight": self._part} if self._part else {"highlight": ""}
        return self.show.main() | Frame({}, {}, words)

    def _told(self) -> Frame:
        """What is in the picture, in words."""
        name = SHOWN_FAMILIES[self.params.shape - 1]
        what, parts = f"{name.capitalize()}, {VIEWS[self.params.shown_view]}.", ", ".join(FAMILIES[name].parts)
        if self.hand.own is not None:
            what, parts = f"Your own shape, {self.hand.frame.words()}.", ""
        if self.trainer.part:
            parts = ""  # a shape of the batch is in the picture
        start = checkpoint.start_words(self.params, self.trainer.trained)
        return Frame({}, self.instruments.metrics(), {"shape": what, "parts": parts, "start": start})

    def scene(self) -> Frame:
        """Where one's own shape lies: own = scale turned(normalised) + centre."""
        frame = self.hand.frame
        metrics = {"scale": frame.scale, **dict(zip(("cx", "cy", "cz"), map(float, frame.centre), strict=True))}
        return Frame({}, metrics, {"up": frame.up})

    def set(self, params: CompletionParams) -> None:
        """Live parameters have changed."""
        before, self.params = self.params, params
        self.trainer.params = params
        if any(getattr(params, name) != getattr(before, name) for name in SEEN):
            self.show.refresh()

    def poke(self, event: Touch) -> None:
        """Rub out, mend, point, or bring a shape.

        Raises:
            Refused: it cannot be done; see :meth:`Hand.do`, and not while a batch is in the picture.
        """
        if self._part and event.kind == "touch":
            raise Refused("The picture shows a shape of the batch now; let slow motion finish its step first.")
        self.hand.do(event, self.params.shape - 1)
        self.show.touched()
        self.scene_version += 1

    def state_dict(self) -> State:
        """Network, instruments and hand."""
        return {
            "seed": self.seed, "trainer": self.trainer.state_dict(), "instruments": self.instruments.state_dict(),
            "hand": self.hand.state_dict(), "show": self.show.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.seed = self.show.seed = int(state["seed"])
        self.trainer.load_state_dict(state["trainer"])
        self.instruments.load_state_dict(state["instruments"])
        self.hand.load_state_dict(state["hand"])
        self._part = self._sentence = ""
        self.show.load_state_dict(state["show"])
        self.scene_version += 1

    def diverged(self) -> str | None:
        """Whether the network's weights, or its loss, are no longer finite."""
        if not finite(self.trainer.model.flat):
            return "the network's weights"
        return "the loss" if bool(self.trainer.J1.isinf()) else None
