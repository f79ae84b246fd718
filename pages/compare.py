"""Compare starts, optimisers, learning rates or targets side by side."""

import streamlit as st

from eigfit.figures import panels
from eigfit.results.step import Step
from eigfit.study.comparison import comparison
from eigfit.web.cards import card, chart_card, introduction, row
from eigfit.web.compare.members import open_member, table, variation
from eigfit.web.compare.survey import survey
from eigfit.web.frames import LiveView, Picture, frames
from eigfit.web.live import table_place
from eigfit.web.player import player
from eigfit.web.share import share
from eigfit.web.sidebar import RUN, sidebar, step_axis

setup = sidebar(*RUN, page="compare")
compared = comparison(setup)
titles = compared.titles

introduction(
    "Compare side by side",
    "The same experiment several times, moving together on the same axes: from other starts, under "
    "other rules or learning rates, or towards other targets.",
)
variation(setup)
buttons = row()
seeds = setup.members if setup.vary == "starts" else 1
run = player(buttons, "run_compare", compared, seeds)
with buttons:
    share("compare", run)
view = st.container()
place = st.container()
chart_card(
    place, "panels", "Eigenvalues", "dashed: the target",
    "Eigenvalues of each member over steps, side by side", panels.height(len(titles)),
    lambda: step_axis(setup),
)  # fmt: skip
band = len(titles) >= panels.FEWEST_FOR_BAND
chart_card(
    place, "losses", "Losses",
    "thick: the median, shaded: from 10 to 90 %" if band else "of each",
    "Losses of all members over steps, with median and band", panels.LOSSES_HEIGHT,
)  # fmt: skip
with card(place, "Members", "a click on a heading sorts, Open shows that member on the Fit page"):
    table_place()


def draw(step: Step | None, cursor: int | None) -> Picture:
    """What is seen of the members at a step."""
    if step is None:
        return Picture({}, {})
    log_x = setup.log_x == "yes"
    targets = [member.target for member in compared.members]
    charts = {
        "panels": panels.panels(run.record, targets, titles, cursor=cursor, log_x=log_x),
        "losses": panels.losses(run.record, titles, setup.tolerance, cursor=cursor, log_x=log_x),
    }
    return Picture(charts, {}, table(run, compared))


with view:
    frames(LiveView(run, setup.steps_per_frame, draw, lambda i: open_member(i, run)))
if "survey" not in setup.hide:
    survey(setup)
