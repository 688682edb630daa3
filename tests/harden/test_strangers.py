"""What somebody without any token can do to a server: not much."""

from __future__ import annotations

import contextlib
import re
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from engine.kit.pointfile import MOST_BYTES
from tests.browser.server import Server

MEGABYTE = 1 << 20
SENT = 64 * MEGABYTE
SOCKETS = 6
HOUSE = Path(__file__).parent.parent.parent


def most_memory(server: Server) -> int:
    """The most bytes the server has held since it was last told to forget."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def send_much(address: str) -> int:
    """Send one huge message; the code with which the server hangs up."""
    try:
        with connect(address, max_size=None, compression=None) as socket:
            with contextlib.suppress(ConnectionClosed):
                socket.send(bytes(SENT))
            while True:
                socket.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("path", ["/_stcore/stream", "/live/run/nobody?token=x"])
def test_huge_messages_do_not_fill_the_memory(server: Server, path: str) -> None:
    address = server.url.replace("http", "ws") + path
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    before = most_memory(server)
    with ThreadPoolExecutor(SOCKETS) as senders:
        codes = set(senders.map(send_much, [address] * SOCKETS))
    assert codes <= {1009, 4404, 1006}
    assert most_memory(server) - before < SOCKETS * SENT / 3


def test_no_more_is_uploaded_than_is_read() -> None:
    config = tomllib.loads((HOUSE / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * MEGABYTE == MOST_BYTES
