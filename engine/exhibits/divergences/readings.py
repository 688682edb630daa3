"""The numbers that are read off a run: what each is called, and what it means."""

from __future__ import annotations

from engine.kit.readings import Reading

KINDS = {"kl": "KL", "rkl": "reverse KL", "js": "JS", "tv": "TV", "h2": "Hellinger²", "w": "W", "mmd": "MMD²"}
"""The divergences, by what they are called."""
COST = {"emd": Reading("earth mover's distance", "Cost of the cheapest plan", "bins")}
OTHERS = {
    "rkl_gaussians": Reading("reverse KL", "KL(q‖p) of the Gaussians, in nats"),
    "tv_gaussians": Reading("TV", "Total variation of the Gaussians; at most 1"),
    "h2_gaussians": Reading("Hellinger²", "Squared Hellinger distance of the Gaussians; at most 1"),
    "mmd_gaussians": Reading("MMD²", "Squared maximum mean discrepancy of the Gaussians, with a kernel of width 1"),
    "mmd_lines": Reading("MMD² of the lines", "The same of the lines, for which TV and Hellinger² are 1"),
}
SLOPES = {
    f"slope_{name}_gaussians": Reading(f"slope of {label}", f"Change of {label} of the Gaussians per unit of θ")
    for name, label in KINDS.items()
} | {
    "slope_js_lines": Reading(
        "of the lines: JS", "Change of the lines' JS per unit of θ; that of TV and Hellinger² is 0 too"
    ),
    "slope_w_lines": Reading("W", "Change of the lines' W per unit of θ"),
    "slope_mmd_lines": Reading("MMD²", "Change of the lines' MMD² per unit of θ"),
}
