"""What to try. What the expectations say was measured over six seeds."""

from __future__ import annotations

from collections.abc import Callable

from engine.exhibit import Card, Expectation, Metrics


def _grows(*names: str) -> Callable[[Metrics], bool]:
    """The distances of these methods grow, by their measured factor per step."""
    return lambda m: all(m[f"measured_{name}"] > 1.0001 for name in names)


def _shrinks(*names: str) -> Callable[[Metrics], bool]:
    return lambda m: all(m[f"measured_{name}"] < 0.9999 for name in names)


def _circles(*names: str) -> Callable[[Metrics], bool]:
    return lambda m: all(abs(m[f"measured_{name}"] - 1) < 2e-4 for name in names)


def _at_home(*names: str) -> Callable[[Metrics], bool]:
    return lambda m: all(m[f"distance_{name}"] < 1e-3 for name in names)


def _away(*names: str) -> Callable[[Metrics], bool]:
    return lambda m: all(m[f"distance_{name}"] > 0.1 for name in names)


EVERYBODY = ("simultaneous", "alternating", "extragradient", "optimistic", "momentum", "consensus")
CARDS = (
    Card(
        "Six ways, one field",
        "The field only turns, and followed without steps it circles. Simultaneous steps fly apart by √(1 + η²) each, "
        "alternating steps circle, looking ahead, optimism, a brake on momentum and consensus come home.",
        {},
        expects=(
            Expectation("Simultaneous steps fly apart.", 200, _grows("simultaneous")),
            Expectation("Alternating steps circle.", 200, _circles("alternating")),
            Expectation("The others come home.", 200, _shrinks("extragradient", "optimistic", "momentum", "consensus")),
        ),
    ),
    Card(
        "Too fast, step by step",
        "The same at η = .7: optimism runs away too, past its largest rate 1/√3 = .577. Drag η past 1 and "
        "extragradient, momentum and consensus follow. The table says up to which η each one comes home.",
        {"eta": 0.7},
        expects=(
            Expectation("Optimism runs away.", 60, _grows("simultaneous", "optimistic")),
            Expectation("The others still come home.", 60, _shrinks("extragradient", "momentum", "consensus")),
        ),
    ),
    Card(
        "A brake for momentum",
        "Negative momentum with alternating steps closes in. Drag β up through 0: at 0 it circles, above 0 it flies "
        "apart. Then let it move both players at once: no β helps.",
        {"simultaneous": False, "extragradient": False, "optimistic": False, "consensus": False, "eta": 0.2},
        expects=(Expectation("The brake works.", 200, _shrinks("momentum")),),
    ),
    Card(
        "Consensus",
        "Both players also go to where the field is short, straight inwards on x · y: the distance shrinks by γη in "
        "every step, where looking ahead gains only η²/2. Drag the consensus γ to 0: what is left are simultaneous "
        "steps.",
        {"alternating": False, "optimistic": False, "momentum": False},
        expects=(
            Expectation("At home long before the others.", 120, _at_home("consensus")),
            Expectation("Extragradient is still out.", 120, _away("extragradient")),
        ),
    ),
    Card(
        "A little damping",
        "Drag the damping a of x: at 0 everything is x · y again; at a = η the simultaneous steps circle, above "
        "it they converge.",
        {"game": "quadratic", "a": 0.1, "c": 0.0},
        expects=(Expectation("At a = η simultaneous steps circle.", 200, _circles("simultaneous")),),
    ),
    Card(
        "The smallest GAN",
        "A point mass chases a point mass. Unregularised, the eigenvalues ±i/2 give no pull towards the middle: "
        "simultaneous steps drift out, alternating ones circle.",
        {"game": "dirac", "eta": 0.2},
        expects=(
            Expectation("Simultaneous steps drift out.", 600, _grows("simultaneous")),
            Expectation("Alternating steps circle.", 600, _circles("alternating")),
        ),
    ),
    Card(
        "A circle of radius √(2η)",
        "Without saturation the field draws inwards far out, and ever less further in. Alternating steps creep in for "
        "ever; simultaneous ones are driven out by their own length, and stop on the dashed circle. Drag η: its "
        "radius goes with the root.",
        {"game": "dirac-ns", "eta": 0.1, "extragradient": False, "optimistic": False, "momentum": False,
         "consensus": False},
        expects=(Expectation("Simultaneous steps stop at √.2 = .447.", 3000,
                             lambda m: abs(m["distance_simultaneous"] - 0.447) < 0.05),),
    ),
    Card(
        "R1 brings it home",
        "A penalty on the discriminator's slope at the data. Drag γ to 0 and back: the eigenvalues move in "
        "and all paths turn inwards. Past γ = 1 they turn real.",
        {"game": "dirac-r1", "eta": 0.2},
        expects=(Expectation("Everybody comes home.", 600, _at_home(*EVERYBODY)),),
    ),
    Card(
        "Clipping is no brake",
        "The dashed lines are the clip. Simultaneous and alternating steps run around between them for ever; looking "
        "ahead, optimism, a brake on momentum and consensus bring them home.",
        {"game": "dirac-wgan", "eta": 0.2},
        expects=(
            Expectation("Two run around.", 1200, _away("simultaneous", "alternating")),
            Expectation("The others come home.", 1200,
                        _at_home("extragradient", "optimistic", "momentum", "consensus")),
        ),
    ),
    Card(
        "WGAN-GP does not settle",
        "The penalty wants slope g₀, the equilibrium needs slope 0. Everybody ends on a small cycle but consensus, "
        "which settles at the wrong place: where the field ends on one side of its jump. Set g₀ to 0 and the same "
        "penalty converges.",
        {"game": "dirac-wgan-gp", "eta": 0.2},
        expects=(Expectation("Nobody comes home.", 600, _away(*EVERYBODY)),),
    ),
    Card(
        "Ten powers of ten",
        "In the logarithmic picture every ring is a hundred times as far out. A constant factor per step is a "
        "logarithmic spiral, and here an even one.",
        {"view": "logarithmic", "eta": 0.3},
        expects=(
            Expectation("Out by a factor of a hundred.", 150, lambda m: m["distance_simultaneous"] > 100),
            Expectation("In by a factor of a hundred.", 150, lambda m: m["distance_extragradient"] < 0.01),
        ),
    ),
)  # fmt: skip
