"""Requests that never become whole: whoever connects has to say what they want within a while."""

from __future__ import annotations

import asyncio
from typing import Any

HEADERS_S = 20.0


def hang_up_on_silence(protocol: type[Any], within_s: float = HEADERS_S) -> None:
    """Make uvicorn, which waits for a request's headers for ever, close connections on which none has come in time.

    Args:
        protocol: uvicorn's class of HTTP connections.
        within_s: seconds from the connection to the end of its first request's headers.
    """
    made = protocol.connection_made
    if getattr(made, "patience", None) is not None:
        return

    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        made(self, transport)

        def look() -> None:
            # a connection that has become a WebSocket belongs to another protocol
            if self.cycle is None and transport.get_protocol() is self and not transport.is_closing():
                transport.close()

        self.loop.call_later(within_s, look)

    connection_made.patience = within_s  # type: ignore[attr-defined]
    protocol.connection_made = connection_made
