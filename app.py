"""Morphogen: Streamlit's pages and the live stream in one process, on one port. Start it with ``make run``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from engine import service, stream


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Make the engine when the server starts, close it when the server stops."""
    service.start().warm_up()
    try:
        yield
    finally:
        service.stop()


app = st.App(
    "ui/main.py",
    lifespan=lifespan,
    routes=stream.routes(
        service.start,
        base=st.get_option("server.baseUrlPath"),
        origins=st.get_option("server.corsAllowedOrigins"),
    ),
)
