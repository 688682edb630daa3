"""Morphogen: Streamlit's pages and the live stream in one process, on one port. Start it with ``make run``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pandas  # noqa: F401 - whole, before two threads at once make plotly look at half of it
import streamlit as st
from starlette.middleware import Middleware
from streamlit.watcher.local_sources_watcher import LocalSourcesWatcher
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from engine.runtime import farewell, guard, halfsent, overview, service, settings, stream
from engine.runtime.stream import base_path

try:
    settings.check()
except settings.SettingError as error:
    raise SystemExit(f"Morphogen cannot start: {error}") from None


def spare_idle_watchers() -> None:
    """With ``server.fileWatcherType = none`` Streamlit still resolves the files of all imported modules, for every new
    session, on the event loop: with torch 0.3 s in which no frame leaves. Nobody would use what it finds.
    """
    if st.get_option("server.fileWatcherType") == "none":
        LocalSourcesWatcher.update_watched_modules = lambda self: None  # type: ignore[method-assign]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Make the engine when the server starts, close it when the server stops."""
    spare_idle_watchers()
    halfsent.hang_up_on_silence(AutoHTTPProtocol)
    farewell.gone_in_time(service.stop)
    service.start().warm_up()
    try:
        yield
    finally:
        service.stop()


ORIGINS = st.get_option("server.corsAllowedOrigins")
POLICY = guard.Policy(
    hosts=guard.hosts_for(st.get_option("server.address"), st.get_option("server.allowedHosts"), ORIGINS),
    embed=settings.embed(),
    password=settings.password(),
    per_address=settings.per_address(),
)

app = st.App(
    "ui/main.py",
    lifespan=lifespan,
    middleware=[Middleware(guard.Guard, policy=POLICY)],
    routes=[
        *overview.routes(service.start, base_path(st.get_option("server.baseUrlPath"))),
        *stream.routes(service.start, base=st.get_option("server.baseUrlPath"), origins=ORIGINS),
    ],
)
