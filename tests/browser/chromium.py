"""The Chromium that browser tests drive: found, or installed (``python -m tests.browser.chromium``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--renderer-process-limit=1", "--disable-component-update", "--disable-sync",
)  # fmt: skip
MEND = (
    "Browser tests need Chromium: on Debian or Ubuntu run 'apt-get install chromium', "
    "elsewhere 'playwright install chromium'."
)


def find() -> str | None:
    """Path of a Chromium on this machine: the system's, or Playwright's own."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> None:
    """Install one: by apt-get where there is one to call, else Playwright's own."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        subprocess.run([apt, "update", "-qq"], check=True)
        subprocess.run([apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    """Make sure that there is one."""
    if find():
        return 0
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{MEND} ({error})", file=sys.stderr)
    if not find():
        print(MEND, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
