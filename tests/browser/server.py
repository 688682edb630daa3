"""A real server for browser tests and benches, on a free port, with a state folder of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent
START_S = 60.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


class Server:
    """``streamlit run`` as a child process.

    Args:
        state: folder for saved runs.
        options: further command-line options of Streamlit.
        app: the script to run.
        probes: whether to show the exhibits made for tests.
        fps: most frames a second that a browser is sent.
    """

    def __init__(
        self,
        state: Path,
        *options: str,
        port: int | None = None,
        app: str = "app.py",
        probes: bool = True,
        fps: int = 60,
    ) -> None:
        self.state, self.options, self.app, self.probes, self.fps = state, options, app, probes, fps
        self.port = port or free_port()
        self.log = state / "server.log"
        self.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        environment = os.environ | {
            "MORPHOGEN_STATE": str(self.state / "runs"),
            "MORPHOGEN_REST_AFTER_S": "2",
            "MORPHOGEN_FRAMES_PER_S": str(self.fps),
        }
        if self.probes:
            environment["MORPHOGEN_EXHIBITS"] = "tests.probes,tests.probe_views"
            environment["MORPHOGEN_PAGES"] = str(HOUSE / "tests" / "browser" / "pages")
        command = [sys.executable, "-m", "streamlit", "run", self.app, "--server.port", str(self.port), *self.options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        pulse = threading.Event()
        base = next((o.split("=", 1)[1] for o in self.options if o.startswith("--server.baseUrlPath=")), "")
        path = f"/{base}/_stcore/health" if base else "/_stcore/health"
        for _ in range(int(START_S / 0.1)):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped: {self.log.read_text()[-2000:]}")
            try:
                urllib.request.urlopen(self.url + path, timeout=1).close()
                return
            except OSError:
                pulse.wait(0.1)
        raise RuntimeError(f"the server did not answer: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop it as a service manager would."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
