"""The numbers that are read off a run: what each is called, what it means, and which of them a model has."""

from __future__ import annotations

from engine.exhibits.latent.params import LatentParams
from engine.kit.readings import Reading

READINGS = {
    "neighbours": Reading("neighbours agree", "Share of held-out examples whose class their ten nearest codes know"),
    "probe": Reading("linear probe", "Share whose class a linear function of the code tells"),
    "mse_test": Reading("error, held out", "Mean squared error per number, of examples it has not learnt from"),
    "mmd": Reading("MMD²", "How far the crowd of codes is from the prior: squared maximum mean discrepancy, on average "
                   "0 where they are alike"),
    "holes": Reading("in holes", "Share of the prior's draws far from every code; 0.05 is as good as it gets"),
    "confident": Reading("samples recognised", "Share of images decoded from draws of the prior whose class the app's "
                         "own judge is sure of"),
    "regions": Reading("classes on the grid", "How many classes the judge is sure of on the grid of decoded codes"),
    "kl": Reading("KL", "Of the clouds from the prior, over held-out examples", "nats"),
    "elbo": Reading("ELBO", "Lower bound of log p(x), of 64 held-out examples", "nats"),
    "bound": Reading("importance-weighted", "A tighter bound, by as many draws as the controls say", "nats"),
    "active": Reading("active numbers", "Numbers of the code whose mean varies over the data by more than 0.01"),
    "nudged": Reading("nudged codes move", "By how much noise of 0.1 on the input moves a code, as a share of the "
                      "codes' spread"),
    "in_use": Reading("numbers in use", "(Σ|z|)² / Σz², on average: 1 where one number says it all"),
    "spoilt": Reading("error going in", "Squared error per number of spoilt examples"),
    "cleaned": Reading("coming out", "The same of what comes out, against the clean example"),
    "angle": Reading("angle to PCA", "Largest principal angle between its span and PCA's", "rad"),
    "gap": Reading("information gap", "How much more the best number of the code tells of a factor than the second "
                   "best: 1 is one number for each factor", missing="needs two numbers"),
}  # fmt: skip
OF_MODEL = {"vae": ("kl", "elbo", "bound", "active"), "sparse": ("in_use",), "denoising": ("spoilt", "cleaned"),
            "linear": ("angle",)}  # fmt: skip


def readings(params: LatentParams) -> dict[str, Reading]:
    """Those that a run with ``params`` has, by metric."""
    names = ["neighbours", "probe", "mse_test", "mmd", "holes"]
    names += ["confident", "regions"] if params.of_images else []
    names += OF_MODEL.get(params.model, ())
    names += [] if params.model == "vae" else ["nudged"]
    names += ["gap"] if params.data == "shapes" else []
    return {name: READINGS[name] for name in names}
