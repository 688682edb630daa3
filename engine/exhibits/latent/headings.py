"""What the page says first, of images and of points: what is to be seen, to be done and to be noticed."""

from __future__ import annotations

from engine.exhibits.latent.params import LatentParams

DIGITS = ("which digit it is", "the digits' names")
COLOURED_BY = {"digits": DIGITS, "mnist": DIGITS, "fashion-mnist": ("which garment it is", "the garments' names"),
               "shapes": ("which class it is of", "the classes")}  # fmt: skip
OF_POINTS = (
    "Every point of the data (beside it, smaller) as a code. Colours say which part of the data it is from; "
    "the green grid over the data is the plane of codes as the decoder bends it.",
    "Drag a finger over the codes and see where it leads in the data; click in the data to see its code.",
    "Where codes are few the grid is only guessed at: there the network has never been asked for anything.",
)
PULLED = "; change β, the pull towards the green rings."


def head(params: LatentParams) -> tuple[str, str, str]:
    """See, do, notice: true of every state of a run with ``params``."""
    if not params.of_images:
        return OF_POINTS
    colours, names = COLOURED_BY[params.data]
    return (
        f"Each dot is an image that one network has squeezed into {params.k} number{'s' * (params.k > 1)}. Colours say "
        f"{colours}. The grid of images: what a second network makes of codes from all over the plane.",
        f"Drag a finger over the plane and watch its image{PULLED if params.model == 'vae' else '.'}",
        f"Nobody tells it {names}, and yet what is alike gathers, and blends where it meets.",
    )
