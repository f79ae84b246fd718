"""The page as a part of another one: the lines of HTML that put it there."""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple

import streamlit as st

from eigfit.web.copying import copy_text


class Size(NamedTuple):
    """Of an embedded page, in pixels."""

    width: int
    height: int


SIZES: Final = {"Small": Size(400, 600), "Medium": Size(720, 640), "Large": Size(1100, 800)}
THEMES: Final = {"Light": "light_theme", "Dark": "dark_theme"}


def snippet(link: str, size: Size, theme: str) -> str:
    """An iframe with the page of the link, as narrow as it must be.

    Args:
        link: absolute, with a query.
        size: at most.
        theme: one of Streamlit's options for embedded pages.
    """
    source = escape(f"{link}&embed=true&embed_options={theme}")
    return (
        f'<iframe src="{source}" width="{size.width}" height="{size.height}" '
        'style="border: 0; max-width: 100%" title="eigfit: a matrix and its eigenvalues" '
        'allow="clipboard-write" loading="lazy"></iframe>'
    )


def embed_section(link: str | None) -> None:
    """The choice of a size and a theme, and the lines of HTML to copy.

    Args:
        link: absolute, None where it is not known.
    """
    if link is None:
        st.caption("The address of this page is not known to it, so there is nothing to embed.")
        return
    labels = {f"{name} {size.width} × {size.height}": size for name, size in SIZES.items()}
    size = st.selectbox("Size", labels, index=1, key="embed_size")
    theme = st.segmented_control("Theme", THEMES, default="Light", required=True, key="embed_theme")
    lines = snippet(link, labels[size], THEMES[theme or "Light"])
    copy_text("copy_embed", "Copy HTML", lines)
    st.code(lines, language="html", wrap_lines=True)
