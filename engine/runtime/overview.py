"""How a server is, for who runs it: as JSON at ``/live/status`` and in Prometheus' text format at ``/live/metrics``.

Told to programs on the same machine, and elsewhere to who shows the operator's token.
"""

from __future__ import annotations

import hmac
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from engine.runtime import settings
from engine.runtime.guard import LOOPBACK
from engine.runtime.status import Status

if TYPE_CHECKING:
    from engine.runtime.service import Service

STARTED = time.monotonic()
HELP = {
    "runs": "Open runs by status.",
    "runs_max": "Most runs that may be open.",
    "viewers": "Sockets that look at a run.",
    "failures_total": "Runs that an error has stopped.",
    "memory_bytes": "Memory of the process.",
    "threads": "Threads of the process.",
    "descriptors": "Open files and sockets of the process.",
    "longest_wait_seconds": "Longest that a run waited for its turn in the last minute.",
    "uptime_seconds": "Since the start.",
}


def overview(service: Service) -> dict[str, Any]:
    """The numbers of ``HELP``; NaN-free, None where this system does not tell."""
    runs = service.pool.runs()
    by_status = Counter(run.status.value for run in runs)
    return {
        "runs": {status.value: by_status[status.value] for status in Status if status != Status.CLOSED},
        "runs_max": service.pool.max_runs,
        "viewers": sum(run.watched for run in runs),
        "failures_total": service.pool.failures,
        "memory_bytes": _memory(),
        "threads": threading.active_count(),
        "descriptors": _descriptors(),
        "longest_wait_seconds": round(service.pool.waits.longest(), 4),
        "uptime_seconds": round(time.monotonic() - STARTED, 1),
    }


def routes(service: Callable[[], Service], prefix: str) -> list[BaseRoute]:
    """Both routes, below ``prefix``."""

    async def status(request: Request) -> Response:
        return JSONResponse(overview(service())) if _may_see(request) else _refusal()

    async def metrics(request: Request) -> Response:
        if not _may_see(request):
            return _refusal()
        return PlainTextResponse(as_metrics(overview(service())), media_type="text/plain; version=0.0.4")

    return [Route(f"{prefix}/live/status", status), Route(f"{prefix}/live/metrics", metrics)]


def as_metrics(numbers: dict[str, Any]) -> str:
    """The overview as Prometheus reads it."""
    lines = []
    for name, value in numbers.items():
        if value is None:
            continue
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# HELP morphogen_{name} {HELP[name]}", f"# TYPE morphogen_{name} {kind}"]
        if isinstance(value, dict):
            lines += [f'morphogen_{name}{{status="{status}"}} {count}' for status, count in value.items()]
        else:
            lines.append(f"morphogen_{name} {value}")
    return "\n".join(lines) + "\n"


def _may_see(request: Request) -> bool:
    token = settings.operator()
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(shown.encode(), token.encode()):
        return True
    address = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
    from_a_page = any(name in request.headers for name in ("origin", "sec-fetch-site"))
    return not token and not forwarded and not from_a_page and address in LOOPBACK


def _refusal() -> Response:
    return PlainTextResponse("Only who runs this server may see how it is.\n", 403)


def _memory() -> int | None:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        try:
            import resource
        except ImportError:  # Windows
            return None
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _descriptors() -> int | None:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return None
