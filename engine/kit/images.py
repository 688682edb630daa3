"""Small real images: those that come with scikit-learn, and those that are fetched when somebody asks for them."""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.kit.download import Remote, fetched

BYTES, HEAD = 8, 4  # what the numbers of an IDX file are, and how long its head is before the sizes


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits: each pixel is how many of the 4 x 4 dots of a scan were black, over 16.

    Shapes:
        Images (1797, 8, 8) float64 between 0 and 1, and which digits they are, (1797,) int64. Both are read-only:
        everybody gets the same ones.

    References:
        E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository, 1998.
    """
    from sklearn.datasets import load_digits  # imports much

    everything = load_digits()
    images, labels = everything.images / 16, everything.target.astype(np.int64)
    for array in (images, labels):
        array.setflags(write=False)
    return images, labels


@dataclass(frozen=True)
class Archive:
    """The 60,000 training images, 28 x 28, of a set that is to be had elsewhere.

    Args:
        images, labels: gzipped files in MNIST's IDX format.
        classes: what its ten classes are called.
    """

    images: Remote
    labels: Remote
    classes: tuple[str, ...]

    @property
    def megabytes(self) -> int:
        """How much is fetched, about."""
        return round((self.images.nbytes + self.labels.nbytes) / 1e6)


def _mnist(name: str, nbytes: int, sha256: str) -> Remote:
    return Remote("MNIST", "mnist", f"https://storage.googleapis.com/cvdf-datasets/mnist/{name}", nbytes, sha256)


def _fashion(name: str, nbytes: int, sha256: str) -> Remote:
    at = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion"
    return Remote("Fashion-MNIST", "fashion-mnist", f"{at}/{name}", nbytes, sha256)


IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
ARCHIVES = {
    "mnist": Archive(
        _mnist(IMAGES, 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        _mnist(LABELS, 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        tuple("0123456789"),
    ),
    "fashion-mnist": Archive(
        _fashion(IMAGES, 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        _fashion(LABELS, 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
}
"""Sets that are fetched, from these two addresses and no others: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of
handwritten digits", 1998; H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv 1708.07747."""


def archived(name: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first ``count`` images of an archive and their classes. They are fetched unless they are on this computer.

    Shapes:
        Images (count, 28, 28) float32 between 0 and 1; classes (count,) int64.

    Raises:
        Refused: they are not to be had; the sentence says why.
        GivenUp: nobody wants them any more.
    """
    archive = ARCHIVES[name]
    labels, images = (first_of(fetched(each), count) for each in (archive.labels, archive.images))
    return images.astype(np.float32) / 255, labels.astype(np.int64)


def first_of(path: object, count: int) -> np.ndarray:
    """The first ``count`` entries of a gzipped IDX file: two zeros, the type of its numbers, how many sizes, the sizes,
    the numbers; big-endian. (count, ...) uint8.

    Raises:
        ValueError: it is no such file, or shorter.
    """
    with gzip.open(str(path)) as file:
        zero, kind, dimensions = struct.unpack(">HBB", file.read(HEAD))
        if zero or kind != BYTES:
            raise ValueError(f"{path} is no IDX file of bytes")
        sizes = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        shape = (min(count, sizes[0]), *sizes[1:])
        return np.frombuffer(file.read(int(np.prod(shape))), np.uint8).reshape(shape)
