"""What the geometry of completion costs: Chamfer distance beside a dense one, and drawing shapes beside Open3D.

``python -m bench.completion``
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from bench.measure import rates, table
from engine.exhibits.completion.baselines import Nearest
from engine.exhibits.completion.distances import chamfer, emd, farthest
from engine.exhibits.completion.families import FAMILIES, Mesh, make
from engine.exhibits.completion.partial import CAMERA_DISTANCE, Erasure, erase, unhidden
from engine.exhibits.completion.sampling import dataset, sample
from engine.kit.device import generator
from engine.kit.open3d import load

BATCH, POINTS = 32, 2048
Distances = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def dense(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The peer: all distances at once, and the least of each row and column."""
    apart = torch.cdist(a, b)
    return apart.min(2).values.square(), apart.min(1).values.square()


def by_trees(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Another peer: SciPy's k-d trees find the nearest, the gradient goes through them alone."""
    index = [[], []]  # type: ignore[var-annotated]
    for one, other in zip(a.detach().numpy(), b.detach().numpy(), strict=True):
        for found, (asked, held) in zip(index, ((one, other), (other, one)), strict=True):
            found.append(torch.from_numpy(cKDTree(held).query(asked)[1]))
    there, back = (torch.stack(each)[..., None].expand(-1, -1, 3) for each in index)
    return (a - b.gather(1, there)).square().sum(-1), (b - a.gather(1, back)).square().sum(-1)


def clouds() -> tuple[Tensor, Tensor]:
    """A batch of shapes, and beside them what a network in the middle of its training might give."""
    shapes = torch.from_numpy(dataset(tuple(FAMILIES)[:16], 2, POINTS, seed=0).points)
    return shapes, shapes + 0.05 * torch.randn(shapes.shape, generator=generator(0, "cpu"))


def once(distances: Distances, a: Tensor, b: Tensor) -> None:
    """Value and gradient."""
    moving = a.clone().requires_grad_()
    there, back = distances(moving, b)
    (there.mean() + back.mean()).backward()


PEERS: dict[str, Distances] = {"ours": chamfer, "dense cdist": dense, "k-d trees": by_trees}


def memory(name: str) -> float:
    """MB that one value and gradient take at most beyond what was there before, in a process of its own."""
    code = f"from bench.completion import peak; print(peak({name!r}))"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def peak(name: str) -> float:
    """The same in this process, as Linux counts it."""
    a, b = clouds()
    once(PEERS[name], a[:1, :64], b[:1, :64])
    before = _most()
    once(PEERS[name], a, b)
    return _most() - before


def _most() -> float:
    """MB that this process held at once so far."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def compared() -> None:
    """Chamfer distance of 32 pairs of 2,048 points, value and gradient."""
    (a, b), threads = clouds(), torch.get_num_threads()
    far = b[torch.arange(BATCH).roll(1)] + 0.5  # where a fresh network's points may lie
    for count in dict.fromkeys((1, threads)):
        torch.set_num_threads(count)
        for where, other in (("near", b), ("far", far)):
            found = rates({name: _turns(peer, a, other) for name, peer in PEERS.items()}, rounds=3)
            rows: dict[str, object] = {f"{name}, ms": 1000 / rate for name, rate in found.items()}
            rows["times as fast as dense"] = found["ours"] / found["dense cdist"]
            table(f"Chamfer distance {BATCH} x {POINTS}², the clouds {where}, {count} threads of torch", rows)
    table("Memory beyond the clouds, MB", {name: memory(name) for name in PEERS})


def _turns(peer: Distances, a: Tensor, b: Tensor) -> Callable[[int], None]:
    def run(count: int) -> None:
        for _ in range(count):
            once(peer, a, b)

    return run


def drawing() -> None:
    """Shapes and clouds from them, and partial views."""
    open3d = load()
    rng = np.random.default_rng(0)
    meshes = [make(name, rng) for name in FAMILIES]
    theirs = [_peer(open3d, mesh) for mesh in meshes]
    cloud = sample(meshes[0], POINTS, rng)[0]
    camera = CAMERA_DISTANCE * np.array([0.48, 0.6, 0.64])
    batch = np.stack([sample(mesh, POINTS, rng)[0] for mesh in meshes])
    point_cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(cloud.astype(float)))
    tasks: dict[str, tuple[int, Callable[[], object]]] = {
        "a mesh": (len(FAMILIES), lambda: [make(name, rng) for name in FAMILIES]),
        f"{POINTS} points of a mesh": (len(meshes), lambda: [sample(mesh, POINTS, rng) for mesh in meshes]),
        "the same by Open3D": (len(meshes), lambda: [each.sample_points_uniformly(POINTS) for each in theirs]),
        "hidden point removal": (1, lambda: unhidden(cloud, camera)),
        "and by Open3D": (1, lambda: point_cloud.hidden_point_removal(camera, 350.0)),
        "a partial view": (len(batch), lambda: erase(batch, Erasure("camera"), rng, 1024)),
    }
    table("Milliseconds for one", {name: _ms(share, task) for name, (share, task) in tasks.items()})


def _peer(open3d: object, mesh: Mesh) -> object:
    vertices, triangles = mesh.vertices.astype(float), mesh.triangles
    utility, geometry = open3d.utility, open3d.geometry  # type: ignore[attr-defined]
    return geometry.TriangleMesh(utility.Vector3dVector(vertices), utility.Vector3iVector(triangles))


def _ms(share: int, task: Callable[[], object]) -> float:
    def run(count: int) -> None:
        for _ in range(count):
            task()

    return 1000 / rates({"it": run}, rounds=3)["it"] / share


def measuring() -> None:
    """The instruments."""
    a, b = clouds()
    rng = np.random.default_rng(0)
    learnt = dataset(tuple(FAMILIES), 36, 1024, seed=0).points
    began = time.perf_counter()
    nearest = Nearest(learnt)
    built = time.perf_counter() - began
    rows = {
        f"{len(learnt)} shapes drawn for the nearest, ms": 1000 * built,
        "the nearest of them, ms": _ms(1, lambda: nearest.find(learnt[:1, :512])),
        "earth mover's distance of 256 points, ms": _ms(1, lambda: emd(a[:1], b[:1], 256, rng)),
        f"128 farthest of {POINTS} points, ms": _ms(BATCH, lambda: farthest(a, 128)),
    }
    table("Instruments", rows)


def main() -> None:
    """All of it."""
    compared()
    drawing()
    measuring()


if __name__ == "__main__":
    main()
