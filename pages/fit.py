"""Fit one matrix to its target spectrum, and watch."""

import streamlit as st

from eigfit.figures import heatmaps, lines
from eigfit.history import Step
from eigfit.web.cards import CHART_HEIGHTS, card, figures_line, introduction
from eigfit.web.explanation import explanation
from eigfit.web.live import live_chart
from eigfit.web.player import frames, player
from eigfit.web.sidebar import derivative, sidebar, step_axis

setup = sidebar()

introduction()
run = player(setup)
readouts = st.container()
left, right = st.columns(2)
spectrum = card(left, "Eigenvalues", "dashed: the target", lambda: step_axis(setup))
loss = card(right, "Loss", "Σ (t − λ)², dashed: the tolerance")
left, right = st.columns(2)
matrix = card(left, "Matrix A", "blue below zero, orange above")
gradient = card(right, "Gradient", "dλ/dA", lambda: derivative(setup))


def draw(step: Step, cursor: int | None) -> None:
    """Draw a step into the cards."""
    with readouts:
        figures_line(run, step, setup)
    log_x = setup.log_x == "yes"
    limit = heatmaps.colour_limit(run.history.kept[0].matrix, setup.target)
    with spectrum:
        figure = lines.spectrum(run.history, setup.target, cursor=cursor, log_x=log_x)
        live_chart(figure, "eigenvalues", "Eigenvalues over steps, with the target as dashed lines")
    with loss:
        figure = lines.loss(run.history, setup.tolerance, cursor=cursor, log_x=log_x)
        live_chart(figure, "loss", "Loss over steps on a logarithmic axis")
    with matrix:
        live_chart(heatmaps.matrix(step, limit), "matrix", "The matrix A as a heatmap")
    with gradient:
        figure = heatmaps.gradient(step, setup.k, setup.convention)
        live_chart(figure, "gradient", "The derivative of an eigenvalue as a heatmap")


def wait() -> None:
    """Draw skeletons where the charts will stand."""
    for place, height in zip((spectrum, loss, matrix, gradient), CHART_HEIGHTS, strict=True):
        place.skeleton(height)


frames(run, setup, draw, wait)
explanation(setup)
