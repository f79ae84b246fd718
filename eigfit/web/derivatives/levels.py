"""The section of the Derivatives page on levels: eigenvalues followed along a path."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from eigfit.experiment.setup import Setup
from eigfit.figures import paths
from eigfit.figures.style import SUBSCRIPTS
from eigfit.study import derivatives
from eigfit.web.controls import bound, stops
from eigfit.web.live import live_chart

MET: Final = 1e-9  # of the range of all levels: closer ones have met
REACHES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def along_a_path(setup: Setup) -> None:
    """The eigenvalues of A + s E, where E is one entry and its mirror."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label in (("row", "Row i"), ("column", "Column j")):
            st.selectbox(label, range(setup.n), width=110, **bound(name, getattr(setup, name)))
        with st.container(width=260):
            stops("reach", setup.reach, "Reach of s", REACHES, "{:g}")
    found = derivatives.path(setup)
    figure = paths.path(found.s, found.eigenvalues, found.first, found.second)
    live_chart(figure, "path", "Eigenvalues along a path, with their predictions")
    gaps = np.diff(found.eigenvalues, axis=1)
    point, k = np.unravel_index(np.argmin(gaps), gaps.shape)
    words = (
        "Solid: the eigenvalues, or levels; dotted: first order; dashed: second order, at s = 0. "
    )
    if np.isnan(found.second).any():
        words += "Eigenvalues that are equal at s = 0 have neither. "
    met = _met(gaps <= MET * max(np.ptp(found.eigenvalues), 1e-300))
    if len(met):
        words += f"The levels {_listed(met)} meet: along this path nothing couples them."
    else:
        words += (
            f"The levels {_listed(range(k, k + 2))} come nearest, within {gaps[point, k]:.3g} at "
            f"s = {found.s[point]:.3g}, and turn away: their gap stands in the denominator of the "
            "second-order term, so the nearer two levels come, the harder they push each other."
        )
    st.caption(words)


def _met(equal: np.ndarray) -> range:
    """The most levels that meet in one place, given which is equal to the next, [points, n − 1]."""
    most = range(0)
    for point in np.unique(equal, axis=0):
        edges = np.flatnonzero(np.diff([0, *point, 0])).reshape(-1, 2)
        most = max((most, *(range(first, last + 1) for first, last in edges)), key=len)
    return most


def _listed(levels: range) -> str:
    *others, last = (f"λ{k}" for k in levels)
    return f"{', '.join(others)} and {last}".translate(SUBSCRIPTS)
