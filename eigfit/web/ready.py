"""Start from: a strip of ready experiments, each a link with a picture of its own run."""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component

from eigfit.experiment.links import short_link
from eigfit.experiment.ready import READY, Ready
from eigfit.experiment.setup import Setup
from eigfit.web.live import loaded
from eigfit.web.runs import forget
from eigfit.web.session import go_to, take

HOME: Final = "fit"  # the page at the app's own address


def _card(name: str, ready: Ready) -> str:
    page = "" if ready.page == HOME else ready.page
    link = f"./{page}?{urlencode(short_link(ready.setup))}"
    return (
        f'<a href="{escape(link)}" data-ready="{name}" title="{escape(ready.words)}">'
        f'<img src="./app/static/ready/{name}.svg" alt="" width="144" height="56">'
        f"<span>{escape(ready.title)}</span></a>"
    )


_strip = component(
    "eigfit.ready",
    html='<nav class="eigfit-ready" aria-label="Start from">'
    + "".join(_card(name, ready) for name, ready in READY.items())
    + '</nav><p class="eigfit-story" role="status"></p>',
    js=loaded("ready.js"),
    isolate_styles=False,
)


def start_from(setup: Setup) -> None:
    """The strip, unless the link leaves it out; a click opens an experiment."""
    if "ready" in setup.hide or st.context.is_embedded:
        return
    opened = opened_in(setup)
    story = READY[opened].words if opened else ""
    data = {"opened": opened, "story": story}
    name = _strip(data=data, key="ready", on_open_change=lambda: None).open
    if isinstance(name, str) and name in READY:
        _open(READY[name])


def opened_in(setup: Setup) -> str | None:
    """The name of the first page's ready experiment that this is, however one looks at it."""
    for name, ready in READY.items():
        same = ready.setup.identity() == setup.identity() and not setup.earlier
        if ready.page == HOME and same and ready.setup.conditions() == setup.conditions():
            return name
    return None


def _open(ready: Ready) -> None:
    forget(f"run_{ready.page}")
    take(ready.setup, "" if ready.page == HOME else ready.words)
    if ready.page == HOME:
        st.rerun()
    go_to(ready.page)
