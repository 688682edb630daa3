"""How fast a plane of losses is beside the loss-landscapes package, and what watching the landscape costs.

``python -m bench.landscape``

The peers are the package's algorithm written plainly (for every place of the grid the model's weights are moved there,
and the model is evaluated on the data) and, where it is installed (``pip install loss-landscapes``), the
package itself.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch.nn import functional

from bench.measure import table
from bench.one_core import Alone, opening
from bench.viewers import watched
from engine.exhibits.landscape import Landscape
from engine.exhibits.landscape.judge import Judge
from engine.exhibits.landscape.networks import Network, Spec, build
from engine.exhibits.landscape.planes import Plane, random_plane
from engine.exhibits.landscape.survey import CELLS
from engine.exhibits.landscape.tasks import Task, task
from engine.kit.device import generator

WIDTH = 128
TURNS, STEPS, ROUNDS = 3, 300, 6
WATCHED_S = 5.0
LARGEST: dict[str, object] = {"network": "deep", "depth": 32, "width": 128}
SETTINGS: dict[str, dict[str, object]] = {
    "two layers on the digits": {}, "racing optimisers": {"study": "race"}, "convolutions": {"network": "cnn"},
    "twenty layers": {"network": "deep", "depth": 20, "width": 32}, "thirty-two layers of 128": LARGEST,
    "the same with batch norm": LARGEST | {"norm": True},
    "the same on the plane of curvature": LARGEST | {"plane": "curvature"},
    "two of them, connected": LARGEST | {"study": "connect"},
}  # fmt: skip


def everything() -> Task:
    """All 1,797 digits to train on, as the peer looks at them."""
    found = task("digits", samples=1437, wrong=0.0, rng=np.random.default_rng(0))
    return Task(found.x, found.y, found.true, len(found.x), found.classes)


def ours(judge: Judge, plane: Plane) -> Callable[[], np.ndarray]:
    """The plane as the exhibit computes it."""
    side = np.linspace(-1, 1, CELLS)

    def run() -> np.ndarray:
        worth = judge.on(plane)
        return np.array([[worth(a, b)[0] for a in side] for b in side])

    return run


def plain(network: Network, plane: Plane, data: Task) -> Callable[[], np.ndarray]:
    """The plane as loss-landscapes computes it: parameter by parameter a step along a row, then the whole model."""
    sizes = [shape.numel() for shape in network.shapes]
    us, vs = (
        [part.view(shape) for part, shape in zip(way.split(sizes), network.shapes, strict=True)]
        for way in (plane.u, plane.v)
    )
    step = 2 / (CELLS - 1)

    @torch.no_grad()
    def run() -> np.ndarray:
        network.flat.copy_(plane.at(-1, -1))
        losses = np.empty((CELLS, CELLS))
        for row in range(CELLS):
            way = 1 if row % 2 == 0 else -1
            for column in range(CELLS):
                place = column if way == 1 else CELLS - 1 - column
                losses[row, place] = functional.cross_entropy(network(data.x), data.y).item()
                if column < CELLS - 1:
                    for weight, u in zip(network.weights, us, strict=True):
                        weight.add_(u, alpha=way * step)
            for weight, v in zip(network.weights, vs, strict=True):
                weight.add_(v, alpha=step)
        return losses

    return run


def package(network: Network, data: Task) -> dict[str, Callable[[], np.ndarray]]:
    """The package itself, along random directions of its own; nothing where it is not installed."""
    if importlib.util.find_spec("loss_landscapes") is None:
        return {}
    peer = importlib.import_module("loss_landscapes")  # by name: nobody needs it who does not compare with it
    metric = importlib.import_module("loss_landscapes.metrics").Loss(functional.cross_entropy, data.x, data.y)
    # its own filter normalisation divides by biases of 0
    run = partial(peer.random_plane, network, metric, 2, CELLS, "model", deepcopy_model=True)
    return {"the loss-landscapes package": lambda: np.asarray(run())}


def batched(judge: Judge, plane: Plane) -> Callable[[], np.ndarray]:
    """The plane as many weight vectors in one batch."""
    side = np.linspace(-1, 1, CELLS)

    def run() -> np.ndarray:
        rows = [torch.stack([plane.at(a, b) for a in side]) for b in side]
        return np.array([judge.many(row)[0].numpy() for row in rows])

    return run


def planes() -> None:
    """A whole plane, in seconds; the ways take turns."""
    data, spec = everything(), Spec("two-layer", 64, 10, width=WIDTH)
    network, judge = build(spec, generator(0, "cpu")), Judge(build(spec, generator(1, "cpu")), data, "cross-entropy")
    around = torch.randn(2, len(network.flat), generator=generator(2, "cpu"))
    plane = random_plane(network.flat, network.shapes, around, 1.0)
    ways = {"ours": ours(judge, plane), "as loss-landscapes does": plain(network, plane, data),
            "in batches (torch.func)": batched(judge, plane), **package(network, data)}  # fmt: skip
    took: dict[str, list[float]] = {name: [] for name in ways}
    results: dict[str, np.ndarray] = {}
    for turn in range(TURNS):
        for name, way in ways.items():
            began = time.process_time()
            results[name] = way()
            took[name].append(time.process_time() - began)
            print(f"  turn {turn + 1} of {TURNS}: {name}, {took[name][-1]:.2f} s of CPU", flush=True)
    results.pop("the loss-landscapes package", None)  # of another plane
    for name, losses in results.items():
        np.testing.assert_allclose(losses, results["ours"], rtol=2e-4, err_msg=name)
    rows: dict[str, object] = {f"{name}, s of CPU": float(np.median(each)) for name, each in took.items()}
    for name in list(took)[1:]:
        rows[f"ours / {name}, speed"] = float(np.median(took[name]) / np.median(took["ours"]))
    table(f"a {CELLS} x {CELLS} plane of 64-{WIDTH}-10 on 1,797 digits", rows)


def steps(title: str, **values: object) -> None:
    """How long a step takes with and without the landscape, of the process's own time; the longest stalls a frame."""
    began = time.process_time()
    exhibit = Landscape(Landscape.Params(**values), seed=0)
    exhibit.frame()
    rows: dict[str, object] = {"built, with the first coarse landscape, s": time.process_time() - began}
    bare = Landscape(Landscape.Params(**values), seed=0)
    bare.land.advance = lambda held: None  # type: ignore[method-assign]
    bare._feel_curvature = lambda: 0.0  # type: ignore[method-assign]
    spent, without = [[_one(each) for _ in range(STEPS)] for each in (exhibit, bare)]
    rows["a step with the landscape, ms, median"] = 1000 * float(np.median(spent))
    rows["the same, the longest of a hundred"] = 1000 * float(np.quantile(spent, 0.99))
    rows["the same, the longest of all"] = 1000 * float(np.max(spent))
    rows["a step without, ms, median"] = 1000 * float(np.median(without))
    table(title, rows)


def alone(title: str, **values: object) -> None:
    """How soon a coarse landscape is in a frame, and how many frames there are while the landscape is refined."""
    opening(Landscape, Landscape.Params(), rounds=1)  # the first of a process imports much
    run = Alone(Landscape, Landscape.Params(**values))
    rows: dict[str, object] = {"from the building to the first frame with a coarse landscape, s": run.first()}
    frames, longest, steps = run.watch(WATCHED_S)
    rows |= {"frames/s while it is refined": frames, "the longest wait for a frame, ms": 1000 * longest}
    rows |= {"steps/s": steps}
    if values.get("study") != "connect":
        rows["from a change of plane to its coarse landscape in a frame, s"] = run.frame_after(plane="random")
    table(f"{title}, on a core of its own", rows)


def main() -> None:
    """Print the tables, each as soon as it is known."""
    torch.set_num_threads(1)
    planes()
    for title, values in SETTINGS.items():
        alone(title, **values)
    for title in ("two layers on the digits", "twenty layers", "thirty-two layers of 128"):
        steps(title, **SETTINGS[title])
    for study in ("train", "race"):
        params = Landscape.Params(study=study)
        seen = watched(Landscape, 1, frames_per_s=30, params=params, rounds=ROUNDS)
        table(f"watched at 30 frames/s: {study}", dict(seen))


def _one(exhibit: Landscape) -> float:
    began = time.process_time()
    exhibit.step()
    return time.process_time() - began


if __name__ == "__main__":
    main()
