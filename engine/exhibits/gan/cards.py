"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation
from engine.exhibits.gan.presets import PRESETS

CARDS = (
    Card(
        "All 25 modes",
        "Relativistic pairing with R1 and R2. It takes a minute: most modes are found early. What becomes of the "
        "threads between them as the learning rate falls to zero?",
        PRESETS["all modes"],
        answer="They fade: D and G make ever smaller steps, the samples settle on the modes, and the share of high "
        "quality rises to the end.",
        expects=(Expectation("Most modes are found early.", 3000, lambda m: m["modes"] >= 13),),
    ),
    Card(
        "Mode collapse",
        "D learns ten times as slowly as G. Where does G put its samples, and does it stay there? Watch the lamps; "
        "then tick “Batch statistics” above.",
        PRESETS["collapse"],
        answer="G puts nearly everything into one place, D finds out, and G runs on to the next. With batch statistics "
        "D sees that the samples are too much alike, and more modes are found.",
        expects=(
            Expectation(
                "Fewer than half of the modes are found, and that is called mode collapse.",
                2000,
                lambda m: m["modes"] < 4 and m["collapse"] == 1,
            ),
        ),
    ),
    Card(
        "Two samples at a time",
        "The same as in “Mode collapse”, except that D judges pairs: both real, or both generated. What becomes of G's "
        "one place now?",
        PRESETS["packing"],
        answer="Two samples in one place give themselves away, as two real ones seldom lie together: G has to spread "
        "over nearly all eight modes. They are not sharp yet, and on the grid of 25 packing gains nothing at these "
        "rates.",
        expects=(
            Expectation(
                "Most modes are found, where without packing it is fewer than half.",
                2000,
                lambda m: m["modes"] >= 6 and m["collapse"] == 0,
            ),
            Expectation("And they stay found.", 3750, lambda m: m["modes"] >= 6),
        ),
    ),
    Card(
        "Wasserstein as in the paper",
        "Weights cut to ±0.01, RMSProp at 5e-5, five steps of the critic to one of G. The gradient that reaches G is "
        "shorter than 0.001. Does G learn?",
        PRESETS["paper clip"],
        answer="It does: RMSProp divides every gradient by its usual length. W₁ is more than halved within 1,000 "
        "steps, but a critic so tightly clipped sees only the coarse shape, and the modes are not told apart.",
        expects=(
            Expectation(
                "W₁ falls from about 0.9 to half of it, with tiny gradients and no lamp.",
                1000,
                lambda m: m["w1"] < 0.5 and m["gradient"] < 0.001 and m["vanishing"] == 0,
            ),
        ),
    ),
    Card(
        "The same clip without RMSProp",
        "Plain gradient descent takes the gradient at its length, and weights cut to ±0.01 leave a very short one. "
        "What moves? Then drag c up to 0.2.",
        PRESETS["bad clip"],
        answer="Next to nothing moves, at a learning rate 2,000 times the paper's. The critic's slope is a product of "
        "three layers of weights, so at c = 0.2 it is over a thousand times steeper, and G wakes up.",
        expects=(
            Expectation(
                "The generator hardly moves, and the lamp says why.",
                750,
                lambda m: m["w1"] > 0.8 and m["vanishing"] == 1,
            ),
        ),
    ),
    Card(
        "Vanishing gradients",
        "The lecture's parallel lines with the minimax loss. When θ has stopped, change the objective to "
        "non-saturating, or to Wasserstein.",
        PRESETS["vanishing"],
        answer="D is soon certain, and where it is, log(1 - D) is flat: JS stays at log 2 and θ stops. The other two "
        "losses keep their slope there, and θ moves again.",
        expects=(
            Expectation(
                "D is certain, the gradient vanishes and θ stops near 1.5.",
                400,
                lambda m: m["theta_now"] > 1.4 and m["vanishing"] == 1 and m["too_strong"] == 1,
            ),
        ),
    ),
    Card(
        "Two parallel lines",
        "All the generator can do is shift its line by θ. Drag θ and read JS and W₁: which of them says how far it is?",
        PRESETS["parallel lines"],
        answer="W₁ is |θ|, and its critic pulls evenly, with slope one, wherever the line is. JS is log 2 wherever θ "
        "is not 0.",
        expects=(
            Expectation(
                "Θ has come close to 0, and the critic's slope to 1.",
                1200,
                lambda m: abs(m["theta_now"]) < 0.15 and abs(m["slope"] - 1) < 0.2,
            ),
        ),
    ),
    Card(
        "With labels",
        "Both networks are told which of the eight modes is meant. Drag “label shown”: where does the latent plane of "
        "each label land? And how wide is it there?",
        PRESETS["labels"],
        answer="Each on its own mode, so all eight are found. But within it the samples huddle at less than half of "
        "the real spread: collapse within modes.",
        expects=(
            Expectation(
                "All eight modes are found, each too narrow.",
                1000,
                lambda m: m["modes"] == 8 and m["quality"] > 0.9 and m["collapse"] == 0 and m["narrow"] == 1,
            ),
        ),
    ),
    Card(
        "Charges that attract and repel",
        "Coulomb GAN: real samples pull, generated ones push each other apart. The background is the potential, the "
        "arrows its force. Can G put all samples into one place?",
        PRESETS["charges"],
        answer="No: where there are too many generated samples the potential is low, and they push each other out.",
        expects=(Expectation("All eight modes are found.", 1500, lambda m: m["modes"] == 8 and m["collapse"] == 0),),
    ),
    Card(
        "The picture of the lectures",
        "One dimension. Below, lines from z to x; above, both densities, D, and dashed the optimal D*. What becomes of "
        "D as p_G comes to p?",
        PRESETS["lectures"],
        answer="It flattens to one half, wherever there are samples: D can only guess.",
        expects=(
            Expectation(
                "P_G has come to p, and D to one half.",
                1500,
                lambda m: m["js"] < 0.08 and abs(m["D_real"] - 0.5) < 0.03 and abs(m["D_fake"] - 0.5) < 0.03,
            ),
        ),
    ),
    Card(
        "Draw your own",
        "Clear the heart and draw with the pointer; add to it while the generator learns, or load a file of points "
        "below. Starting again brings back the heart.",
        PRESETS["drawing"],
        expects=(Expectation("The generator takes the shape of the heart.", 1000, lambda m: m["w1"] < 0.35),),
    ),
    Card(
        "As in GAN Lab",
        "Its default sizes: one hidden layer of eight neurons in either network, batches of 150. Let it run without a "
        "speed limit, then compare with 64 neurons in two layers.",
        PRESETS["GAN Lab"],
        answer="So small a generator cannot cut its sheet: most samples stay on threads between the modes.",
        expects=(Expectation("Most samples are not of high quality.", 2000, lambda m: m["quality"] < 0.5),),
    ),
)
