"""A sentence for every phase of a training step, with the numbers of the batch at hand."""

from __future__ import annotations

import math

from engine.exhibits.gan.training import Trainer


def narrate(phase: str, trainer: Trainer) -> str:
    """Say what has just been done."""
    batch, judge = trainer.batch, trainer.objective.judge
    size, pack = trainer.batch_size, trainer.D.pack
    if phase == "sample" or batch is None:
        return f"Sample: {size} real points x from the data, and {size} random z for the generator"
    if phase == "generate":
        return "Generate: G turns every z into a point G(z)"
    if phase == "score":
        says, what = trainer.objective.opinion, "points" if pack == 1 else f"packs of {pack}"
        real, fake = float(says(batch.D_x.detach()).mean()), float(says(batch.D_Gz.detach()).mean())
        return f"Score: the {judge} D gives real {what} {real:.3g} on average and generated ones {fake:.3g}"
    if phase == "teach D":
        if trainer.params.train == "G only":
            return f"The {judge} is held still: D does not learn"
        return f"D learns: one step down its loss, now {float(trainer.loss_D):.3g}{_after(trainer)}"
    if phase == "gradients":
        length = float(trainer.gradients.norm(dim=1).mean()) if trainer.gradients is not None else math.nan
        return f"Gradients: D's slope tells every generated point where to go; {length:.2g} long on average"
    if trainer.params.train == "D only":
        return "The generator is held still: G does not learn"
    loss = float(trainer.loss_G)
    return f"G learns: by the chain rule those gradients reach its weights, a step down its loss, now {loss:.3g}"


def _after(trainer: Trainer) -> str:
    if trainer.objective.clips:
        return f", then its weights are cut to ±{trainer.params.clip:g}"
    if trainer.objective.gradient_penalty:
        return f" plus the penalty; its slope is {float(trainer.slope):.2g} on average"
    return ""
