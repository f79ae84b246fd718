"""The controls of an experiment, in the sidebar; every one of them is in the link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from eigfit.checks import number_from, numbers_from
from eigfit.experiment.limits import RANGES
from eigfit.experiment.presets import PRINTED_START
from eigfit.experiment.setup import Setup
from eigfit.figures.style import SUBSCRIPTS
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.structures.named import STRUCTURES
from eigfit.structures.structure import parameters_of
from eigfit.web import session
from eigfit.web.controls import bound, choice, setting, slider, stops, switch, take_in
from eigfit.web.entries import as_held, entry, refusal, shown
from eigfit.web.fastest import fastest_rate
from eigfit.web.session import change, put
from eigfit.web.targets import targets

LEARNING_RATE: Final = "learning_rate"
DISTRIBUTIONS: Final = {
    "uniform": "Uniform random numbers",
    "normal": "Normal random numbers",
    "explicit": "Explicit numbers",
}
TOLERANCES: Final = (0.0, *(float(f"1e-{e}") for e in range(24, -1, -2)))
STEP_LIMITS: Final = (0, 100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
FRAMES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000)


def sidebar(*groups: str, page: str = "") -> Setup:
    """Draw the controls and give the experiment they describe; the first call of every page.

    Args:
        groups: those of `GROUPS` that matter to the page.
        page: its name, if it lends its experiment to another and takes it back.
    """
    session.opened(page)
    take_in()
    setup: Setup = st.session_state["setup"]
    shown = [name for name in groups if name not in setup.hide]
    with st.sidebar:
        _controls(FIRST, shown, setup)
        if any(name in MORE for name in shown):
            # What is folded is neither computed nor sent.
            more = st.expander("More", key="more", type="compact", on_change="rerun")
            if more.open:
                with more:
                    _controls(MORE, shown, setup)
    session.publish(setup)
    return setup


def _controls(known: dict[str, Callable[[Setup], None]], names: list[str], setup: Setup) -> None:
    for name in names:
        if name in known:
            st.subheader(name.capitalize(), anchor=False)
            known[name](setup)


def step_axis(setup: Setup) -> None:
    """The control for how the steps run along the axis."""
    switch("log_x", setup.log_x, "Step axis", {"no": "linear", "yes": "log"})


def loss_axis(setup: Setup) -> None:
    """The control for how the loss runs along its axis."""
    switch("log_y", setup.log_y, "Loss axis", {"no": "linear", "yes": "log"})


def derivative(setup: Setup) -> None:
    """The controls for which eigenvalue's derivative is shown, and in which convention."""
    eigenvalue(setup)
    switch("convention", setup.convention, "Convention", {"symmetric": "v vᵀ", "lower": "lower"})


def eigenvalue(setup: Setup) -> None:
    """The control for which eigenvalue is differentiated."""
    st.selectbox(
        "Eigenvalue",
        range(setup.n),
        format_func=lambda k: f"λ{k}".translate(SUBSCRIPTS),
        label_visibility="collapsed",
        width=80,
        **bound("k", setup.k),
    )


def _matrix(setup: Setup) -> None:
    slider("n", setup.n, "Size n")
    choice("structure", setup.structure, "Structure", lambda name: STRUCTURES[name].title)
    targets(setup)


def optimiser(setup: Setup, at: str = "") -> None:
    """The rule and its learning rate; `at` says where, if not in the sidebar."""
    choice("optimiser", setup.optimiser, "Rule", lambda name: OPTIMISERS[name].title, at)
    _settings(setup, lambda name: name == LEARNING_RATE, at)


def _optimiser(setup: Setup) -> None:
    optimiser(setup)
    fastest_rate(setup)


def _other_settings(setup: Setup) -> None:
    _settings(setup, lambda name: name != LEARNING_RATE)


def _settings(setup: Setup, wanted: Callable[[str], bool], at: str = "") -> None:
    values = dict(setup.rule.settings)
    for each in OPTIMISERS[setup.optimiser].settings:
        if wanted(each.name):
            setting(each, values[each.name], at)


def _run(setup: Setup) -> None:
    stops("tolerance", setup.tolerance, "Tolerance of the loss", TOLERANCES)
    stops("max_steps", setup.max_steps, "Step limit", STEP_LIMITS, "{:,}")
    choice("dtype", setup.dtype, "Precision", str)
    stops("steps_per_frame", setup.steps_per_frame, "Steps per frame", FRAMES, "{:,}")


def _start(setup: Setup) -> None:
    choice("distribution", setup.distribution, "Distribution", DISTRIBUTIONS.__getitem__)
    if setup.distribution == "explicit":
        numbers = ", ".join(map(shown, setup.start))
        label = f"The {setup.parameters} numbers r, or the matrix A row by row"
        refusal(entry("start", numbers, label, _take_start, st.text_area))
    else:
        with st.container(horizontal=True):
            st.number_input(
                "Seed", *RANGES["seed"], value=None, step=1, **bound("seed", setup.seed)
            )
            refused = [
                entry(
                    name, shown(getattr(setup, name)), name.capitalize(), partial(_take_end, name)
                )
                for name in ("low", "high")
            ]
        for words in refused:
            refusal(words)
    st.button(
        "The published start",
        type="tertiary",
        icon=":material/menu_book:",
        on_click=_take_printed_start,
        help="The six numbers printed in the article this experiment comes from.",
    )


def _take_start(text: str) -> None:
    """P numbers as the parameters, n² as the matrix that they fill."""
    setup: Setup = st.session_state["setup"]
    numbers = numbers_from(text, setup.parameters, setup.n**2)
    if len(numbers) == setup.n**2:
        structure = STRUCTURES[setup.structure].build(setup.n)
        numbers = parameters_of(structure, np.reshape(numbers, (setup.n, setup.n))).tolist()
    elif setup.start:
        numbers = map(as_held, numbers, setup.start)
    put("start", tuple(numbers))


def _take_end(name: str, text: str) -> None:
    put(name, as_held(number_from(text), getattr(st.session_state["setup"], name)))


def _take_printed_start() -> None:
    change("n", 3)
    change("structure", "symmetric")
    change("distribution", "explicit")
    change("start", PRINTED_START)


# The groups of a run: what one changes first, and what is folded away.
RUN: Final = ("matrix", "start", "optimiser", "run")
FIRST: Final[dict[str, Callable[[Setup], None]]] = {"matrix": _matrix, "optimiser": _optimiser}
MORE: Final[dict[str, Callable[[Setup], None]]] = {
    "start": _start,
    "optimiser": _other_settings,
    "run": _run,
}
