"""Teach the networks that the page begins with, and keep them.

    python -m engine.exhibits.completion.pretrain --minutes 16 --set batch=8
    python -m engine.exhibits.completion.pretrain --set size=published --set heads=6 --set batch=48 --device cuda \
        --minutes 600 --out published.safetensors

The second is a recipe for a graphics card with 24 GB. It has not been tried on one.

The learning rate rises for a twentieth of the time and then falls to nothing along a cosine. What is kept is a mean of
the weights over the last few hundred steps, so who stops it before its end has a good network too. Time is the
process's own, so the same work counts the same on a busy machine. Progress goes to the log as JSON, one line a look.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.exhibits.completion import checkpoint
from engine.exhibits.completion.data import DATA_SEED, PER_FAMILY
from engine.exhibits.completion.families import FAMILIES
from engine.exhibits.completion.instruments import Instruments
from engine.exhibits.completion.params import CompletionParams
from engine.exhibits.completion.training import Trainer

LOOK_S = 30.0  # of process time between two looks
MEMORY = 0.995  # of the mean of the weights, per step
WARM = 0.05  # of the time the learning rate rises
TOLD = ("unseen", "unseen_input", "unseen_nearest", "cd_l1", "cd_l1_nearest", "cd_l2", "emd", "f_score")
RECIPE = (
    f"{PER_FAMILY} shapes of each of {len(FAMILIES)} families, drawn with seed {DATA_SEED}; a shape of a batch is seen "
    "by a camera, cut by a plane, with holes or in laser rings, each as often, with 25 to 75 % missing"
)


def rate(done: float, highest: float) -> float:
    """The learning rate when a share of the time is done."""
    if done < WARM:
        return highest * max(done, 0.002) / WARM
    return highest * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - WARM) / (1 - WARM)))) + 1e-6


def teach(
    params: CompletionParams, minutes: float, highest: float, device: str, start: Path | None = None
) -> Iterator[dict[str, Any]]:
    """Teach for so many minutes of process time; after each look, what was found, and the mean ``weights``."""
    trainer = Trainer(params, params.seed, device)
    if start is not None:
        checkpoint.fill(trainer.model, start, params)
    instruments, mean = Instruments(trainer), trainer.model.flat.clone()
    began, due = time.process_time(), LOOK_S
    while (spent := time.process_time() - began) < 60 * minutes:
        lr = rate(spent / 60 / minutes, highest)
        trainer.params = params.model_copy(update={"lr": lr})
        trainer.step()
        mean.lerp_(trainer.model.flat, max(1 - MEMORY, 1 / trainer.steps))
        if spent > due:
            due += LOOK_S
            yield _look(trainer, instruments, mean, spent)
    yield _look(trainer, instruments, mean, 60 * minutes)


def _look(trainer: Trainer, instruments: Instruments, mean: Tensor, spent: float) -> dict[str, Any]:
    """What a network with the mean weights does; the one that learns goes on with its own."""
    own = trainer.model.flat.clone()
    trainer.model.flat.copy_(mean)
    instruments.look()
    trainer.model.flat.copy_(own)
    found = instruments.metrics()
    about = {"weights": mean, "minutes": round(spent / 60, 2), "steps": trainer.steps, "J1": round(found["J1"], 5)}
    return about | {name: round(found[name], 5) for name in TOLD}


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m engine.exhibits.completion.pretrain", description=__doc__)
    parser.add_argument("--minutes", type=float, default=25.0, help="of process time (default 25)")
    parser.add_argument("--set", action="append", default=[], metavar="name=value", dest="values", help="a parameter")
    parser.add_argument("--lr", type=float, default=0.001, help="the highest learning rate (default 0.001)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--start", type=Path, help="a file with a network of this kind, to go on from")
    parser.add_argument("--out", type=Path, default=checkpoint.FILE, help="others that it holds are kept")
    parser.add_argument("--log", type=Path, help="a line of JSON a minute")
    options = parser.parse_args(arguments)
    params = CompletionParams.from_flags(["start=nothing", *options.values])
    command = "python -m engine.exhibits.completion.pretrain " + " ".join(arguments or sys.argv[1:])
    curve: list[dict[str, Any]] = []
    for found in teach(params, options.minutes, options.lr, options.device, options.start):
        weights = found.pop("weights")
        curve.append({name: found[name] for name in ("minutes", "unseen")})
        print(line := json.dumps(found), flush=True)
        if options.log:
            with options.log.open("a") as log:
                log.write(line + "\n")
        note = {"command": command, "data": RECIPE, "torch": torch.__version__, "found": found, "curve": curve}
        checkpoint.keep(options.out, checkpoint.name_of(params), weights, note, large=options.out != checkpoint.FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
