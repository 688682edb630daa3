"""The control panel: transport, the run's status in words, and its live parameters."""

from __future__ import annotations

from typing import Any

from ui.mount import Handle, mount


def controls(handle: Handle[Any]) -> None:
    """The transport bar, the run's status, and its live parameters."""
    schema = handle.kind.Params.schema_for_browser()
    setup = {knob["name"]: getattr(handle.params, knob["name"]) for knob in schema if knob["kind"] == "setup"}
    mount(
        handle, "controls", "controls", needs=(), slug=handle.kind.slug,
        knobs=[knob for knob in schema if knob["kind"] == "live"], setup=setup, main=list(handle.kind.main),
        defaults=handle.kind.Params().model_dump(), watch=handle.run.viewer_token, address=handle.owner,
    )  # fmt: skip
