"""The parts a page is laid out from: its first lines, rows of buttons, cards for charts."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from eigfit.web.live import chart_place
from eigfit.web.session import remark


def introduction(title: str, text: str, *, brief: bool = False) -> None:
    """What the page is, and what is to be said of the visitor's link.

    Args:
        title: of the page.
        text: below it.
        brief: whether on a phone the title says enough, and the charts come first.
    """
    with st.container(key="brief_introduction" if brief else "introduction"):
        st.markdown(f"#### {title}\n{text}")
    with place_for("remark"):
        if remark():
            st.caption(remark())


def place_for(key: str) -> DeltaGenerator:
    """A place for what comes and goes.

    The browser knows the parts of a page by their places: without it, all that follows would be
    made anew, charts included.
    """
    return st.container(key=key)


def row() -> DeltaGenerator:
    """The row of the page's buttons, which wraps where it is narrow."""
    return st.container(key="buttons", horizontal=True, vertical_alignment="center", gap="small")


def card(
    place: DeltaGenerator, title: str, caption: str, controls: Callable[[], None] | None = None
) -> DeltaGenerator:
    """A bordered box with a title row and its controls; the box below them, to draw into."""
    box = place.container(border=True, height="stretch")
    with box.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title}** &nbsp; :small[:gray[{caption}]]")
        if controls is not None:
            controls()
    return box.container()


def chart_card(
    place: DeltaGenerator,
    key: str,
    title: str,
    caption: str,
    alt: str,
    height: int,
    controls: Callable[[], None] | None = None,
    pulled: Callable[[float, float], None] | None = None,
) -> None:
    """A card for the figure of that key in the frames of a run.

    Args:
        place: where the card stands.
        key: of the figure.
        title: of the card.
        caption: beside the title, in small.
        alt: one sentence for those who cannot see the chart.
        height: of the chart in pixels.
        controls: of the card, if it has any.
        pulled: is given the value from which a handle was pulled, and the one to which.
    """
    with card(place, title, caption, controls):
        chart_place(key, alt, height, pulled)
