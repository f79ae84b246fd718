"""Fit one matrix to its target spectrum, and watch."""

import streamlit as st

from eigfit.figures import heatmaps, lines
from eigfit.results.step import Step
from eigfit.web.at_hand import at_hand
from eigfit.web.cards import chart_card, introduction, row
from eigfit.web.explanation import explanation
from eigfit.web.frames import frames
from eigfit.web.landscape import landscape
from eigfit.web.picture import LiveView, Picture
from eigfit.web.player import player
from eigfit.web.ready import start_from
from eigfit.web.result import result
from eigfit.web.share import share
from eigfit.web.sidebar import RUN, derivative, loss_axis, sidebar, step_axis
from eigfit.web.standing import figures_of
from eigfit.web.targets import pull

setup = sidebar(*RUN)

introduction(
    "Find a matrix that has the eigenvalues you ask for",
    "A few numbers fill a symmetric matrix. An optimiser moves them, step by step, until the "
    "matrix has the target spectrum.",
    brief=True,
)
start_from(setup)
buttons = row()
run = player(buttons, "run_fit", setup)
with buttons:
    at_hand(setup)
    share("fit", run)
view = st.container(key="live")
left, right = st.columns(2)
chart_card(
    left, "eigenvalues", "Eigenvalues", "dashed: the target",
    "Eigenvalues over steps, with the target as dashed lines", lines.HEIGHT,
    lambda: step_axis(setup),
    lambda before, value: pull(
        setup.target, run.experiment.setup.target_at(run.reached), before, value
    ),
)  # fmt: skip
chart_card(
    right, "loss", "Loss", "Σ (t − λ)², dashed: the tolerance",
    "Loss over steps", lines.HEIGHT, lambda: loss_axis(setup),
)  # fmt: skip
result(run)
left, right = st.columns(2)
chart_card(
    left, "matrix", "Matrix A", "blue below zero, orange above", "The matrix A as a heatmap",
    heatmaps.HEIGHT,
)  # fmt: skip
chart_card(
    right, "gradient", "Gradient", "dλ/dA", "The derivative of an eigenvalue as a heatmap",
    heatmaps.HEIGHT, lambda: derivative(setup),
)  # fmt: skip


def draw(step: Step, cursor: int | None) -> Picture:
    """What is seen of a step."""
    axes = {"cursor": cursor, "log_x": setup.log_x == "yes"}
    last, lived = run.reached, run.experiment.setup
    limit = heatmaps.colour_limit(run.record.kept[0].matrix, setup.target)
    charts = {
        "eigenvalues": lines.spectrum(
            run.record,
            lived.target_at(last),
            setup.tolerance,
            former=lived.former_targets(last),
            handles="matrix" not in setup.hide,
            **axes,
        ),
        "loss": lines.loss(run.record, setup.tolerance, log_y=setup.log_y == "yes", **axes),
        "matrix": heatmaps.matrix(step, limit),
        "gradient": heatmaps.gradient(step, setup.k, setup.convention),
    }
    return Picture(charts, figures_of(step, lived.target_at(step.number)))


landscape(setup, run)
with view:
    frames(LiveView(run, setup.steps_per_frame, draw))
explanation(setup)
