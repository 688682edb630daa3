"""The numbers that are read off a run: what each is called, and what it means."""

from __future__ import annotations

from engine.kit.readings import Reading

HERE = {
    "here_unseen": Reading(
        "its unseen part is off by",
        "Chamfer distance: how far added and true points are apart, on average; the radius of the shape is 1",
        "of its radius",
        missing="told of held-out shapes",
    ),
    "missing_now": Reading(
        "share unseen", "Share of its points that the network is not given", missing="told of held-out shapes"
    ),
}
MORE = {
    "seen": Reading("seen part", "Chamfer distance of the part that is seen"),
    "cd_l2": Reading("Chamfer L2", "Mean squared distance to the nearest point, there and back, summed"),
    "emd": Reading("earth mover’s", "Mean distance when points are paired one to one, exact on 256 points"),
}
