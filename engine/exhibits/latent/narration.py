"""A sentence for every phase of a training step, with the numbers of the first example of the batch."""

from __future__ import annotations

from engine.exhibits.latent.training import Trainer


def narrate(phase: str, trainer: Trainer) -> str:
    """Say what has just been done."""
    batch, p = trainer.batch, trainer.params
    assert batch is not None
    size = p.batch
    if phase == "sample":
        spoilt = f", each spoilt by {p.denoising_corruption}" if p.model == "denoising" else ""  # type: ignore
        return f"Sample: {size} examples x{spoilt}; the first of them is shown"
    if phase == "encode":
        assert batch.mu is not None
        mu = float(batch.mu[0, 0].detach())
        if batch.log_var is not None:
            sigma = float((0.5 * batch.log_var[0, 0].detach()).exp())
            return f"Encode: every x becomes a cloud, a mean μ and a width σ; here μ₁ = {mu:.2f}, σ₁ = {sigma:.2f}"
        return f"Encode: every x becomes a code z; here z₁ = {mu:.2f}"
    if phase == "draw":
        assert batch.epsilon is not None
        return f"Draw: noise ε from N(0, 1), which no weight has a part in; here ε₁ = {float(batch.epsilon[0, 0]):.2f}"
    if phase == "reparameterise":
        assert batch.z is not None
        return f"Reparameterise: z = μ + σε is a draw from the cloud; here z₁ = {float(batch.z[0, 0].detach()):.2f}"
    if phase == "decode":
        return "Decode: every z becomes an output y of the size of x"
    rebuilt, penalty = float(batch.rebuilt.detach()), float(batch.penalty.detach())
    if phase == "losses":
        return f"Losses: rebuilding costs {rebuilt:.3g}{_penalty(p.model, penalty, trainer.weight)}"
    if phase == "gradients":
        through = " and on through μ + σε to μ and σ" if batch.log_var is not None else ""
        return f"Gradients: the loss is traced back through the decoder to z{through}"
    return "Learn: encoder and decoder each go one step down"


def at_work(cloud: bool) -> dict[str, list[str]]:
    """What of a diagram is at work in every phase: the encoder E and the decoder D, the example x, its code m (of a
    model of clouds mean and width, with the noise e and the draw z), the output y, the losses, and the wires between.
    """
    code = "z" if cloud else "m"
    lit = {
        "sample": ["x"], "encode": ["x", "x-E", "E", "E-m", "m"], "draw": [], "reparameterise": [],
        "decode": [code, f"{code}-D", "D", "D-y", "y"], "losses": ["x", "y", "m", "y-loss", "loss"],
        "gradients": ["loss", "y-loss", "y", "D-y", "D", f"{code}-D", code, "E-m", "E", "m"], "learn": ["E", "D"],
    }  # fmt: skip
    if cloud:
        lit |= {"draw": ["e"], "reparameterise": ["m", "e", "m-z", "e-z", "z"]}
        lit["gradients"].append("m-z")
    return lit


def _penalty(model: str, penalty: float, weight: float) -> str:
    """What else is paid."""
    names = {"vae": "the KL to the prior", "sparse": "the codes' size", "contractive": "their slopes",
             "wae-mmd": "the MMD to the prior", "wae-gan": "not looking like the prior"}  # fmt: skip
    return f", {names[model]} {penalty:.3g} times {weight:.3g}" if model in names else ""
