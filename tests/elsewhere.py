"""Files to be had elsewhere, for tests: a server of this computer's own that has them."""

from __future__ import annotations

import gzip
import hashlib
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from engine.kit.download import Remote
from engine.kit.images import ARCHIVES, Archive

BROKEN = "broken"  # of a file of this name half is sent, and then the connection is cut


@dataclass
class Elsewhere:
    """A web server.

    Args:
        files: what it has, by name. asked: for which files it was asked.
        held: while this is clear it sends half of a file and waits.
    """

    files: dict[str, bytes]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)

    def remote(self, name: str, *, folder: str = "thing", **other: object) -> Remote:
        """A file of it, as one that is to be fetched."""
        blob = self.files.get(name, b"")
        found = Remote("The thing", folder, f"{self.url}/{name}", len(blob), hashlib.sha256(blob).hexdigest())
        return replace(found, **other)  # type: ignore[arg-type]

    def archive(self, name: str, x: str = "x", **other: object) -> Archive:
        """The images ``x`` and the labels ``y`` in place of an archive's; ``other`` is said of the images."""
        labels = self.remote("y", folder=name, of=ARCHIVES[name].images.of)
        images = self.remote(x, folder=name, of=ARCHIVES[name].images.of, **other)
        return replace(ARCHIVES[name], images=images, labels=labels)


@contextmanager
def elsewhere(**files: bytes) -> Iterator[Elsewhere]:
    """A server that has these files."""
    there = Elsewhere(files)
    there.held.set()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path[1:]
            there.asked.append(name)
            if name not in files:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(files[name])))
            self.end_headers()
            half = len(files[name]) // 2
            self.wfile.write(files[name][:half])
            self.wfile.flush()
            if name == BROKEN:
                return
            there.held.wait(20)
            self.wfile.write(files[name][half:])

        def log_message(self, *said: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield there
    finally:
        there.held.set()
        server.shutdown()
        thread.join()
        server.server_close()


def idx(array: np.ndarray) -> bytes:
    """A gzipped file in MNIST's format, of an array of uint8."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes(), 1)
