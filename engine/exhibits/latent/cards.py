"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation

CARDS = (
    Card(
        "Ten regions",
        "The digits' names are never told. Watch likes come together, then drag the finger from one colour to the "
        "next: what lies between a 3 and an 8?",
        {},
        answer="Something between them: the decoder is smooth, so on the way the image is neither, and yet no blend of "
        "the two pictures. Compare both walks below.",
        expects=(
            Expectation(
                "Neighbours agree on four of five held-out digits, and at least nine digits have their own region.",
                3000,
                lambda m: m["neighbours"] > 0.8 and m["regions"] >= 9,
            ),
        ),
    ),
    Card(
        "β from nothing to ten",
        "Without the KL term the clouds shrink and drift far beyond the rings, and holes open between them. While it "
        "runs drag β to 1, then on to 10. What becomes of the codes, and of the images?",
        {"vae_beta": 0.0},
        answer="At 1 they come back between the rings, without holes. At 10 all fall into the middle, and every image "
        "becomes the mean of all digits: sending a code costs more than it gains.",
        expects=(
            Expectation(
                "The clouds are far from the prior, with holes between them.",
                1000,
                lambda m: m["kl"] > 12 and m["hollow"] == 1,
            ),
        ),
    ),
    Card(
        "A plain autoencoder invents no digits",
        "Its codes of eight numbers tell digits apart very well. But decode draws of a Gaussian that fits them "
        "(below: “Samples”): how many are digits? Then set up a VAE instead.",
        {"model": "plain", "latent_dim": "8"},
        answer="Few. Nothing has taught the decoder what to do between the codes it was given. The VAE decodes clouds, "
        "which leave no gaps, and more of its samples are digits.",
        expects=(
            Expectation(
                "Nine in ten codes lie among their like, but less than half of the samples are recognised.",
                1500,
                lambda m: m["neighbours"] > 0.9 and m["confident"] < 0.45,
            ),
        ),
    ),
    Card(
        "Clean what you smear",
        "It sees noisy digits and must say what they were. On the pad below take the example, smear it, and see what "
        "comes out; then try masking or occlusion.",
        {"model": "denoising", "latent_dim": "16"},
        answer="The nearest thing that looks like a digit: what the code cannot say, it cannot keep, and noise it "
        "cannot say.",
        expects=(
            Expectation(
                "The output is at most a quarter as far from the clean digit as what went in.",
                1500,
                lambda m: m["cleaned"] < 0.25 * m["spoilt"],
            ),
        ),
    ),
    Card(
        "One number too few",
        "Three things vary: where the disc is, across and up, and its size. Its code has two numbers. What does the "
        "decoder give up? Then set up a code of three.",
        {"data": "shapes", "model": "plain", "latent_dim": "2"},
        answer="It bends the plane of codes so that it passes near all discs, like a sheet crumpled into a box. With "
        "three numbers the error falls to less than a quarter of it.",
        expects=(Expectation("Something of the discs is lost.", 1500, lambda m: m["mse_test"] > 0.002),),
    ),
    Card(
        "Position apart from size",
        "Eight numbers, a β of 4, and discs of which three things vary. How many numbers stay active? Look at “One "
        "number at a time” below.",
        {"data": "shapes", "latent_dim": "8", "vae_beta": 4.0},
        answer="Three: the other five are noise, since each active one costs KL. Which number has which factor is "
        "chance, and sometimes two of them share across and up between them.",
        expects=(Expectation("Three numbers of the code are active.", 3000, lambda m: m["active"] == 3),),
    ),
    Card(
        "Collapse",
        "Deep networks and β = 2: at first sight of the KL term the encoder falls silent, every cloud becomes the "
        "prior, and the decoder says the mean digit to everything. See the lamps.",
        {"depth": 4, "vae_beta": 2.0},
        answer="Early on a code is worth nothing, for the decoder cannot read it yet, but it costs KL from the first "
        "step.",
        expects=(
            Expectation("The posterior has collapsed.", 1000, lambda m: m["collapsed"] == 1 and m["silent"] == 1),
        ),
    ),
    Card(
        "Rescue by annealing",
        "The very same networks and β, but β rises from 0 over the first 2,000 steps. Is there still a collapse? In a "
        "collapsed run, switch the annealing to “once” or “cycles”.",
        {"depth": 4, "vae_beta": 2.0, "vae_anneal": "once"},
        answer="No: by the time the code costs anything, the decoder has learnt to read it, and it is worth its price.",
        expects=(
            Expectation(
                "β is at 2, and both numbers are active.",
                3000,
                lambda m: m["weight"] == 2 and m["active"] == 2 and m["collapsed"] == 0,
            ),
        ),
    ),
    Card(
        "Two matrices against PCA",
        "Without hidden layers an autoencoder can only find a plane through the data. PCA knows the best one. Watch "
        "the error come down to its floor.",
        {"model": "linear", "rate": 0.01},
        speed=1000.0,
        answer="The plane is PCA's, to a few hundredths of a radian, but its axes are not: turned or stretched, they "
        "serve just as well.",
        expects=(
            Expectation(
                "The error is within 2 % of the floor, and the plane is PCA's.",
                8000,
                lambda m: m["mse"] < 1.02 * m["floor"] and m["angle"] < 0.15,
            ),
        ),
    ),
    Card(
        "Codes that shrug off a nudge",
        "The penalty holds codes still when the input is nudged. Read “nudged codes move”, then set up a plain "
        "autoencoder and read it again.",
        {"model": "contractive"},
        answer="With λ = 1 noise moves codes by less than a tenth of their spread; without it by about a third. The "
        "price is a larger error.",
        expects=(
            Expectation("A nudge moves codes by less than 15 % of their spread.", 1500, lambda m: m["nudged"] < 0.15),
        ),
    ),
    Card(
        "Only a few numbers each",
        "Sixteen numbers, but each costs its size. “Numbers in use” says how many an image needs; drag λ down and they "
        "all come back.",
        {"model": "sparse", "latent_dim": "16", "sparse_lam": 3.0},
        expects=(Expectation("On average less than half of the numbers are in use.", 1500, lambda m: m["in_use"] < 8),),
    ),
    Card(
        "A crowd like the prior",
        "No clouds here: every image has one code, and only the crowd of all codes is compared with the prior, by "
        "a kernel. Do the holes close? Drag λ up and down.",
        {"model": "wae-mmd"},
        expects=(
            Expectation(
                "The crowd has come near the prior, and no lamp is lit.",
                2000,
                lambda m: m["mmd"] < 0.12 and m["hollow"] == 0,
            ),
        ),
    ),
    Card(
        "Unroll the roll",
        "Points of a Swiss roll, and a code of a single number. The green curve is all that the decoder can say: can "
        "it follow the roll from its middle to its end?",
        {"data": "swiss-roll", "model": "plain", "latent_dim": "1"},
        answer="Seldom: it takes short cuts from one turn to the next, and the colours get out of order on the line. "
        "Give it more layers, or more time.",
        expects=(Expectation("It has not become one smooth curve yet.", 1000, lambda m: m["mse_test"] > 0.002),),
    ),
)
