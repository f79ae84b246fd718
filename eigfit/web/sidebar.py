"""The controls of an experiment, in the sidebar; every one of them is in the link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from eigfit.checks import number_from
from eigfit.experiment.limits import RANGES
from eigfit.experiment.presets import PRINTED_START, TARGETS
from eigfit.experiment.setup import Setup
from eigfit.figures.style import SUBSCRIPTS
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.structures.named import STRUCTURES
from eigfit.web import session
from eigfit.web.controls import bound, choice, setting, slider, stops, switch, take_in, tied
from eigfit.web.session import change

LEARNING_RATE: Final = "learning_rate"
RANDOM_DRAW: Final = "Random draw"
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
    _target(setup)


def _optimiser(setup: Setup) -> None:
    choice("optimiser", setup.optimiser, "Rule", lambda name: OPTIMISERS[name].title)
    _settings(setup, lambda name: name == LEARNING_RATE)


def _other_settings(setup: Setup) -> None:
    _settings(setup, lambda name: name != LEARNING_RATE)


def _settings(setup: Setup, wanted: Callable[[str], bool]) -> None:
    values = dict(setup.rule.settings)
    for each in OPTIMISERS[setup.optimiser].settings:
        if wanted(each.name):
            setting(each, values[each.name])


def _run(setup: Setup) -> None:
    stops("tolerance", setup.tolerance, "Tolerance of the loss", TOLERANCES)
    stops("max_steps", setup.max_steps, "Step limit", STEP_LIMITS, "{:,}")
    choice("dtype", setup.dtype, "Precision", str)
    stops("steps_per_frame", setup.steps_per_frame, "Steps per frame", FRAMES, "{:,}")


def _target(setup: Setup) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Target eigenvalues")
        st.menu_button(
            "Presets",
            (*TARGETS, RANDOM_DRAW),
            type="tertiary",
            key="target_preset",
            on_click=_take_preset,
            args=(setup.n,),
        )
    for row in range(0, setup.n, 3):
        for k, column in zip(range(row, min(row + 3, setup.n)), st.columns(3), strict=False):
            column.number_input(
                f"Target of eigenvalue {k}",
                value=None,
                key=tied(f"target_{k}", setup.target[k], partial(_take_target, k)),
                step=0.1,
                format="%.6g",
                label_visibility="collapsed",
            )


def _take_preset(n: int) -> None:
    name = st.session_state["target_preset"]
    drawn = np.sort(np.random.default_rng().uniform(-2, 2, n)).round(2)
    change("target", tuple(drawn.tolist()) if name == RANDOM_DRAW else TARGETS[name](n))


def _take_target(k: int, value: float | None) -> None:
    target = list(st.session_state["setup"].target)
    target[k] = target[k] if value is None else float(value)
    change("target", tuple(target))


def _start(setup: Setup) -> None:
    choice("distribution", setup.distribution, "Distribution", DISTRIBUTIONS.__getitem__)
    if setup.distribution == "explicit":
        st.text_area(
            f"The {setup.parameters} numbers r",
            key=tied("start", ", ".join(map(_shown, setup.start)), _take_start),
            help="Separated by commas: "
            + ", ".join(f"r{k}" for k in range(min(6, len(setup.start)))),
        )
    else:
        with st.container(horizontal=True):
            st.number_input(
                "Seed", *RANGES["seed"], value=None, step=1, **bound("seed", setup.seed)
            )
            st.number_input("Low", value=None, step=0.5, format="%.4g", **bound("low", setup.low))
            st.number_input(
                "High", value=None, step=0.5, format="%.4g", **bound("high", setup.high)
            )
    st.button(
        "The published start",
        type="tertiary",
        icon=":material/menu_book:",
        on_click=_take_printed_start,
        help="The six numbers printed in the article this experiment comes from.",
    )


def _take_start(text: str) -> None:
    exact = {_shown(value): value for value in st.session_state["setup"].start}
    try:
        parts = [part.strip() for part in text.split(",")]
        start = tuple(exact[part] if part in exact else number_from(part) for part in parts)
    except ValueError:
        st.toast("The start must be numbers separated by commas; the former ones are kept.")
        return
    change("start", start)


def _shown(value: float) -> str:
    """A number of the start in the ten digits that are read; what is left alone keeps them all."""
    return f"{value:.10g}"


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
