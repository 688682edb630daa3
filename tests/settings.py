"""Under which settings every exhibit must keep the contract: small, and between them every part of its code.

An exhibit that is not named here is tested with its defaults.
"""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def _each(common: Values, *others: Values) -> list[Values]:
    return [{**common, **values} for values in others]


SETTINGS: dict[str, list[Values]] = {
    "turing": _each(
        {"size": "128"},
        {}, {"model": "schnakenberg", "boundary": "no-flux", "start": "noise"},
        {"model": "gierer-meinhardt", "start": "centre"}, {"model": "brusselator", "through_time": True},
        {"model": "fitzhugh-nagumo", "start": "word", "word": "ab"}, {"model": "ring-1952"},
        {"model": "dapples-1952", "start": "noise"},
        {"model": "ring-1952", "ring_reaction": "linear"},
    ),
    "gan": _each(
        {"width": 16, "depth": 2, "batch": 32, "points": 300},
        {}, {"objective": "wgan-gp", "d_steps": 2}, {"objective": "wasserstein", "optimiser": "rmsprop"},
        {"objective": "pairing", "penalty": "R1 + R2", "updates": "simultaneous"},
        {"objective": "coulomb", "data": "spiral"}, {"minibatch": True, "spectral": True, "conditional": True},
        {"data": "parallel-lines"}, {"data": "bells-1d"},
        {"optimiser": "momentum", "surface": "optimal D", "latent_dim": 1}, {"data": "draw", "latent_dim": 5},
        {"optimiser": "sgd", "surface": "Coulomb potential", "latent": "uniform", "decay": 1000},
        {"pack": 2, "surface": "optimal D"},
    ),
    "adversarial-patterns": _each(
        {"n": 40, "side": "8", "inits": 2},
        {}, {"data": "smooth", "targets": "random", "d_out": 1},
        {"data": "gratings", "targets": "teacher", "network": "strict"},
        {"data": "gaussian", "targets": "shuffled", "network": "one-layer"},
    ),
    "minimax": [
        {}, {"game": "quadratic"}, {"game": "dirac-r1", "optimistic": False}, {"game": "dirac-wgan"},
        {"game": "dirac-wgan-gp", "view": "logarithmic"}, {"game": "dirac-ns", "order": "simultaneous"},
    ],
    "optimisers": _each(
        {"gd": True, "momentum": True},
        {}, {"surface": "line", "sgd": True, "swa": True, "sgdr": True, "chosen": "swa", "period": 5},
        {"surface": "rosenbrock", "newton": True, "chosen": "newton"},
        {"surface": "himmelblau", "muon": True, "chosen": "muon", "nesterov": True},
        {"surface": "monkey-saddle", "rprop": True, "chosen": "rprop", "rate": 3.0},
        {"surface": "formula", "sgd": True, "noise": 0.5, "chosen": "sgd"},
        {"surface": "painted", "adagrad": True, "adamw": True, "chosen": "adagrad", "search": False},
    ),
    "landscape": _each(
        {"samples": 200, "width": 8},
        {}, {"study": "race", "plane": "random"}, {"study": "connect", "settle": 20, "activation": "tanh"},
        {"study": "average", "settle": 20, "period": 5}, {"data": "moons", "plane": "three", "activation": "swish"},
        {"data": "spiral", "network": "deep", "depth": 2, "norm": True, "optimiser": "adam", "plane": "curvature"},
        {"network": "one-layer", "batch": 1437, "loss": "squared error", "optimiser": "nesterov", "wrong": 0.2},
        {"network": "cnn", "optimiser": "rmsprop", "follow": False},
    ),
    "latent": _each(
        {"width": 16, "depth": 1, "batch": 32},
        {}, {"latent_dim": "1", "vae_anneal": "cycles"},
        {"latent_dim": "8", "axes": "chosen", "likelihood": "gaussian"},
        {"latent_dim": "3", "data": "shapes", "shapes_vary": "everything"},
        {"model": "denoising", "denoising_corruption": "occlusion"}, {"model": "pca", "latent_dim": "3"},
        {"model": "linear", "data": "shapes"}, {"model": "plain", "data": "moons", "latent_dim": "1"},
        {"model": "sparse", "latent_dim": "16"}, {"model": "contractive", "network": "convolutional", "depth": 2},
        {"model": "wae-mmd", "data": "swiss-roll"}, {"model": "wae-gan", "data": "spiral", "latent_dim": "3"},
        {"model": "denoising", "data": "spiral"},
    ),
    "completion": _each(
        {"size": "tiny", "batch": 2, "start": "nothing"},
        {}, {"model": "pcn", "view": "half-space", "surface": "alpha"},
        {"model": "folding", "view": "rings", "noise": 0.02},
        {"heads": "2", "k": 3, "view": "holes", "turn": 0.0},
    ),
    "messages": [
        {}, {"graph": "blocks", "size": 30, "features": "hint", "beside": True, "rule": "sage", "aggregate": "max"},
        {"graph": "twins", "features": "constant", "rule": "gin"}, {"graph": "tree", "size": 15, "rule": "paliwal"},
        {"graph": "florentine", "rule": "gat", "layout": "spectral", "norm": "pair"},
        {"layers": 0, "features": "degree"},
        {"graph": "ring", "size": 6, "rule": "mpnn", "layout": "circle", "width": 7, "matrix": "adjacency"},
        {"graph": "barbell", "size": 12, "rule": "deep-sets", "features": "random", "squash": "tanh", "norm": "layer"},
        {"graph": "scale-free", "size": 20, "layers": 5, "residual": True},
        {"graph": "grid", "size": 16, "rule": "mlp"},
        {"graph": "southern-women", "rule": "second", "feel": True},
        {"task": "links", "residual": True}, {"task": "diameter", "graphs": 10, "rule": "block"},
        {"task": "graphs", "collection": "molecules", "rule": "gin", "pool": "sum"},
        {"graph": "formulas-shared", "labels": 20, "rule": "paliwal", "layers": 4},
    ],
    "probe-walk": [{}, {"shape": "ring", "walkers": 7, "mirrored": True}],
}  # fmt: skip


def settings_of(slug: str) -> list[Values]:
    """Those of an exhibit; the first is small."""
    return SETTINGS.get(slug, [{}])


WITHOUT_CHANCE = {"probe-finish"}
"""Whatever their seed, these show the same."""
