"""Derivatives of eigenvalues: first, second, and where there are none."""

import streamlit as st

from eigfit.web.cards import card, introduction
from eigfit.web.derivatives import levels, sections
from eigfit.web.derivatives.editor import editor, spectrum
from eigfit.web.share import share_link
from eigfit.web.sidebar import eigenvalue, sidebar

LARGEST_N_BESIDE = 4

setup = sidebar("matrix", "start")

introduction(
    "How eigenvalues move",
    "Type into the matrix and see how its eigenvalues answer: their derivatives by every entry, "
    "how these make up the gradient of a fit, how levels bend and push each other away, and where "
    "there is no derivative at all.\n\nAll cards but one show the matrix you type into; *The chain "
    "rule* shows the sidebar's experiment at its start. The sidebar's size is also the matrix's, "
    "and its targets are those of the second derivative's loss.",
)
share_link(setup)
page = st.container()
# A large matrix needs the whole width to be seen with all its columns.
left, right = page.columns(2) if setup.n <= LARGEST_N_BESIDE else (page, page)
with card(left, "Matrix", "type into it"):
    editor(setup)
with card(right, "Spectrum", "eigenvalues, and eigenvectors as columns"):
    spectrum(setup)
with card(page, "First derivative", "dλ/dA of the matrix above", lambda: eigenvalue(setup)):
    sections.sensitivity(setup)
with card(page, "The chain rule", "of the sidebar's experiment at its start"):
    sections.chain_rule(setup)
with card(
    page,
    "Second derivative",
    "Hessian of L = Σ (t − λ)² by the matrix's entries, t from the sidebar",
):
    sections.second_order(setup)
with card(page, "Along a path", "A + s E, A the matrix above, E its entry (i, j) and the mirror"):
    levels.along_a_path(setup)
