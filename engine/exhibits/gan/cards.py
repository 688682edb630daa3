"""What to try."""

from __future__ import annotations

from engine.exhibit import Card
from engine.exhibits.gan.presets import PRESETS

CARDS = (
    Card(
        "All 25 modes",
        "Relativistic pairing with R1 and R2. It takes a minute: all modes are found early, and as the learning rate "
        "falls to zero the threads between them fade.",
        PRESETS["all modes"],
    ),
    Card(
        "Mode collapse",
        "D learns ten times as slowly as G: G puts everything into one place, D finds out, and G runs on to the next. "
        "Watch the lamps; then tick “Batch statistics” above.",
        PRESETS["collapse"],
    ),
    Card(
        "Wasserstein with a bad clip",
        "Weights cut to ±0.01 leave a critic that is all but flat: next to no gradient reaches the generator, and "
        "nothing moves. Drag c up to 0.2: it wakes up.",
        PRESETS["bad clip"],
    ),
    Card(
        "Vanishing gradients",
        "The lecture's parallel lines with the minimax loss: D is soon certain, JS stays at log 2 and θ stops. Change "
        "the objective to non-saturating, or to Wasserstein, and it moves again.",
        PRESETS["vanishing"],
    ),
    Card(
        "Two parallel lines",
        "All the generator can do is shift its line by θ. W₁ is |θ| and pulls evenly; JS is log 2 wherever θ is not 0. "
        "Drag θ.",
        PRESETS["parallel lines"],
    ),
    Card(
        "With labels",
        "Both networks are told which of the eight modes is meant. Drag “label shown”: the latent plane of each label "
        "lands on its own mode.",
        PRESETS["labels"],
    ),
    Card(
        "Charges that attract and repel",
        "Coulomb GAN: real samples pull, generated ones push each other apart, so they cannot all run to one place. "
        "The background is the potential, the arrows its force.",
        PRESETS["charges"],
    ),
    Card(
        "The picture of the lectures",
        "One dimension. Below, lines from z to x; above, both densities, D, and dashed the optimal D*. As p_G comes to "
        "p, D flattens to one half.",
        PRESETS["lectures"],
    ),
    Card(
        "Draw your own",
        "Clear the heart and draw with the pointer; add to it while the generator learns, or load a file of points "
        "below. Starting again brings back the heart.",
        PRESETS["drawing"],
    ),
    Card(
        "As in GAN Lab",
        "Its default sizes: one hidden layer of eight neurons in either network, batches of 150. Let it run without a "
        "speed limit.",
        PRESETS["GAN Lab"],
    ),
)
