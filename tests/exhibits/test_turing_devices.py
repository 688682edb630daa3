"""The fields on other devices than the CPU, and which run belongs on which."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.exhibits.turing import RINGS, Turing
from engine.exhibits.turing.grid import CompiledGrid, Grid
from engine.exhibits.turing.tensor import IN_GRAPH, TensorGrid
from tests.devices import NamedDevices
from tests.exhibits.test_turing import ALL, DEFAULTS, each_model, each_setting, rough, step_of

BASE = (0.5, -0.25)
"""What fields on another device are counted from here; it makes no difference but in the last digits."""

HOUSE = Path(__file__).parents[2]
each_edge = pytest.mark.parametrize("wrap", [(True, True), (False, False), (False, True), (True, False)])
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")


def same(grid: Grid, peer: Grid) -> None:
    for got, want in zip(grid.fields(), peer.fields(), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


@each_model
@each_edge
def test_torch_equals_compiled(model, wrap: tuple[bool, bool]) -> None:
    u, v = rough(model, (48, 64))
    compiled = CompiledGrid(u, v, wrap)
    with NamedDevices():
        in_torch = TensorGrid(u, v, wrap, "cpu", BASE)
        for grid in (compiled, in_torch):
            grid.advance(51, step_of(model), cores=1)
    same(in_torch, compiled)
    assert in_torch.not_finite() is None


def test_live_numbers_reach_a_step_that_is_built_already() -> None:
    model = RINGS["linear"]
    u, v = rough(model, (1, 20))
    grid, peer = TensorGrid(u, v, (False, True), "cpu"), CompiledGrid(u, v, (False, True))
    steps = [step_of(model), step_of(model, DEFAULTS.replaced(ring_a=-1.0, ring_mu=0.1, ring_dt=0.1))]
    built = []
    for step in steps:
        for one in (grid, peer):
            one.advance(7, step, cores=1)
        built.append(grid._euler)
        same(grid, peer)
    assert built[0] is built[1]


@pytest.mark.parametrize("steps", [1, IN_GRAPH - 1, IN_GRAPH, IN_GRAPH + 1, 3 * IN_GRAPH + 2])
def test_steps_in_a_graph_and_the_rest_add_up(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the graph does what would have been recorded in one."""

    class Recorded:
        def __init__(self, grid: TensorGrid) -> None:
            self.grid, self.replays = grid, 0

        def replay(self) -> None:
            self.grid._do(IN_GRAPH)
            self.replays += 1

    monkeypatch.setattr(TensorGrid, "_capture", lambda grid: Recorded(grid))
    model = ALL[1]
    u, v = rough(model, (16, 24))
    grid, peer = TensorGrid(u, v, (True, True), "cpu"), CompiledGrid(u, v, (True, True))
    for one in (grid, peer):
        one.advance(steps, step_of(model), cores=1)
    same(grid, peer)
    assert grid._graph.replays == steps // IN_GRAPH


def check_the_kernel() -> None:
    """Every model, every kind of edge, a grid that no block fits: as in the compiled loop. Run in the simulator."""
    from engine.exhibits.turing import cuda_kernel

    edges = [(model, (False, True)) for model in ALL] + [(ALL[1], wrap) for wrap in ((True, False), (True, True))]
    for model, wrap in edges:
        u, v = rough(model, (5, 33))
        grid, peer = TensorGrid(u, v, wrap, "cpu", BASE, fused=True), CompiledGrid(u, v, wrap)
        for one in (grid, peer):
            one.advance(1, step_of(model), cores=1)
            one.advance(1, step_of(model, DEFAULTS.replaced(gs_F=0.1, sch_a=0.3, br_A=2.5, ring_mu=0.1)), cores=1)
        same(grid, peer)
    assert cuda_kernel.build.cache_info().misses == len(ALL), "new numbers need no new kernel"


def test_the_cuda_kernel_equals_the_compiled_loop() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import check_the_kernel; check_the_kernel(); print('the same')"],
        cwd=HOUSE, env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.stdout.strip() == "the same", done.stderr


@needs_cuda
@each_setting
@pytest.mark.parametrize("fused", [True, False])
def test_cuda_equals_the_cpu(setting: dict, fused: bool) -> None:
    here, there = (Turing(DEFAULTS.replaced(**setting, size="128"), seed=1, device=name) for name in ("cpu", "cuda"))
    if not fused:
        there.grid = TensorGrid(*here.grid.fields(), here.grid.wrap, "cuda", fused=False)
    for exhibit in (here, there):
        exhibit.advance(3 * IN_GRAPH + 5)
        exhibit.set(exhibit.params.replaced(gs_F=0.05, sch_a=0.2, br_A=2.5, fhn_b=0.1, gm_a=0.2, ring_nu=0.2))
        exhibit.advance(2 * IN_GRAPH + 1)
    for got, want in zip(there.grid.fields(), here.grid.fields(), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-4)


def test_a_run_lives_on_cuda_only_where_that_pays() -> None:
    both = ("cpu", "cuda")
    sizes = {size: Turing.device_for(DEFAULTS.replaced(size=size), both) for size in ("128", "256", "512", "1024")}
    assert sizes == {"128": "cpu", "256": "cpu", "512": "cuda", "1024": "cuda"}
    assert Turing.device_for(DEFAULTS.replaced(size="1024"), ("cpu",)) == "cpu"
    assert Turing.device_for(DEFAULTS.replaced(size="1024", model="ring-1952"), both) == "cpu"


def test_the_device_named_is_the_device_used() -> None:
    assert isinstance(Turing(DEFAULTS, seed=0).grid, CompiledGrid)
    grid = Turing(DEFAULTS, seed=0, device="meta").grid
    assert isinstance(grid, TensorGrid) and grid.device == grid._now.device == torch.device("meta")
