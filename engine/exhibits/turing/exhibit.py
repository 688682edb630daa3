"""Turing patterns: two morphogens react and diffuse, and a uniform state breaks into spots, stripes or waves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Cost, Exhibit, Frame, Poke, Pose, State, Subject
from engine.exhibits.turing import start
from engine.exhibits.turing.cards import CARDS
from engine.exhibits.turing.clock import Clock
from engine.exhibits.turing.euler import laplacian
from engine.exhibits.turing.grid import SMALLEST_ON_CUDA, Step, make_grid, neighbours
from engine.exhibits.turing.kymograph import EVERY, Kymograph
from engine.exhibits.turing.models import PLANAR, RINGS
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.parameter_map import map_key, stability_map
from engine.exhibits.turing.params import TuringParams, diffusion_number, model_of
from engine.exhibits.turing.prediction import Prediction, predict, second_state, uniform_state
from engine.exhibits.turing.references import REFERENCES
from engine.exhibits.turing.show import scene_of
from engine.kit.spectrum import Spectrum

NOT_AVAILABLE = float("nan")
WIDEST = max(int(size) for size in TuringParams.knobs()["size"].choices)
"""Cells along each side of the largest square."""
FIXED_BYTES, BYTES_PER_CELL = 8 << 20, 56


class Paint(Poke):
    """A stroke of the brush on the field, which is (height, width) cells; a ring is one row of cells.

    Args:
        x, y: where the pointer is, in cells, from 0 to width and from 0, the field's lower edge, to height.
        x0, y0: where it was before, so that fast strokes have no gaps.
        radius: of the brush, in cells.
        what: which morphogen to add; ``erase`` goes back to the uniform state.
    """

    kind: Literal["paint"] = "paint"
    x: float = Field(ge=0, le=WIDEST)
    y: float = Field(ge=0, le=WIDEST)
    x0: float | None = Field(None, ge=0, le=WIDEST)
    y0: float | None = Field(None, ge=0, le=WIDEST)
    radius: float = Field(4.0, ge=0.5, le=64)
    what: Literal["activator", "inhibitor", "erase"] = "activator"


class Turing(Exhibit[TuringParams]):
    """Reaction and diffusion of two morphogens u, v on a square, or on Turing's ring of cells.

        u_t = f(u, v) + D_u Lap u        v_t = g(u, v) + D_v Lap v

    by explicit Euler steps and the five-point Laplacian on the unit lattice; f and g are those of the model chosen.
    """

    slug = "turing"
    title = "Turing patterns"
    summary = "Two substances react and spread at different speeds, and an even mixture breaks up into a pattern."
    question = "How does the leopard get its spots?"
    subject, place = Subject.PATTERNS, 1
    references = REFERENCES
    Params = TuringParams
    Poke = Paint
    cards = CARDS
    main = tuple(  # of whichever model there is
        dict.fromkeys(
            name for model in (*PLANAR.values(), *RINGS.values()) for name in (*model.plane, *model.diffusion)
        )
    )
    default_speed = 2400.0
    pose = Pose(6000)

    def __init__(self, params: TuringParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self.model = model_of(params)
        self.is_ring = params.model == RING
        wrap = params.boundary == "periodic"
        u, v = self._beginning(wrap)
        self.grid = make_grid(u, v, (False, True) if self.is_ring else (wrap, wrap), device, self._base())
        self.clock = Clock(self.model.time_step(params))
        rest = np.full(u.shape[1], self._rest()[0])
        self.kymograph = Kymograph(rest) if self.is_ring or params.through_time else None
        self.spectrum = Spectrum(*u.shape)
        self.prediction: Prediction = predict(params)
        self._map_key: tuple[object, ...] = ()
        self._map: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        self._phase = ""
        self._part: np.ndarray | None = None

    def _beginning(self, wrap: bool) -> tuple[np.ndarray, np.ndarray]:
        params, rng = self.params, np.random.default_rng(self.seed)
        ground, dose = uniform_state(self.model, params), self.model.dose
        if self.is_ring:
            return start.initial_ring(ground, dose["activator"], params.ring_cells, rng)
        other = second_state(self.model, params)
        palette = start.Palette(ground, self._rest(), other, dose["activator"], dose["inhibitor"], self.model.odd)
        return start.initial(params.start, palette, int(params.size), params.word, wrap, rng)

    def _rest(self) -> tuple[float, float]:
        u, v = self.model.rest(*self.model.constants(self.params))
        return float(u), float(v)

    def _base(self) -> tuple[float, float]:
        """What the fields are counted from: the uniform state they start about."""
        return uniform_state(self.model, self.params)

    def _step(self) -> Step:
        model, params = self.model, self.params
        D, dt = model.diffusivities(params), model.time_step(params)
        return Step(model.reaction, model.constants(params), D, dt, model.floor)

    def phases(self) -> Iterator[str]:
        """One Euler step, showing its two parts before they are added."""
        step, name = self._step(), self.model.activator
        activator = "uv".index(name)
        fields, deviations = self.grid.fields(), self.grid.deviations()
        reaction = step.dt * np.asarray(step.reaction(*fields, *step.constants)[activator])
        yield self._show(reaction, f"Reaction: {name} changes in each cell by itself, by dt {'fg'[activator]}(u, v)")
        lap = laplacian(deviations[activator], *neighbours(deviations[activator], self.grid.wrap))
        spread = step.dt * step.D[activator] * lap
        yield self._show(spread, f"Diffusion: {name} flows between neighbours, by dt × diffusivity × Laplacian")
        self.advance(1)
        self._phase = f"Both are added: one Euler step of dt = {step.dt:g}"
        yield self._phase

    def _show(self, part: np.ndarray, sentence: str) -> str:
        self._part = part.astype(np.float32)
        size = float(np.abs(part).max())
        self._phase = f"{sentence}, at most {size:.2g}"
        return self._phase

    def step(self) -> None:
        """One Euler step."""
        self.advance(1)

    def advance(self, steps: int) -> None:
        """So many Euler steps in compiled code."""
        self._phase, self._part = "", None
        step = self._step()
        while steps > 0:
            batch = min(steps, EVERY - self.clock.steps % EVERY) if self.kymograph else steps
            self.grid.advance(batch, step, self.cores)
            self.clock.tick(batch)
            steps -= batch
            if self.kymograph and self.clock.steps % EVERY == 0:
                self.kymograph.record(self.grid.middle_row())

    def frame(self) -> Frame:
        """Both fields, their spectrum and what is measured of them."""
        u, v = self.grid.fields()
        deviation = self.grid.deviations()[0]
        power = self.spectrum.power(deviation)
        mean_u, contrast = float(u.mean()), float(deviation.std())
        skewness = self._skewness()
        uniform = not contrast > 1e-6 * max(1.0, abs(mean_u))
        measured = NOT_AVAILABLE if uniform else self.spectrum.wavelength(power)
        predicted = self.prediction.wavelength
        arrays = {"u": u, "v": v, "spectrum_k": self.spectrum.k.astype(np.float32), "spectrum_power": power}
        ranges = {"u": self._range(0, u), "v": self._range(1, v)}
        self._add_extras(arrays, ranges)
        metrics = {
            "time": self.clock.time,
            "mean_u": mean_u,
            "mean_v": float(v.mean()),
            "contrast": contrast,
            "skewness": NOT_AVAILABLE if uniform else skewness,
            "measured_wavelength": measured,
            "predicted_wavelength": predicted,
            "wavelength_ratio": measured / predicted,
            "swing": self.kymograph.swing() if self.kymograph else NOT_AVAILABLE,
            "diffusion_number": diffusion_number(self.params),
        }
        return Frame(
            arrays,
            metrics,
            {
                "theory": self.prediction.sentence,
                "facts": self.prediction.facts,
                "competition": self.prediction.competition.sentence,
                "phase": self._phase,
            },
            ranges,
        )

    def _skewness(self) -> float:
        """E (w - E w)^3 / std^3 of the activator w: .82 of three equal waves that add up to spots, 0 of one wave."""
        with np.errstate(all="ignore"):
            w = self.grid.deviations()["uv".index(self.model.activator)].astype(float)
            w -= w.mean()
            square = w * w
            return float((square * w).mean() / square.mean() ** 1.5)  # w**3 would call pow for every cell

    def _add_extras(self, arrays: dict[str, np.ndarray], ranges: dict[str, tuple[float, float]]) -> None:
        """A row's history, and in slow motion the part of the step being looked at."""
        if self.is_ring:
            arrays["u"], arrays["v"] = arrays["u"][0], arrays["v"][0]  # (cells,)
        if self.kymograph:
            arrays["kymograph"] = self.kymograph.rows.copy()
            ranges["kymograph"] = self._range(0, self.kymograph.rows)
        if self._part is not None:
            size = max(float(np.abs(self._part).max()), 1e-12)
            arrays["part"] = self._part[0] if self.is_ring else self._part
            ranges["part"] = (-size, size)

    def _range(self, which: int, field: np.ndarray) -> tuple[float, float]:
        """Colour scale of u (0) or v (1): fixed about the uniform state, wider where the field needs it."""
        rest = self._rest()[which]
        low, high = rest - self.model.below[which], rest + self.model.above[which]
        least, most = float(field.min()), float(field.max())
        if np.isfinite(least) and np.isfinite(most):
            return min(low, least), max(high, most)
        return low, high

    def scene(self) -> Frame:
        """The theory: growth of every wave, and the map of the parameter plane."""
        key = map_key(self.model, self.params)
        if self._map is None or key != self._map_key:
            self._map, self._map_key = stability_map(self.model, self.params), key
        return scene_of(self.params, self.model, self.prediction, self._map)

    def set(self, params: TuringParams) -> None:
        """Kinetics, diffusivities or the time step have changed."""
        before, self.params = self._theory_inputs(), params
        self.clock.change(self.model.time_step(params))
        if self._theory_inputs() != before:
            self.prediction = predict(params)
            self.grid.rebase(self._base())
            self.scene_version += 1

    def _theory_inputs(self) -> tuple[float, ...]:
        return (*self.model.constants(self.params), *self.model.diffusivities(self.params))

    def poke(self, event: Paint) -> None:
        """Paint: move the cells under the brush towards the uniform state plus a dose."""
        fields = self.grid.deviations()
        begin = (event.x if event.x0 is None else event.x0, event.y if event.y0 is None else event.y0)
        mask = np.zeros(fields[0].shape)
        start.dab(mask[::-1], begin, (event.x, event.y), event.radius, wrap=self.grid.wrap)  # row 0 is the top row
        dose = (0.0, 0.0) if event.what == "erase" else self.model.dose[event.what]
        for field, rest, change, base in zip(fields, self._rest(), dose, self.grid.base, strict=True):
            field += (mask * (rest + change - base - field)).astype(np.float32)
        self.grid.store_deviations(*fields)

    def state_dict(self) -> State:
        """Fields, clock and a row's history."""
        return {
            "base": list(self.grid.base),
            "deviations": list(self.grid.deviations()),
            "clock": self.clock.state_dict(),
            "kymograph": None if self.kymograph is None else self.kymograph.rows,
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``.

        Raises:
            ValueError: it was saved when fields were not yet kept as deviations, or its grid is another.
        """
        if "deviations" not in state:
            raise ValueError("this state was saved by an earlier version, which kept the fields otherwise: start anew")
        shape = self.grid.deviations()[0].shape
        if any(np.shape(field) != shape for field in state["deviations"]):
            raise ValueError(f"this state is of a grid of {np.shape(state['deviations'][0])} cells, not of {shape}")
        u, v = state["base"]
        self.grid.base = (float(u), float(v))
        self.grid.store_deviations(*state["deviations"])
        self.clock.load_state_dict(state["clock"])
        if self.kymograph:
            self.kymograph.rows = np.array(state["kymograph"], np.float32)
        self._phase, self._part = "", None

    @classmethod
    def device_for(cls, params: TuringParams, available: Collection[str]) -> str:
        """Where a run should live: on CUDA if there is one and the square is large; a ring always on the CPU."""
        large = params.model != RING and int(params.size) ** 2 >= SMALLEST_ON_CUDA
        return "cuda" if large and "cuda" in available else "cpu"

    @classmethod
    def cost_of(cls, params: TuringParams) -> Cost:
        """Both substances, before and after a step, for the eye, for the spectrum and in a copied state."""
        return Cost(FIXED_BYTES + BYTES_PER_CELL * int(params.size) ** 2)

    @classmethod
    def warm_up(cls) -> None:
        """Compile every reaction's loop, for one core and for several; the first model first."""
        for model in cls.Params.knobs()["model"].choices:
            for reaction in ("linear", "nonlinear") if model == RING else ("nonlinear",):
                params = TuringParams.model_validate({"model": model, "ring_reaction": reaction})
                for cores in (1, 2):
                    exhibit = cls(params, seed=0)
                    exhibit.cores = cores
                    exhibit.advance(1)
                exhibit.frame()

    def diverged(self) -> str | None:
        """``u`` or ``v`` once it is no longer finite."""
        return self.grid.not_finite()
