"""Patterns inside networks: beside a reaction stands diffusion; beside supervision, in a network, an adversary."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

import numpy as np
import torch

from engine.exhibit import Cost, Exhibit, Frame, Pose, Reference, State, Subject
from engine.exhibits.adversarial_patterns import data, show
from engine.exhibits.adversarial_patterns.bridge import Bridge
from engine.exhibits.adversarial_patterns.cards import CARDS
from engine.exhibits.adversarial_patterns.cost import cost
from engine.exhibits.adversarial_patterns.ensemble import keep_to_one_core, make_ensemble
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.prediction import NOT_AVAILABLE, Seen, assumptions, predictions
from engine.exhibits.adversarial_patterns.record import EVERY, Record
from engine.exhibits.adversarial_patterns.theory import Theory, h_infinity
from engine.exhibits.adversarial_patterns.training import Task
from engine.exhibits.adversarial_patterns.walls import SHOWN
from engine.progress import tell

WORTH_A_GPU = 30_000_000
"""m n d_in from which on a GPU pays. A step of both trainings is some 70 kernels, whose launching takes about a
millisecond however small they are; the defaults (10 million) are done in about that on a CPU core, and four times as
many neurons take three times as long."""


class AdversarialPatterns(Exhibit[PatternParams]):
    """Two trainings of one two-layer network, from the same weights and on the same data, side by side.

        du_j/dt = R_j           supervised: reaction alone
        du_j/dt = R_j + D_j     with the gradient of a critic: reaction and diffusion

    by explicit steps of the gradient flow over all samples; a critic is trained in between.
    """

    slug = "adversarial-patterns"
    title = "Patterns inside networks"
    summary = "One network trained twice: an adversary beside supervision, like diffusion beside a reaction."
    question = "Can a network grow patterns as a chemical reaction does?"
    subject, place = Subject.PATTERNS, 2
    references = (
        Reference("L. Rout", "Why adversarial interaction creates non-homogeneous patterns: a "
                  "pseudo-reaction-diffusion model for Turing instability", "AAAI 2021",
                  "https://arxiv.org/abs/2010.00521"),
        Reference("A. M. Turing", "The chemical basis of morphogenesis", "Phil. Trans. R. Soc. B 237, 1952",
                  "https://doi.org/10.1098/rstb.1952.0012"),
        Reference("I. Gulrajani, F. Ahmed, M. Arjovsky, V. Dumoulin, A. Courville",
                  "Improved training of Wasserstein GANs", "NeurIPS 2017", "https://arxiv.org/abs/1704.00028"),
        Reference("S. S. Du, X. Zhai, B. Poczos, A. Singh", "Gradient descent provably optimizes over-parameterized "
                  "neural networks", "ICLR 2019", "https://arxiv.org/abs/1810.02054"),
    )  # fmt: skip
    Params = PatternParams
    cards = CARDS
    main = ("strength", "norm", "eta", "show")
    default_speed = 120.0
    pose = Pose(1500)

    @classmethod
    def device_for(cls, params: PatternParams, available: Collection[str]) -> str:
        """Where a run should live: on a GPU, if there is one, where its matrices are large enough."""
        products = params.width * params.n * int(params.side) ** 2
        return "cuda" if "cuda" in available and products >= WORTH_A_GPU else "cpu"

    @classmethod
    def cost_of(cls, params: PatternParams) -> Cost:
        """What hidden layers of all starts take, in both trainings, what their weights take, and the kernel H."""
        return cost(params)

    def __init__(self, params: PatternParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self._begin()

    def _begin(self) -> None:
        """Draw data and weights, and start the clock."""
        keep_to_one_core()
        params, rng = self.params, np.random.default_rng(self.seed)
        tell(0.0, "drawing the inputs")
        self.X, Y = data.make(params, rng)
        tell(0.05, "finding the span of the inputs")
        coordinates, basis = data.span(self.X)
        self.basis = torch.tensor(basis, device=self.device).float()  # (r, d_in)
        inputs, targets = torch.tensor(coordinates, device=self.device), torch.tensor(Y.T.copy(), device=self.device)
        relu, fixed_top = params.network != "one-layer", params.network != "two-layer"
        task = Task(inputs.float(), targets.float(), relu=relu, fixed_top=fixed_top)
        tell(0.15, "drawing the weights")
        self.ensemble = make_ensemble(params, task, self.basis, rng)
        self.bridge = Bridge(params.chemistry, self.seed)
        self.record = Record(self.ensemble, self.basis, params.strict)
        tell(0.2, "finding the eigenvalues of H∞")
        eigenvalues = np.linalg.eigvalsh(h_infinity(self.X))
        self.eigenvalues = float(eigenvalues[0]), float(eigenvalues[-1])
        self.start = float(self.ensemble.without.residual()[0])
        self.longest = 2 / self.ensemble.without.stiffness(
            lambda share: tell(0.3 + 0.7 * share, "finding the longest step")
        )
        self.steps, self.time = 0, 0.0
        self.strongest = {"alpha": 0.0, "L": 0.0, "n_critic": 0.0}
        self.past = show.Past(self.record)
        self._part = Frame()  # in slow motion, the part of the step that is shown

    @property
    def eta(self) -> float:
        """Length of a step, in the flow's own time."""
        return self.params.eta * self.longest

    def phases(self) -> Iterator[str]:
        """The critic's turn, then the two parts of the generator's step, then their sum."""
        for training in self.ensemble.trainings:
            training.train_critic(self.params)
        yield f"The critic: {self.params.n_critic} steps at the present outputs, to tell them from the targets"
        eta, rows = self.eta, slice(SHOWN)
        plain = self.ensemble.without.parts(0.0, rows)[0]
        R, D, _ = self.ensemble.adversarial.parts(self.params.alpha, rows)
        self._part = show.step_part([eta * plain, eta * R], self.basis)
        yield "Reaction: what the residual y − z alone does to each filter, η R"
        self._part = show.step_part([0 * plain, eta * D], self.basis)
        yield "Diffusion: what the critic's slope does to each filter, η D"
        self._part = Frame()
        for training in self.ensemble.trainings:
            training.move(self.params.alpha, eta)
        self._tick(1)
        yield f"Both are added: one step of the flow, η = {eta:.3g}"

    def advance(self, steps: int) -> None:
        """So many full steps of every training."""
        self._part = Frame()
        while steps > 0:
            batch = min(steps, EVERY - self.steps % EVERY)
            self.ensemble.advance(batch, self.params, self.eta, self.cores)
            self._tick(batch)
            steps -= batch

    def step(self) -> None:
        """One full step."""
        self.advance(1)

    def set(self, params: PatternParams) -> None:
        """Live parameters have changed; another reaction starts at once."""
        if params.chemistry != self.params.chemistry:
            self.bridge = Bridge(params.chemistry, self.seed)
        self.params = params

    def _tick(self, steps: int) -> None:
        """So many steps were done: move the chemistry and the clock, and take notes when it is time."""
        self.bridge.advance(steps)
        for _ in range(steps):
            self.time += self.eta
        self.steps += steps
        for name in self.strongest:
            self.strongest[name] = max(self.strongest[name], float(getattr(self.params, name)))
        if self.steps % EVERY == 0:
            self.record.take(self.steps)

    def frame(self) -> Frame:
        """Walls, maps, curves and numbers of the first initialisation; distances of all of them."""
        ensemble, record, params = self.ensemble, self.record, self.params
        decompose = partial(show.decomposition, ensemble, params.alpha)
        split, glance = ensemble.at_once(decompose, self.glance, self.cores)
        ways = [training.displacement() for training in ensemble.trainings]
        even, moved = show.evenness(ensemble, record, ways), [each[0] for each in ways]
        metrics = {"time": self.time, "eta": self.eta} | even | self._theory_metrics(even["residual_with"])
        seen = Seen(self.strongest["n_critic"] > 0, record.steepest, record.least)
        told = Frame({}, metrics, {"assumptions": assumptions(params, self.theory(), seen)})
        drawn = show.neighbours(moved, record.grid) | self.past.frame() | show.spectra(record)
        return glance | drawn | split | told

    def glance(self) -> Frame:
        """Walls and chemistry."""
        keep_to_one_core()
        x = self.X[self.params.chosen % len(self.X)].astype(np.float32)
        filters = show.filters(self.ensemble, self.basis, self.params.show, x)
        return filters | show.chemistry(self.bridge) | show.chosen_input(x) | self._part

    def scene(self) -> Frame:
        """The wavenumbers of both spectra."""
        k = {"filter_k": self.record.of_filter.k, "grid_k": self.record.of_grid.k}
        return Frame({name: array.astype(np.float32) for name, array in k.items()})

    def _theory_metrics(self, residual: float) -> dict[str, float]:
        measured = self.record.least_eigenvalues or [NOT_AVAILABLE] * 2
        least = dict(zip(("kernel_without", "kernel_with"), measured, strict=True))
        critic = {"critic_slope": self.record.steepest, "slope_bound": self.theory().slope}
        return predictions(self.theory(), self.time, self.params.epsilon) | least | critic | {"psi": residual**2}

    def theory(self) -> Theory:
        """The bounds, for the strongest adversary there has been."""
        params, least_most = self.params, self.eigenvalues
        alpha, L = (self.strongest[name] if self.steps else getattr(params, name) for name in ("alpha", "L"))
        return Theory(*least_most, params.n, params.width, self.start, L, params.delta, alpha)

    def state_dict(self) -> State:
        """Weights, critics, clocks, chemistry and the past."""
        return {
            "seed": self.seed,
            "trainings": [training.state_dict() for training in self.ensemble.trainings],
            "bridge": self.bridge.state_dict(),
            "record": self.record.state_dict(),
            "steps": self.steps,
            "time": self.time,
            "strongest": dict(self.strongest),
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        if int(state["seed"]) != self.seed:  # other data, other weights
            self.seed = int(state["seed"])
            self._begin()
        for training, saved in zip(self.ensemble.trainings, state["trainings"], strict=True):
            training.load_state_dict(saved)
        if state["bridge"]["name"] != self.bridge.model.name:
            self.bridge = Bridge(str(state["bridge"]["name"]), self.seed)
        self.bridge.load_state_dict(state["bridge"])
        self.record.load_state_dict(state["record"])
        self.past = show.Past(self.record)
        self.steps, self.time = int(state["steps"]), float(state["time"])
        self.strongest = {name: float(value) for name, value in state["strongest"].items()}
        self._part = Frame()

    def diverged(self) -> str | None:
        """Which weights are no longer finite."""
        return next((name for training in self.ensemble.trainings if (name := training.not_finite())), None)
