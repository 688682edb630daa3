"""How a view gets on a page: a Streamlit component whose JavaScript, in ``assets/js``, hangs on the run's own socket.

Streamlit places views; neither frames nor drags pass through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, cast

import streamlit as st

from engine.exhibit import Exhibit
from engine.params import Params
from engine.runtime import assets
from engine.runtime.run import Run
from ui import theme

LOADER = """
export default function (component) {
  globalThis.mgAssets ??= component.data.assets; // one version as long as the page is open
  const load = (name) => import(new URL(`${globalThis.mgAssets}/js/${name}`, location.origin));
  load("socket.js"); // which every view imports: fetched beside it, not after it
  const ready = load(`views/${component.data.view}.js`).then((module) => module.default(component));
  return () => ready.then((done) => done && done());
}
"""
_component = st.components.v2.component("morphogen_view", js=LOADER, isolate_styles=False)

P = TypeVar("P", bound=Params)
What = Literal["array", "metric", "word"]
Where = Literal["frame", "scene", "history", "shown", "phase"]


@dataclass(frozen=True)
class Need:
    """Something a view reads from the stream.

    Args:
        name: of it.
        what: an array, a metric or a word.
        where: in the frame, the scene or the history; ``shown`` is the frame and, behind it, the scene;
            ``phase`` is what slow motion adds.
    """

    name: str
    what: What = "array"
    where: Where = "shown"


@dataclass(frozen=True)
class Handle(Generic[P]):
    """A run as a page sees it: which, in what role; what the page's head says of it, how it calls the values of
    choices, and what could not be done as its address said.
    """

    run: Run
    token: str
    owner: bool
    guide: Any = None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def kind(self) -> type[Exhibit[P]]:
        """The exhibit's class."""
        return cast("type[Exhibit[P]]", self.run.kind)

    @property
    def params(self) -> P:
        """The run's parameters now."""
        return cast(P, self.run.params)

    def to_owner(self, text: str) -> str:
        """What only who owns the run is told to do; who watches is told nothing."""
        return text if self.owner else ""


@dataclass(frozen=True)
class Mounted:
    """A view that a page has placed, as tests see it."""

    view: str
    key: str
    data: Mapping[str, Any]
    needs: frozenset[Need]


_records: list[list[Mounted]] = []


@contextmanager
def recorded() -> Iterator[list[Mounted]]:
    """Keep a record of every view mounted inside, for tests."""
    record: list[Mounted] = []
    _records.append(record)
    try:
        yield record
    finally:
        _records.remove(record)


def base_path() -> str:
    """The server's base URL path, empty or beginning with a slash."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def assets_path() -> str:
    """Where a browser finds the assets as they are now."""
    return assets.path(base_path())


def mount(handle: Handle[Any], view: str, key: str, *, needs: Iterable[Need], **data: Any) -> None:
    """Place a view.

    Args:
        handle: the run it hangs on.
        view: its module in ``assets/js/views``.
        key: tells it from the page's other views, over reruns.
        needs: what it reads from the stream.
        **data: handed to the module as it is.
    """
    for record in _records:
        record.append(Mounted(view, key, data, frozenset(needs)))
    common = {
        "base": base_path(), "assets": assets_path(), "view": view, "key": key, "run": handle.run.id,
        "token": handle.token, "dark": theme.DARK, "owner": handle.owner,
    }  # fmt: skip
    _component(key=f"{handle.kind.slug}-{key}", data={**common, **data}, on_changed_change=lambda: None)
