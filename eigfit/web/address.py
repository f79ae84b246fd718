"""Where the visitor's browser has the page."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import streamlit as st

PATH: Final = "path"
LONGEST_ADDRESS: Final = 1000  # characters; the browser says it, which is a stranger


def at(path: str) -> None:
    """Remember that the page drawn is the one of that path, below the app's own address."""
    st.session_state[PATH] = path


def path() -> str:
    """The path of the page that is drawn, empty for the first."""
    return st.session_state.get(PATH, "")


def page_address(*, first: bool = False) -> str | None:
    """The page's absolute address without its query, None where the browser does not say it.

    It is the browser's own, so proxies and base paths between it and the server are in it.

    Args:
        first: whether it is the page at the app's own address, which ends with a slash.
    """
    address = st.context.url or ""
    try:
        parts = urlsplit(address if len(address) <= LONGEST_ADDRESS else "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}{'/' if first else ''}"
