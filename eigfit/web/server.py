"""What the server does beside running the pages: start-up, routes of its own, and the pages' head.

A host that runs app.py as a plain script has none of this, and the pages do without.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import plotly
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from streamlit.starlette import App

from eigfit import web
from eigfit.engine import workplace
from eigfit.web import live
from eigfit.web.discretion import Discretion
from eigfit.web.frame_route import FrameRoute
from eigfit.web.head import Head, Page
from eigfit.web.scripts import Scripts

BETWEEN_COLLECTIONS: Final = 30.0  # seconds; each stops the pages for some hundredths of one


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """What stands from before the first visitor until the server stops."""
    # A limit that a host has mistyped is said now, and not to each visitor.
    importlib.import_module("eigfit.experiment.limits")
    workplace.start()
    _import_pages()
    collecting = asyncio.create_task(_collect_garbage())
    yield
    workplace.stop()
    collecting.cancel()


def _import_pages() -> None:
    """Import all that pages need, for the first visitor, and leave it out of what is collected."""
    for module in pkgutil.walk_packages(web.__path__, f"{web.__name__}."):
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


async def _collect_garbage() -> None:
    """Collect what Streamlit would collect after every frame (`runner.postScriptGC`)."""
    while True:
        await asyncio.sleep(BETWEEN_COLLECTIONS)
        gc.collect()


def routes() -> list[Mount]:
    """The scripts of the charts, served from where they are installed: nothing is copied."""
    package = Path(plotly.__file__).parent / "package_data"
    folders = {f"{live.ADDRESS}/plotly": package, live.ADDRESS: live.SCRIPTS}
    return [
        Mount(f"{base_path()}/{path}", Scripts(directory=folder))
        for path, folder in folders.items()
    ]


def middleware(pages: Sequence[Page]) -> list[Middleware]:
    """Frames; the head of every page, or that there is none; and what a session is not told."""
    below = base_path()
    return [
        Middleware(FrameRoute, base_path=below),
        Middleware(Head, pages=pages, base_path=below),
        Middleware(Discretion),
    ]


def base_path() -> str:
    """The path below which the server was told to serve everything, "" or as `/below`."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
