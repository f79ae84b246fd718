"""Buttons that copy: a text, or the address of the page with another query."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from streamlit.components.v2 import component

HERE: Final = Path(__file__).parent

_copy = component(
    "eigfit.copy",
    html='<button type="button" class="eigfit-copy" aria-live="polite"></button>',
    css=(HERE / "copying.css").read_text(encoding="utf-8"),
    js=(HERE / "copying.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def copy_text(key: str, label: str, text: str) -> None:
    """A button that copies the text, as wide as its label."""
    data = {"label": label, "text": text, "query": None, "main": False}
    _copy(key=key, data=data, width="content")


def copy_link(key: str, label: str, query: str) -> None:
    """A wide button that copies where the browser has this page, with that query."""
    _copy(key=key, data={"label": label, "text": None, "query": query, "main": True})
