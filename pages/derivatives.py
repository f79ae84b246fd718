"""Derivatives of eigenvalues: first, second, and where there are none."""

import streamlit as st

from eigfit.web.cards import card, introduction
from eigfit.web.derivatives import levels, sections
from eigfit.web.derivatives.editor import editor, spectrum
from eigfit.web.share import share_link
from eigfit.web.sidebar import eigenvalue, sidebar

setup = sidebar("matrix", "start")

introduction(
    "How eigenvalues move",
    "Type into the matrix and see how its eigenvalues answer: their derivatives by every entry, "
    "how these make up the gradient of a fit, how levels bend and push each other away, and where "
    "there is no derivative at all.",
)
share_link(setup)
page = st.container()
left, right = page.columns(2)
with card(left, "Matrix", "type into it"):
    editor(setup)
with card(right, "Spectrum", "eigenvalues, and eigenvectors as columns"):
    spectrum(setup)
with card(page, "First derivative", "dλ/dA", lambda: eigenvalue(setup)):
    sections.sensitivity(setup)
with card(page, "The chain rule", "of the sidebar's experiment, not of the matrix above"):
    sections.chain_rule(setup)
with card(page, "Second derivative", "Hessian of L = Σ (t − λ)² by the entries of the matrix"):
    sections.second_order(setup)
with card(page, "Along a path", "A + s E, where E moves the entry (i, j) and its mirror"):
    levels.along_a_path(setup)
