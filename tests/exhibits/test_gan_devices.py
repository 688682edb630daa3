"""GANs on a GPU, as far as that can be tried without one; and with one, graph against eager."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibits.gan import Draw, Gan
from engine.exhibits.gan.exhibit import WORTH_A_GPU, flops_per_step
from engine.kit.graphs import WARM
from tests.devices import DEVICE, NamedDevices, Pretender
from tests.exhibits.test_gan import SMALL, each_setting, make


def there(**values: object) -> Gan:
    return Gan(Gan.Params(**{**SMALL, **values}), seed=0, device=DEVICE)


@each_setting
def test_a_run_elsewhere_shows_what_one_on_the_host_shows(setting: dict) -> None:
    """Up to rounding: there the learning rates are float32 in the device's memory."""
    usual = make(**setting)
    with NamedDevices():
        exhibit = there(**setting)
        for each in (exhibit, usual):
            each.poke(Draw(kind="spray", x=0.5, y=0.3))
            each.advance(18)
            each.set(each.params.replaced(lr_G=0.002, gamma=0.2, clip=0.1, noise=0.1))
            for _ in each.phases():
                each.frame()
        exhibit.load_state_dict(exhibit.state_dict())
        usual.load_state_dict(usual.state_dict())
        for each in (exhibit, usual):
            each.advance(3)
        got = exhibit.frame()
    want = usual.frame()
    for name, array in want.arrays.items():
        np.testing.assert_allclose(got.arrays[name], array, rtol=2e-3, atol=2e-3, err_msg=name)
    for name, value in want.metrics.items():
        assert got.metrics[name] == pytest.approx(value, rel=1e-2, abs=1e-2, nan_ok=True), name
    assert got.words == want.words


def test_everything_lives_where_it_was_told_to() -> None:
    with NamedDevices():
        exhibit = there(conditional=True, spectral=True)
        exhibit.advance(2)
        trainer, memory = exhibit.trainer, exhibit.state_dict()["trainer"]["optimiser_D"]["memory"]
        tensors = [trainer.G.flat, trainer.D.flat, *trainer.D.weights, *trainer.D.u, trainer.loss_D, trainer.batch.x]
        tensors += [exhibit.instruments.trace, *exhibit.data.batch(3, trainer.rng), *(each["step"] for each in memory)]
        assert all(isinstance(each, Pretender) for each in tensors)
        assert trainer.rng.device.type == DEVICE


@pytest.mark.parametrize("values", [{}, {"data": "bells-1d"}, {"surface": "Coulomb potential"}, {"minibatch": True}])
def test_a_frame_waits_for_the_device_once(values: dict) -> None:
    with NamedDevices() as mode:
        exhibit = there(**values)
        exhibit.advance(3)
        exhibit.frame()  # looks at the distributions, which it does every 250 steps
        exhibit.advance(3)
        before = mode.fetches
        exhibit.frame()
        assert mode.fetches == before + 1


def test_a_step_waits_for_nothing() -> None:
    with NamedDevices() as mode:
        exhibit = there(decay=1000)
        before = mode.fetches  # the picture of the noise is taken once, when it is built
        exhibit.advance(40)
        assert mode.fetches == before


class Recorded:
    """What a graph would do, on the host: replays run the step, and its results are looked up where they always lie."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, body: Callable[[], Any]) -> tuple[Callable[[], None], Any]:
        self.times += 1
        latest = Latest()
        return lambda: latest.take(body()), latest


class Latest:
    """The results of the last step."""

    def take(self, results: tuple) -> None:
        self.results = results

    def __iter__(self) -> Iterator[Any]:
        return iter(self.results)


def recorded(**values: object) -> tuple[Gan, Recorded]:
    exhibit, record = make(**values), Recorded()
    exhibit.trainer.whole_step.record = record
    return exhibit, record


@each_setting
def test_replays_are_steps_like_any_other(setting: dict) -> None:
    (one, record), usual = recorded(**setting), make(**setting)
    for each in (one, usual):
        each.advance(WARM + 5)
        list(each.phases())  # slow motion in between is eager
        each.advance(8)
    assert record.times == 1 and one.trainer.steps == usual.trainer.steps == WARM + 14
    assert torch.equal(one.trainer.G.flat, usual.trainer.G.flat)
    np.testing.assert_equal(one.frame().metrics, usual.frame().metrics)


def test_numbers_may_change_under_a_graph_and_structure_makes_another() -> None:
    exhibit, record = recorded(data="draw", penalty="R1")

    def times(**values: object) -> int:
        exhibit.set(exhibit.params.replaced(**values))
        exhibit.advance(WARM + 2)
        return record.times

    assert times() == 1
    for free in ({"lr_G": 0.01}, {"lr_D": 0.01}, {"gamma": 1.0}, {"noise": 0.2}, {"decay": 5000}, {"surface": "none"}):
        assert times(**free) == 1, free
    changes = ({"objective": "wgan-gp"}, {"batch": 16}, {"d_steps": 2}, {"optimiser": "sgd"}, {"penalty": "none"},
               {"spectral": True}, {"train": "G only"}, {"updates": "simultaneous"})  # fmt: skip
    for count, change in enumerate(changes, start=2):
        assert times(**change) == count, change
    exhibit.poke(Draw(kind="spray", x=1, y=1))
    assert times() == len(changes) + 2
    exhibit.load_state_dict(exhibit.state_dict())
    assert times() == len(changes) + 3


def test_a_gpu_is_asked_for_where_arithmetic_outgrows_launching() -> None:
    small, large = Gan.Params(), Gan.Params(width=256, depth=4, batch=512, d_steps=5)
    assert flops_per_step(small) < WORTH_A_GPU < flops_per_step(large)
    assert Gan.device_for(small, ("cpu", "cuda")) == "cpu" == Gan.device_for(large, ("cpu",))
    assert Gan.device_for(large, ("cpu", "cuda")) == "cuda"


def test_operations_are_counted_as_pytorch_counts_them() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    for values in ({}, {"width": 128, "depth": 3, "batch": 256}, {"d_steps": 5}):
        exhibit = Gan(Gan.Params(**values), seed=0)
        with FlopCounterMode(display=False) as counter:
            exhibit.advance(1)
        assert flops_per_step(exhibit.params) == pytest.approx(counter.get_total_flops(), rel=0.15)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@each_setting
def test_on_a_gpu_the_graph_does_what_eager_steps_do(setting: dict) -> None:
    graph, eager = (Gan(Gan.Params(**{**SMALL, **setting}), seed=0, device="cuda") for _ in range(2))
    eager.trainer.whole_step.record = None
    for each in (graph, eager):
        each.advance(20)
        each.set(each.params.replaced(lr_G=0.002, lr_D=0.002, gamma=0.2, clip=0.1, noise=0.1))
        each.advance(20)
        list(each.phases())
        each.advance(5)
    assert graph.trainer.whole_step._replay is not None
    torch.testing.assert_close(graph.trainer.G.flat, eager.trainer.G.flat, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(graph.trainer.D.flat, eager.trainer.D.flat, rtol=1e-3, atol=1e-4)
    assert graph.trainer.steps == eager.trainer.steps == 46
