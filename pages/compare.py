"""Compare starts, optimisers, learning rates or targets side by side."""

import streamlit as st

from eigfit.figures import member_lines
from eigfit.results.step import Step
from eigfit.study.comparison import comparison
from eigfit.web.at_hand import at_hand
from eigfit.web.cards import card, chart_card, introduction, row
from eigfit.web.compare.members import members, open_member, pin, pinned, variation
from eigfit.web.compare.survey import survey
from eigfit.web.frames import frames
from eigfit.web.live import chart_place, summary_place, table_place
from eigfit.web.picture import LiveView, Picture
from eigfit.web.player import player
from eigfit.web.runs import turn
from eigfit.web.share import share
from eigfit.web.sidebar import RUN, sidebar, step_axis

setup = sidebar(*RUN, page="compare")
compared = comparison(setup)
titles = compared.titles

introduction(
    "Compare side by side",
    "The same experiment several times, moving together on the same axes: from other starts, under "
    "other rules or learning rates, or towards other targets.",
    brief=True,
)
variation(setup)
buttons = row()
seeds = setup.members if setup.vary == "starts" else 1
turn("run_compare", compared)
run = player(buttons, "run_compare", compared, seeds)
with buttons:
    at_hand(setup)
    share("compare", run)
view = st.container(key="live")
place = st.container()
dotted = "" if pinned(compared) is None else ", dotted: the baseline"
with card(place, "Eigenvalues", f"dashed: the target{dotted}; below: A", lambda: step_axis(setup)):
    summary_place()
    chart_place("panels", "Eigenvalues of each member over steps, side by side",
                member_lines.height(len(titles)))  # fmt: skip
band = setup.vary == "starts" and len(titles) >= member_lines.FEWEST_FOR_BAND
chart_card(
    place, "losses", "Losses",
    "thick: the median, shaded: from 10 to 90 %" if band else "of each",
    f"Losses of all members over steps{', with median and band' if band else ''}",
    member_lines.LOSSES_HEIGHT,
)  # fmt: skip
with card(place, "Members", "a click on a heading sorts, Open shows that member on the Fit page"):
    table_place()


def draw(step: Step, cursor: int | None) -> Picture:
    """What is seen of the members at a step."""
    seen = {"cursor": cursor, "log_x": setup.log_x == "yes", "baseline": pinned(compared)}
    last, lived = run.reached, comparison(run.experiment.setup).members
    targets = [member.target_at(last) for member in lived]
    former = [member.former_targets(last) for member in lived]
    charts = {
        "panels": member_lines.panels(run.record, targets, titles, former=former, **seen),
        "losses": member_lines.losses(run.record, titles, setup.tolerance, band=band, **seen),
    }
    return Picture(charts, {}, members(run, compared, step))


with view:
    frames(LiveView(run, setup.steps_per_frame, draw, lambda i: open_member(i, run), pin))
if "survey" not in setup.hide:
    survey(setup)
