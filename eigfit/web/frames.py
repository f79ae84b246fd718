"""The frames of a run as Streamlit sends them: one with each page, and others where it is asked.

The browser asks for those that follow by a route of their own (`eigfit.web.frame_route`). It asks
here where more is to change than a frame can say, and where that route cannot be had.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from eigfit.web import live, runs
from eigfit.web.controls import PageDrawn, caught_up
from eigfit.web.picture import LiveView
from eigfit.web.said import whole
from eigfit.web.screen import Screen

PLAIN_PAUSE: Final = 1.0  # seconds between two frames where Streamlit draws the charts


def screen() -> Screen:
    """The session's, made when it is first asked for."""
    if "screen" not in st.session_state:
        st.session_state["screen"] = Screen()
    return st.session_state["screen"]


def frames(view: LiveView) -> None:
    """The live view: how the run stands now, and frames as long as the browser asks for them."""
    shown = screen()
    shown.show(view, runs.expected(view.run))
    st.fragment(_frame, key="frame")(shown, view, PageDrawn.now())


def _frame(shown: Screen, view: LiveView, drawn: PageDrawn) -> None:
    run, asked, pinned = view.run, live.asked(), whole(live.said("pin"))
    if pinned is not None and view.pin is not None:
        view.pin(pinned)
    if asked and shown.view is view and shown.arrived(asked):
        caught_up()  # that base came after the controls
    if drawn.outdated() or shown.view is not view:  # which a page not drawn to its end leaves
        st.rerun()
    if run.moving and (asked or live.plain() or run.begun):
        run.advance(shown.way(still=live.plain() or (asked is not None and asked.still)))
    if shown.outdated():
        st.rerun()
    if shown.expected and (words := shown.expected.words()):
        st.toast(words)
        shown.expected = None
        runs.arrived()
    if run.failure:
        st.error(run.failure, icon=":material/info:")
    if live.plain():
        _draw_plainly(shown, moving=run.moving)
        return
    happened = live.view(shown.frame(asked), shown.token)
    row = whole(happened.open)
    if row is not None and view.open is not None:
        view.open(row)


def _draw_plainly(shown: Screen, *, moving: bool) -> None:
    """The same with Streamlit's own elements, which are rebuilt with every frame."""
    picture, stands = shown.seen()
    with st.container(horizontal=True, gap="medium"):
        for name, value in picture.figures.items():
            st.metric(name, value, width="content")
    st.markdown(f":material/{stands.icon}: {stands.sentence}" if stands.icon else "")
    for key, figure in picture.charts.items():
        live.plain_chart(figure, key)
    if picture.members:
        st.markdown(picture.members.words)
        st.table([dict(zip(picture.members.columns, row, strict=True))
                  for row in picture.members.texts])  # fmt: skip
    if moving:
        live.again("plain_frame", PLAIN_PAUSE)
