"""From the model to what the page shows of it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from engine.exhibit import Frame
from engine.exhibits.latent.hand import Hand
from engine.exhibits.latent.instruments import Instruments
from engine.exhibits.latent.prior import Prior
from engine.exhibits.latent.training import Trainer
from engine.kit.device import generator

TELLING = 0.5  # nats about a factor from which a number of the code is called by it
CLOUDS = 50  # posteriors whose ellipses are drawn
WALK = 12  # stops on the way from one example to another
ON_WALL = 10
STOPS = 9  # values along a traversal
SAMPLES = 40
LARGEST = 16  # pixels along the side of a tile of the grid
TILE = 0.24  # width of a picture in the plane, as a share of its half side
ROWS = 1.5  # half sides over which the rows of classes are spread, where a code is one number

Arrays = dict[str, np.ndarray]


class Show:
    """Looks at the model as it is now, on the plane of the last look.

    Args:
        trainer, instruments, hand: what is shown. seed: of the samples.
    """

    def __init__(self, trainer: Trainer, instruments: Instruments, hand: Hand, seed: int) -> None:
        self.trainer, self.instruments, self.hand = trainer, instruments, hand
        self.data, self.k = trainer.data, trainer.params.k
        rng = generator(seed + 1, "cpu")
        self.epsilon = torch.randn(SAMPLES, self.k, generator=rng, device="cpu")
        self.spoiling = seed + 2
        self.cloudy = torch.arange(0, len(self.data.x), max(1, len(self.data.x) // CLOUDS), device="cpu")[:CLOUDS]
        held = self.data.held_out.nonzero()[:, 0]
        labels = self.data.labels[held]
        each = [held[labels == label][:ON_WALL] for label in labels.unique()]
        turns = max(1, -(-ON_WALL // len(each)))
        self.on_wall = torch.cat([rows[:turns] for rows in each])[:ON_WALL]  # of the held-out, from all classes

    # ---- the latent plane ------------------------------------------------------------------------------------

    @torch.no_grad()
    def plane(self) -> Frame:
        """Codes, posteriors, the prior, the finger and the walk, in the units of the latent plane.

        Shapes:
            codes: (N, 2). cloud_mean: (50, 2) and cloud_cov: (50, 2, 2), of a variational model. prior_mean: (1, 2),
            prior_cov: (1, 2, 2). finger: (1, 2). ends: (2, 2) and way: (1, 4), or none of them before somebody walks.
            mine: (0 or 1, 2), what was drawn.
        """
        codes, log_var = self.trainer.model.encode(self.data.x)
        places = self.placed(codes, self.data.labels)
        prior, lens = self.instruments.prior, self.instruments.lens
        cov = lens.covariance(prior.cov)
        if self.k == 1:
            cov = cov + torch.tensor([[0.0, 0.0], [0.0, (40 * self.instruments.reach) ** 2]], device="cpu")
        ends = places[[self.hand.start, self.hand.end]][: 2 * self.hand.walking]
        arrays = {
            "codes": places,
            "prior_mean": lens.project(prior.mean[None]),
            "prior_cov": cov[None],
            "finger": self.hand.finger[None],
            "ends": ends,
            "way": ends.reshape(-1, 4),
            "mine": self._mine(),
        }
        if self.k == 3:
            arrays["cloud"] = codes / self.instruments.reach
        if log_var is not None:
            arrays |= {"cloud_mean": places[self.cloudy], "cloud_cov": self._clouds(log_var[self.cloudy])}
        reach = self.instruments.reach
        return Frame(_host(arrays), {"reach": reach, "tile": TILE * reach})

    def placed(self, codes: Tensor, labels: Tensor) -> Tensor:
        """Places (n, 2) of codes (n, k); where a code is one number, every class has a row of its own."""
        places = self.instruments.lens.project(codes)
        if self.k == 1:
            share = labels / max(self.data.classes - 1, 1) - 0.5
            places = torch.stack([places[:, 0], ROWS * self.instruments.reach * share], 1)
        return places

    def _clouds(self, log_var: Tensor) -> Tensor:
        """Covariances of posteriors on the plane, (n, 2, 2)."""
        cov = self.instruments.lens.covariance(torch.diag_embed(log_var.exp().clamp(max=1e12)))
        if self.k == 1:
            cov[:, 1, 1] = (0.02 * self.instruments.reach) ** 2
        return cov

    def _mine(self) -> Tensor:
        """Where what was drawn, or pointed at, lies: (1, 2), or (0, 2)."""
        own = self.own()
        if own is None:
            return torch.empty(0, 2, device="cpu")
        return self.instruments.lens.project(self.trainer.model.encode(own)[0])

    def own(self) -> Tensor | None:
        """The user's own example, (1, d), if there is one."""
        if self.data.images:
            return self.hand.drawing() if self.hand.drawn else None
        return self.hand.point[None] if self.hand.pointed else None

    # ---- what the decoder makes of codes ------------------------------------------------------------------------

    @torch.no_grad()
    def output(self, z: Tensor) -> Tensor:
        """Examples (n, d) of codes (n, k)."""
        return self.trainer.likelihood.output(self.trainer.model.decode(z))

    @torch.no_grad()
    def decoded(self) -> Frame:
        """The decoder's view of the plane, and what it makes of the place under the finger.

        Shapes:
            Of images: manifold (225, h, w), rows from the top; touched (1, h, w) at touched_at (1, 2).
            Of points: lattice (15, 15, 2), or (1, 225, 2) of a single number; touched (1, 2); outputs (N, 2).
        """
        lens, finger = self.instruments.lens, self.hand.finger[None]
        grid = self.instruments.grid[1]
        made = self.output(torch.cat([grid, lens.lift(finger)]))
        if not self.data.images:
            shape = (1, len(grid)) if self.k == 1 else (15, 15)
            codes = self.trainer.model.encode(self.data.x)[0]
            arrays = {"lattice": made[:-1].reshape(*shape, 2), "touched": made[-1:], "outputs": self.output(codes)}
            return Frame(_host(arrays))
        arrays = {
            "manifold": self._tiles(made[:-1]),
            "touched": self._pictures(made[-1:]),
            "touched_at": self.beside(finger),
        }
        return Frame(_host(arrays), ranges={"manifold": (0, 1), "touched": (0, 1)})

    def beside(self, places: Tensor) -> Tensor:
        """Where a picture stands that belongs to places (n, 2): above, or below near the upper edge."""
        reach = self.instruments.reach
        up = torch.where(places[:, 1] > 0.6 * reach, -1.0, 1.0)
        x = places[:, 0].clamp(-0.88 * reach, 0.88 * reach)
        return torch.stack([x, places[:, 1] + up * (0.6 * TILE + 0.03) * reach], 1)

    def _pictures(self, x: Tensor) -> Tensor:
        """Images (n, h, w), kept between 0 and 1."""
        return x.clamp(0, 1).unflatten(1, self.data.shape)

    def _tiles(self, x: Tensor) -> Tensor:
        """As :meth:`_pictures`; large ones at half their size, for hundreds of them are sent thirty times a second."""
        pictures = self._pictures(x)
        return pictures if len(pictures[0]) <= LARGEST else avg_pool2d(pictures[None], 2)[0]

    @torch.no_grad()
    def closer(self) -> Frame:
        """Wall, walks, traversals and samples; of points only the walks.

        Shapes:
            Of images: wall (20 or 30, h, w), in rows of ten: examples, what the encoder saw, what came out;
            walk_latent, walk_pixel (12, h, w); traversals (9 k, h, w); from_prior, from_fitted (40, h, w);
            drawing (32, 32), and mine_seen (3, h, w): what is seen of it, what comes out, and the nearest example.
            Of points: walk_latent, walk_pixel (1, 12, 2), or none before somebody walks.
        """
        ends = self.data.x[[self.hand.start, self.hand.end]]
        share = torch.linspace(0, 1, WALK, device="cpu")[:, None]
        codes = self.trainer.model.encode(ends)[0]
        latent = self.output(codes[:1] + share * (codes[1:] - codes[:1]))  # (12, d)
        pixel = ends[:1] + share * (ends[1:] - ends[:1])
        if not self.data.images:
            ways = {"walk_latent": latent[None], "walk_pixel": pixel[None]}
            return Frame(_host({name: way[: int(self.hand.walking)] for name, way in ways.items()}))
        fitted = Prior.fitted(self.trainer.model.encode(self.data.x[::3])[0])
        arrays = {
            "wall": self._wall(),
            "walk_latent": self._pictures(latent),
            "walk_pixel": self._pictures(pixel),
            "traversals": self._pictures(self.output(self._traversed(codes[:1]))),
            "from_prior": self._pictures(self.output(self.epsilon)),
            "from_fitted": self._pictures(self.output(fitted.draws(self.epsilon))),
            "drawing": torch.from_numpy(self.hand.pad.copy()),
            "mine_seen": self._seen(),
        }
        return Frame(_host(arrays), ranges=dict.fromkeys(arrays, (0.0, 1.0)))

    def _wall(self) -> Tensor:
        x = self.data.x[self.on_wall]
        seen = self.trainer.spoilt(x, generator(self.spoiling, "cpu"))
        rows = [x, self.output(self.trainer.model.encode(seen)[0])]
        if self.trainer.params.model == "denoising":
            rows.insert(1, seen)
        return self._pictures(torch.cat(rows))

    def _traversed(self, code: Tensor) -> Tensor:
        """Codes (9 k, k): one number at a time goes through the prior's quantiles .05 to .95, the rest is ``code``."""
        prior = self.instruments.prior
        steps = torch.linspace(-1.645, 1.645, STOPS, device="cpu")
        values = prior.mean[:, None] + prior.cov.diagonal().clamp(min=0).sqrt()[:, None] * steps  # (k, 9)
        z = code.repeat(self.k, STOPS, 1)  # (k, 9, k)
        numbers = torch.arange(self.k, device="cpu")
        z[numbers, :, numbers] = values
        return z.flatten(0, 1)

    def _seen(self) -> Tensor:
        """What the encoder sees of the drawing, what comes out, and the example whose code is nearest; (3, h, w)."""
        own = self.own()
        if own is None:
            return torch.zeros(3, *self.data.shape, device="cpu")
        code = self.trainer.model.encode(own)[0]
        x = self.instruments.train[0]
        nearest = x[torch.cdist(code, self.trainer.model.encode(x)[0]).argmin()]
        return self._pictures(torch.cat([own, self.output(code), nearest[None]]))

    def units(self) -> Frame:
        """What each number of the code is worth: (k,), and in words, with the factor of the shapes that it tells most
        about.
        """
        worth = self.instruments.kl_units
        names = [f"z{i + 1}" for i in range(self.k)]
        if self.data.factors is not None:
            best = self.instruments.information().max(1)
            names = [
                f"{name} {self.data.names[int(which)]}" if float(much) > TELLING else name
                for name, which, much in zip(names, best.indices, best.values, strict=True)
            ]
        arrays = {"units": worth.numpy().copy(), "numbers": np.arange(1, self.k + 1)}
        return Frame(arrays, {}, {"units": ",".join(names)})

    # ---- slow motion ---------------------------------------------------------------------------------------------

    @torch.no_grad()
    def example(self) -> Frame:
        """In slow motion: how far the first example of the batch has come.

        Shapes:
            one_mean, one_at: (1, 2), its code's mean and the draw from it; one_cov: (1, 2, 2). one_noise: (1, 4), from
            mean to draw. one_downhill: (1, 2), which way the loss falls. one_in, one_out: (1, h, w) at (1, 2).
        """
        batch, lens = self.trainer.batch, self.instruments.lens
        if batch is None or batch.mu is None or batch.z is None:
            return Frame()
        mean = lens.project(batch.mu[:1])
        arrays = {"one_mean": mean, "one_at": lens.project(batch.z[:1])}
        if batch.log_var is not None:
            arrays["one_cov"] = self._clouds(batch.log_var[:1])
        arrays["one_noise"] = torch.cat([mean, arrays["one_at"]], 1)
        if batch.downhill is not None:
            way = batch.downhill[:1] @ lens.basis
            arrays["one_downhill"] = way / way.norm().clamp(min=1e-9) * 0.6
        ranges: dict[str, tuple[float, float]] = {}
        if self.data.images:
            arrays |= {"one_in": self._pictures(batch.seen[:1]), "one_in_at": self._corner(-1)}
            if batch.y is not None:
                arrays |= {"one_out": self._pictures(batch.y[:1]), "one_out_at": self._corner(1)}
            ranges = {name: (0.0, 1.0) for name in arrays if name in ("one_in", "one_out")}
        return Frame(_host(arrays), ranges=ranges)

    def _corner(self, side: int) -> Tensor:
        """Where the example, and what comes out of it, stand in the picture: below, on either side."""
        reach = self.instruments.reach
        return torch.tensor([[side * 0.8 * reach, -0.8 * reach]], device="cpu")


def _host(arrays: dict[str, Tensor]) -> Arrays:
    return {name: np.array(each.detach().numpy(), np.float32) for name, each in arrays.items()}
