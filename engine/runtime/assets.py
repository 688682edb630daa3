"""What a browser is served beside the stream: modules, typefaces, pictures, and plotly.js.

Their path names their version, so that a browser keeps them and asks for nothing twice, and never mixes two versions.
"""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS = Path(__file__).parent.parent.parent / "assets"
KEPT, ASKED_AGAIN = "max-age=31536000, immutable", "no-cache"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def path(base: str = "") -> str:
    """Where they are now, on a server with that base path: elsewhere as soon as one of them has changed."""
    return f"{base}/live/assets/{version()}"


def routes(prefix: str) -> list[BaseRoute]:
    """What :func:`path` leads to."""
    folder = f"{prefix}/live/assets/{{version}}"
    return [Route(f"{folder}/plotly.js", _plotly), Mount(folder, _Assets(directory=ASSETS))]


def version() -> str:
    """Of all files together, looked at once in a second."""
    return _version_in(int(time.monotonic()))


@lru_cache(maxsize=1)
def _version_in(_second: int) -> str:
    files = (file.stat() for file in sorted(ASSETS.rglob("*")) if file.is_file())
    seen = [(stat.st_size, stat.st_mtime_ns) for stat in files]
    return hashlib.sha256(f"{plotly.__version__} {seen}".encode()).hexdigest()[:12]


def _caching(asked: str) -> str:
    return KEPT if asked == version() else ASKED_AGAIN


class _Assets(StaticFiles):
    """Files that a browser keeps under the address of their version, and asks about again under any other."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _caching(scope["path_params"]["version"])
        return response


@lru_cache(maxsize=1)
def _plotly_module() -> bytes:
    return (
        b"const module={exports:{}},exports=module.exports;\n"
        + PLOTLY.read_bytes()
        + b"\nexport default module.exports;\n"
    )


async def _plotly(request: Request) -> Response:
    """plotly.js out of the plotly package, as an ES module that leaves Streamlit's own copy alone."""
    tag = f'"{plotly.__version__}"'
    headers = {"ETag": tag, "Cache-Control": _caching(request.path_params["version"])}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(_plotly_module(), media_type="text/javascript", headers=headers)
