"""Graphs as files: read from a list of links or from GraphML, with a sentence for whatever is wrong, and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import numpy as np

from engine.kit.textfile import text_of

MOST_NODES, MOST_LINKS = 1000, 5000
MOST_BYTES = 4 << 20
MOST_CLASSES = 5
CLASS_NAMES = ("class", "label", "club", "community")
"""What a node's attribute in GraphML is called, if it is taken for the class."""


@dataclass
class Read:
    """A graph as a file tells it.

    Args:
        names: of the nodes. pairs: of them, loops and links said twice included. classes: by node; empty if not told.
    """

    names: dict[str, int] = field(default_factory=dict)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    classes: dict[int, str] = field(default_factory=dict)

    def node(self, name: str) -> int:
        """The number of a node, which may be new."""
        if name not in self.names and len(self.names) == MOST_NODES:
            raise ValueError(
                f"The file has more than {MOST_NODES:,} nodes; that is the most. Take a part of the graph."
            )
        return self.names.setdefault(name[:60], len(self.names))

    def link(self, a: str, b: str) -> None:
        """A link between two nodes, which may be new."""
        if len(self.pairs) == MOST_LINKS:
            raise ValueError(
                f"The file has more than {MOST_LINKS:,} links; that is the most. Take a part of the graph."
            )
        self.pairs.append((self.node(a), self.node(b)))

    def truth(self) -> list[int]:
        """The classes as numbers, in the order in which they are met; empty unless all nodes have one."""
        if len(self.classes) < len(self.names):
            return []
        found = list(dict.fromkeys(self.classes[node] for node in range(len(self.names))))
        if len(found) > MOST_CLASSES:
            raise ValueError(f"The nodes have {len(found)} classes; at most {MOST_CLASSES} can be told apart here.")
        return [found.index(self.classes[node]) for node in range(len(self.names))]

    def left_out(self) -> str:
        """In words, what of the file does not count."""
        loops = sum(a == b for a, b in self.pairs)
        twice = len(self.pairs) - loops - len({frozenset(pair) for pair in self.pairs if pair[0] != pair[1]})
        parts = [
            f"{count} {word}" for count, word in ((loops, "from a node to itself"), (twice, "said twice")) if count
        ]
        return f"; left out: {' and '.join(parts)}" if parts else ""


def parse_graph(blob: bytes) -> Read:
    """Read a graph from the bytes of a file: GraphML if it begins like XML, else a list of links, one a line.

    Raises:
        ValueError: it cannot be read, or is too large; the sentence says what is wrong and what is wanted.
    """
    text = text_of(blob, MOST_BYTES, "A graph is a list of links, two names a line, or GraphML.")
    read = _graphml(text) if text.lstrip().startswith("<") else _list(text)
    if len(read.names) < 2:
        raise ValueError(f"The file holds {len(read.names)} nodes; a graph to learn on has at least two.")
    return read


def _list(text: str) -> Read:
    read = Read()
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.partition("#")[0].strip()
        if not plain:
            continue
        mark = next((mark for mark in (";", "\t", ",") if mark in plain), None)
        names = [name.strip() for name in plain.split(mark) if name.strip()]
        if len(names) not in (2, 3):  # a third column is a weight, and does not count here
            count = "one name" if len(names) == 1 else f"{len(names)} columns"
            raise ValueError(f"Line {number} has {count}; a link is two names, such as: Anna, Ben")
        read.link(names[0], names[1])
    return read


class _GraphML:
    """Reads GraphML as its elements come. What may declare entities is refused: a few lines of them can grow without
    end.
    """

    def __init__(self) -> None:
        self.read, self.keys = Read(), {}  # type: ignore[var-annotated]
        self.node = self.key = ""
        self.text: list[str] = []
        self.is_graphml = False
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = lambda text: self.text.append(text) if self.key else None

    def refuse(self, *what: object) -> None:
        raise ValueError("The file declares a document type or entities, which are not read. Save it as plain GraphML.")

    def start(self, name: str, given: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "graphml":
                self.is_graphml = True
            case "key" if given.get("for") == "node" and given.get("attr.name", "").lower() in CLASS_NAMES:
                self.keys[given.get("id", "")] = True
            case "node":
                self.node = self.wanted(given, "id", "node")
                self.read.node(self.node)
            case "edge":
                self.read.link(self.wanted(given, "source", "edge"), self.wanted(given, "target", "edge"))
            case "data" if self.node and given.get("key") in self.keys:
                self.key, self.text = given["key"], []

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "data" if self.key:
                self.read.classes[self.read.node(self.node)] = "".join(self.text).strip()
                self.key = ""
            case "node":
                self.node = ""

    def wanted(self, given: dict[str, str], name: str, element: str) -> str:
        if not given.get(name):
            line = self.parser.CurrentLineNumber
            raise ValueError(f"Line {line}: this <{element}> has no {name}; GraphML wants one.")
        return given[name]


def _graphml(text: str) -> Read:
    reader = _GraphML()
    try:
        reader.parser.Parse(text, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ValueError(f"The file is no well-formed XML: {reason}, line {error.lineno}.") from None
    if not reader.is_graphml:
        raise ValueError("The file is XML, but no GraphML: its outermost element is not <graphml>.")
    return reader.read


def as_list(names: Sequence[str], pairs: np.ndarray, truth: np.ndarray) -> str:
    """A graph as a list of links (m, 2), one a line; classes have no place in it."""
    return "".join(f"{_plain(names[a])}\t{_plain(names[b])}\n" for a, b in pairs)


def _plain(name: str) -> str:
    """A name without what parts columns."""
    return name.translate({ord(mark): " " for mark in "\t;,#\n"})


def as_graphml(names: Sequence[str], pairs: np.ndarray, truth: np.ndarray) -> str:
    """A graph as GraphML, with the classes (n,) of its nodes."""
    nodes = "".join(
        f'<node id={quoteattr(name)}><data key="c">{each}</data></node>\n'
        for name, each in zip(names, truth, strict=True)
    )
    edges = "".join(f"<edge source={quoteattr(names[a])} target={quoteattr(names[b])}/>\n" for a, b in pairs)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        '<key id="c" for="node" attr.name="class" attr.type="int"/>\n<graph edgedefault="undirected">\n'
        f"{nodes}{edges}</graph>\n</graphml>\n"
    )
