"""Small molecules as graphs: atoms are nodes, bonds are links, hydrogens are left out.

The table is ``assets/data/molecules.csv``, written by hand; its head says where it comes from.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from engine.exhibits.messages.graph import Alphabet, Graph, beside, linked

TABLE = Path(__file__).parents[3] / "assets" / "data" / "molecules.csv"
VALENCE = {"C": 4, "N": 3, "O": 2}
ATOMS = Alphabet(tuple(VALENCE), ("single", "double"))
CLASSES = ("alcohol", "ether", "aldehyde or ketone", "acid", "amine")


@dataclass(frozen=True)
class Molecule:
    """Atoms other than hydrogen, and bonds (a, b, order) between them."""

    atoms: tuple[str, ...]
    bonds: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, smiles: str) -> Molecule:
        """Read the part of SMILES that the table uses: C, N, O, ``=``, branches in brackets, ring bonds by digits.

        References:
            D. Weininger, "SMILES, a chemical language and information system", 1988.
        """
        atoms: list[str] = []
        bonds: list[tuple[int, int, int]] = []
        branches: list[int] = []
        rings: dict[str, int] = {}
        last, order = -1, 1
        for sign in smiles:
            if sign in VALENCE:
                atoms.append(sign)
                if last >= 0:
                    bonds.append((last, len(atoms) - 1, order))
                last, order = len(atoms) - 1, 1
            elif sign == "=":
                order = 2
            elif sign == "(":
                branches.append(last)
            elif sign == ")":
                last = branches.pop()
            elif sign in rings:
                bonds.append((rings.pop(sign), last, order))
            elif sign.isdigit():
                rings[sign] = last
            else:
                raise ValueError(f"{smiles}: there is no rule for {sign!r}")
        return cls(tuple(atoms), tuple(bonds))

    def hydrogens(self) -> list[int]:
        """How many each atom needs to fill its valence."""
        used = [sum(order for a, b, order in self.bonds if atom in (a, b)) for atom in range(len(self.atoms))]
        return [VALENCE[element] - count for element, count in zip(self.atoms, used, strict=True)]

    def formula(self) -> str:
        """Carbon, hydrogen, then the others, as chemists write it."""
        count = Counter(self.atoms) | Counter({"H": sum(self.hydrogens())})
        return "".join(f"{each}{count[each] if count[each] > 1 else ''}" for each in "CHNO" if count[each])

    def graph(self, name: str, truth: int) -> Graph:
        """Its atoms, all of one class, numbered in the order of the structure."""
        n = len(self.atoms)
        ends = np.array([bond[:2] for bond in self.bonds])
        names = tuple(f"{name}: {element}{number + 1}" for number, element in enumerate(self.atoms))
        plain = linked(names, ends, np.full(n, truth), np.random.default_rng(0))
        kinds, bonds = [ATOMS.kinds.index(element) for element in self.atoms], [bond[2] - 1 for bond in self.bonds]
        return replace(plain, alphabet=ATOMS, kinds=np.array(kinds), bonds=np.array(bonds))


@cache
def table() -> tuple[dict[str, str], ...]:
    """Every row of the table by its column's name."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(line for line in file if not line.startswith("#")))


def molecules(random: np.random.Generator) -> Graph:
    """All molecules of the table beside each other."""
    rows = table()
    graphs = [Molecule.of(row["smiles"]).graph(row["name"], CLASSES.index(row["class"])) for row in rows]
    return beside(graphs, random)
