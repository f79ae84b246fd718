"""Compare starts, optimisers, learning rates or targets side by side."""

import streamlit as st

from eigfit.figures import panels
from eigfit.results.step import Step
from eigfit.study.comparison import comparison
from eigfit.web.cards import blank, card, introduction, row
from eigfit.web.compare.members import standing, table, variation
from eigfit.web.compare.survey import survey
from eigfit.web.live import live_chart
from eigfit.web.player import frames, player
from eigfit.web.share import share
from eigfit.web.sidebar import CONTROLS, sidebar, step_axis

setup = sidebar(*CONTROLS, page="compare")
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
run = player(buttons, "run_compare", compared, setup.seed, seeds)
with buttons:
    share("compare", run)
readouts = st.container()
place = st.container()
spectra = card(place, "Eigenvalues", "dashed: the target", lambda: step_axis(setup))
band = len(titles) >= panels.FEWEST_FOR_BAND
overlay = card(place, "Losses", "thick: the median, shaded: from 10 to 90 %" if band else "of each")
rows = card(place, "Members", "a click on a heading sorts")


def draw(step: Step, cursor: int | None) -> None:
    """Draw the members at a step into the cards."""
    log_x = setup.log_x == "yes"
    targets = [member.target for member in compared.members]
    with readouts:
        standing(run, step)
    with spectra:
        figure = panels.panels(run.record, targets, titles, cursor=cursor, log_x=log_x)
        live_chart(figure, "panels", "Eigenvalues of each member over steps, side by side")
    with overlay:
        figure = panels.losses(run.record, titles, setup.tolerance, cursor=cursor, log_x=log_x)
        live_chart(figure, "losses", "Losses of all members over steps, with median and band")
    with rows:
        table(run, compared)


def empty(coming: bool) -> None:
    """Hold the places of the figures and the charts."""
    with readouts:
        standing(run, None)
    for place, height in ((spectra, panels.PANEL_HEIGHT), (overlay, panels.LOSSES_HEIGHT)):
        blank(place, height, coming)
    blank(rows, panels.PANEL_HEIGHT, coming)


frames(run, setup.steps_per_frame, draw, empty)
if "survey" not in setup.hide:
    survey(setup)
