"""Fit one matrix to its target spectrum, and watch."""

import streamlit as st

from eigfit.figures import heatmaps, lines
from eigfit.results.step import Step
from eigfit.web.cards import blank, card, figures_line, introduction, row
from eigfit.web.explanation import explanation
from eigfit.web.live import live_chart
from eigfit.web.player import frames, player
from eigfit.web.share import share
from eigfit.web.sidebar import CONTROLS, derivative, sidebar, step_axis

setup = sidebar(*CONTROLS)

introduction(
    "Find a matrix that has the eigenvalues you ask for",
    "A few numbers fill a symmetric matrix. An optimiser moves them, step by step, until the "
    "matrix has the target spectrum.",
)
buttons = row()
run = player(buttons, "run_fit", setup, setup.seed)
with buttons:
    share("fit", run)
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
    limit = heatmaps.colour_limit(run.record.kept[0].matrix, setup.target)
    with spectrum:
        figure = lines.spectrum(run.record, setup.target, cursor=cursor, log_x=log_x)
        live_chart(figure, "eigenvalues", "Eigenvalues over steps, with the target as dashed lines")
    with loss:
        figure = lines.loss(run.record, setup.tolerance, cursor=cursor, log_x=log_x)
        live_chart(figure, "loss", "Loss over steps on a logarithmic axis")
    with matrix:
        live_chart(heatmaps.matrix(step, limit), "matrix", "The matrix A as a heatmap")
    with gradient:
        figure = heatmaps.gradient(step, setup.k, setup.convention)
        live_chart(figure, "gradient", "The derivative of an eigenvalue as a heatmap")


def empty(coming: bool) -> None:
    """Hold the places of the figures and the charts."""
    with readouts:
        figures_line(run, None, setup)
    for place in (spectrum, loss):
        blank(place, lines.HEIGHT, coming)
    for place in (matrix, gradient):
        blank(place, heatmaps.HEIGHT, coming)


frames(run, setup.steps_per_frame, draw, empty)
explanation(setup)
