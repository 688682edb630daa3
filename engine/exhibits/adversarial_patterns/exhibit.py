"""Patterns inside networks: an adversarial gradient acts on a generator's weights as diffusion acts on a reaction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from engine.exhibit import Exhibit, Frame, Pose, Reference, State, Subject
from engine.exhibits.adversarial_patterns import data, views
from engine.exhibits.adversarial_patterns.bridge import Bridge
from engine.exhibits.adversarial_patterns.cards import CARDS
from engine.exhibits.adversarial_patterns.ensemble import keep_to_one_core, make_pair
from engine.exhibits.adversarial_patterns.homogeneity import entropy, participation, spread
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.picture import SHOWN
from engine.exhibits.adversarial_patterns.prediction import NOT_AVAILABLE, assumptions, predictions
from engine.exhibits.adversarial_patterns.record import EVERY, Record
from engine.exhibits.adversarial_patterns.theory import Theory, h_infinity
from engine.exhibits.adversarial_patterns.training import Task


class AdversarialPatterns(Exhibit[PatternParams]):
    """Two trainings of one two-layer network, from the same weights and on the same data, side by side.

        du_j/dt = R_j           supervised: reaction alone
        du_j/dt = R_j + D_j     with the gradient of a critic: reaction and diffusion

    by explicit steps of the gradient flow over all samples; a critic is trained in between.
    """

    slug = "adversarial-patterns"
    title = "Patterns inside networks"
    summary = "Supervised alone, a network's filters stay even; an adversary acts as diffusion, and patterns grow."
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
    default_speed = 120.0
    pose = Pose(1500)

    def __init__(self, params: PatternParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self._begin()

    def _begin(self) -> None:
        """Draw data and weights, and start the clock."""
        keep_to_one_core()
        params, rng = self.params, np.random.default_rng(self.seed)
        self.X, Y = data.make(params, rng)
        coordinates, basis = data.span(self.X)
        self.basis = torch.tensor(basis, device=self.device).float()  # (r, d_in)
        inputs, targets = torch.tensor(coordinates, device=self.device), torch.tensor(Y.T.copy(), device=self.device)
        relu, fixed_top = params.network != "one-layer", params.network != "two-layer"
        task = Task(inputs.float(), targets.float(), relu=relu, fixed_top=fixed_top)
        self.pair = make_pair(params, task, self.basis, rng)
        self.bridge = Bridge(params.chemistry, self.seed, self.device)
        self.record = Record(self.pair, self.basis, params.strict)
        eigenvalues = np.linalg.eigvalsh(h_infinity(self.X))
        self.eigenvalues = float(eigenvalues[0]), float(eigenvalues[-1])
        self.start = float(self.pair.without.residual()[0])
        self.longest = 2 / self.pair.without.stiffness()
        self.steps, self.time = 0, 0.0
        self.strongest = {"strength": 0.0, "norm": 0.0}
        self._part: np.ndarray | None = None
        self._past_key = (0, 0)
        self._past_arrays: dict[str, np.ndarray] = {}
        self._past_range = (0.0, 1.0)

    @property
    def eta(self) -> float:
        """Length of a step, in the flow's own time."""
        return self.params.eta * self.longest

    def phases(self) -> Iterator[str]:
        """The critic's turn, then the two parts of the generator's step, then their sum."""
        for training in self.pair.trainings:
            training.train_critic(self.params)
        yield f"The critic: {self.params.n_critic} steps at the present outputs, to tell them from the targets"
        eta, rows = self.eta, slice(SHOWN)
        plain = self.pair.without.parts(0.0, rows)[0]
        R, D, _ = self.pair.adversarial.parts(self.params.strength, rows)
        yield self._show(eta * plain, eta * R, "Reaction: what the residual y − z alone does to each filter, η R")
        yield self._show(0 * plain, eta * D, "Diffusion: what the critic's slope does to each filter, η D")
        self._part = None
        for training in self.pair.trainings:
            training.move(self.params.strength, eta)
        self._tick(1)
        yield f"Both are added: one step of the flow, η = {eta:.3g}"

    def _show(self, left: torch.Tensor, right: torch.Tensor, sentence: str) -> str:
        """Put a part of the step on the walls."""
        side = round(self.X.shape[1] ** 0.5)
        k = int(len(left) ** 0.5) ** 2
        images = [(part[:k] @ self.basis).cpu().numpy().reshape(k, side, side) for part in (left, right)]
        self._part, _ = views.two_walls(images)
        return sentence

    def advance(self, steps: int) -> None:
        """So many full steps of every training."""
        self._part = None
        while steps > 0:
            batch = min(steps, EVERY - self.steps % EVERY)
            self.pair.advance(batch, self.params, self.eta, self.cores)
            self._tick(batch)
            steps -= batch

    def step(self) -> None:
        """One full step."""
        self.advance(1)

    def set(self, params: PatternParams) -> None:
        """Live parameters have changed; another reaction starts at once."""
        if params.chemistry != self.params.chemistry:
            self.bridge = Bridge(params.chemistry, self.seed, self.device)
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
        pair, record, params = self.pair, self.record, self.params
        decompose = partial(views.decomposition, pair, params.strength)
        (split, numbers), picture = pair.at_once(decompose, self.glance, self.cores)
        past, heat = self._past()
        moved = [training.displacement(slice(1))[0] for training in pair.trainings]
        neighbours, near_far = views.neighbours(moved, record.grid)
        arrays = {"neighbours": neighbours, **past, **views.spectra(record), **split}
        words = {"assumptions": assumptions(params, *self.eigenvalues)}
        ranges = {"neighbours": near_far, "heat": heat}
        return picture | Frame(arrays, self._metrics(moved) | numbers, words, ranges)

    def glance(self) -> Frame:
        """Walls and chemistry."""
        keep_to_one_core()
        x = self.X[self.params.chosen % len(self.X)].astype(np.float32)
        arrays, ranges = {}, {}
        arrays["wall"], ranges["wall"] = views.two_walls(views.filters(self.pair, self.basis, self.params.show, x))
        arrays["chemistry"], ranges["chemistry"] = self._chemistry()
        side, top = round(x.size**0.5), float(np.abs(x).max())
        arrays["input"], ranges["input"] = x.reshape(side, side), (-top, top)
        if self._part is not None:
            top = max(float(np.abs(self._part).max()), 1e-12)
            arrays["part"], ranges["part"] = self._part, (-top, top)
        return Frame(arrays, ranges=ranges)

    def scene(self) -> Frame:
        """The wavenumbers of both spectra."""
        k = {"filter_k": self.record.of_filter.k, "grid_k": self.record.of_grid.k}
        return Frame({name: array.astype(np.float32) for name, array in k.items()})

    def _past(self) -> tuple[dict[str, np.ndarray], tuple[float, float]]:
        """What is drawn of the moments kept, worked out once for each that comes, and the range of its map."""
        timeline = self.record.timeline
        key = (timeline.count, timeline.stride)
        if key != self._past_key:
            heat, self._past_range = views.heat(self.record)
            self._past_arrays = {"heat": heat, **views.distances(self.record), **views.trails(self.record)}
            for array in self._past_arrays.values():
                array.setflags(write=False)  # several frames may hold it
            self._past_key = key
        return self._past_arrays, self._past_range

    def _chemistry(self) -> tuple[np.ndarray, tuple[float, float]]:
        without, together = self.bridge.fields()
        low, high = self.bridge.limits
        picture = views.beside(without, together, low, gap=6)
        return picture, (min(low, float(together.min())), max(high, float(together.max())))

    def _metrics(self, displacements: list[np.ndarray]) -> dict[str, float]:
        metrics = {"time": self.time, "eta": self.eta}
        for name, training, moved in zip(views.TRAININGS, self.pair.trainings, displacements, strict=True):
            metrics |= {
                f"residual_{name}": float(training.residual()[0]),
                f"distance_{name}": float(np.linalg.norm(moved)),
                f"farthest_{name}": float(moved.max()),
                f"spread_{name}": spread(moved),
                f"participation_{name}": participation(moved),
                f"entropy_{name}": entropy(moved),
            }
        ratio = metrics["spread_with"] / metrics["spread_without"] if metrics["spread_without"] > 0 else float("nan")
        return metrics | {"spread_ratio": ratio} | self._theory_metrics(metrics["residual_with"])

    def _theory_metrics(self, residual: float) -> dict[str, float]:
        measured = self.record.least_eigenvalues or [NOT_AVAILABLE] * 2
        least = dict(zip(("kernel_without", "kernel_with"), measured, strict=True))
        return predictions(self.theory(), self.time, self.params.epsilon) | least | {"psi": residual**2}

    def theory(self) -> Theory:
        """The bounds, for the strongest adversary there has been."""
        params, least_most = self.params, self.eigenvalues
        strongest = self.strongest if self.steps else {"strength": params.strength, "norm": params.norm}
        strength, norm = strongest["strength"], strongest["norm"]
        return Theory(*least_most, params.n, params.width, self.start, norm, params.delta, strength)

    def state_dict(self) -> State:
        """Weights, critics, clocks, chemistry and the past."""
        return {
            "seed": self.seed,
            "trainings": [training.state_dict() for training in self.pair.trainings],
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
        for training, saved in zip(self.pair.trainings, state["trainings"], strict=True):
            training.load_state_dict(saved)
        if state["bridge"]["name"] != self.bridge.model.name:
            self.bridge = Bridge(str(state["bridge"]["name"]), self.seed, self.device)
        self.bridge.load_state_dict(state["bridge"])
        self.record.load_state_dict(state["record"])
        self._past_key = (0, 0)
        self.steps, self.time = int(state["steps"]), float(state["time"])
        self.strongest = {name: float(value) for name, value in state["strongest"].items()}
        self._part = None

    def diverged(self) -> str | None:
        """Which weights are no longer finite."""
        return next((name for training in self.pair.trainings if (name := training.not_finite())), None)
