"""What somebody without any token can do to a server: not much."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
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


def memory(server: Server, which: str) -> int:
    """Bytes: ``VmRSS``, what the server holds; ``VmHWM``, the most it has held since it was last told to forget."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(rf"{which}:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def wait_until_warm(server: Server) -> None:
    """A server that has just begun compiles and imports in the background; wait until that takes no more memory."""
    pulse, still, last = threading.Event(), 0, 0
    for _ in range(600):
        now = memory(server, "VmRSS")
        still = still + 1 if abs(now - last) < MEGABYTE else 0
        last = now
        if still >= 20:
            return
        pulse.wait(0.1)


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
    wait_until_warm(server)
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    before = memory(server, "VmHWM")
    with ThreadPoolExecutor(SOCKETS) as senders:
        codes = set(senders.map(send_much, [address] * SOCKETS))
    assert codes <= {1009, 4404, 1006}
    assert memory(server, "VmHWM") - before < SOCKETS * SENT / 3


def test_no_more_is_uploaded_than_is_read() -> None:
    config = tomllib.loads((HOUSE / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * MEGABYTE == MOST_BYTES
