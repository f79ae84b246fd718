"""The controls of an experiment, in the sidebar; every one of them is in the link.

The experiment is one `Setup` in the session. A control shows its field of it and, when touched,
replaces the Setup by one with that field changed; the link follows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import streamlit as st

from eigfit.figures.style import SUBSCRIPTS
from eigfit.optimisers import OPTIMISERS, SWITCH, Setting
from eigfit.setup import DOMAINS, PRINTED_START, Choice, Range, Setup, default_target
from eigfit.structures import STRUCTURES

TARGETS: Final[dict[str, Callable[[int], tuple[float, ...]]]] = {
    "All ones": default_target,
    "1 … n": lambda n: tuple(float(k + 1) for k in range(n)),
    "Evenly from −1 to 1": lambda n: tuple(np.linspace(-1, 1, n).round(4).tolist()),
    "Random draw": lambda n: tuple(
        np.sort(np.random.default_rng().uniform(-2, 2, n)).round(2).tolist()
    ),
}
DISTRIBUTIONS: Final = {
    "uniform": "Uniform random numbers",
    "normal": "Normal random numbers",
    "explicit": "Explicit numbers",
}
TOLERANCES: Final = (0.0, *(float(f"1e-{e}") for e in range(24, -1, -2)))
STEP_LIMITS: Final = (0, 100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
FRAMES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000)


def sidebar() -> Setup:
    """Draw the controls and give the experiment they describe; the first call of every page."""
    setup = _opened()
    with st.sidebar:
        st.subheader("Matrix", anchor=False)
        n = DOMAINS["n"]
        assert isinstance(n, Range)
        st.slider("Size n", int(n.low), int(n.high), **_bound("n", setup.n))
        _choice("structure", setup.structure, "Structure", lambda name: STRUCTURES[name].title)
        _target(setup)
        st.subheader("Start", anchor=False)
        _start(setup)
        st.subheader("Optimiser", anchor=False)
        _choice("optimiser", setup.optimiser, "Rule", lambda name: OPTIMISERS[name].title)
        values = dict(setup.rule.settings)
        for setting in OPTIMISERS[setup.optimiser].settings:
            _setting(setting, values[setting.name])
        st.subheader("Run", anchor=False)
        _stops("tolerance", setup.tolerance, "Tolerance of the loss", TOLERANCES)
        _stops("max_steps", setup.max_steps, "Step limit", STEP_LIMITS, "{:,}")
        _choice("dtype", setup.dtype, "Precision", str)
        _stops("steps_per_frame", setup.steps_per_frame, "Steps per frame", FRAMES, "{:,}")
    st.query_params.from_dict(setup.link())
    st.session_state["linked"] = setup.link()
    return setup


def ignored() -> tuple[str, ...]:
    """What of the link the visitor came with could not be used."""
    return st.session_state.get("ignored", ())


def change(name: str, value: Any) -> None:
    """Change a field of the experiment, or say why that cannot be."""
    try:
        st.session_state["setup"] = st.session_state["setup"].changed(name, value)
        st.session_state["ignored"] = ()
    except ValueError as error:
        st.toast(str(error), icon=":material/info:")


def step_axis(setup: Setup) -> None:
    """The control for how the steps run along the axis."""
    titles = {"no": "linear", "yes": "log"}
    _switch("log_x", setup.log_x, "Step axis", titles)


def derivative(setup: Setup) -> None:
    """The controls for which eigenvalue's derivative is shown, and in which convention."""
    st.selectbox(
        "Eigenvalue",
        range(setup.n),
        format_func=lambda k: f"λ{k}".translate(SUBSCRIPTS),
        label_visibility="collapsed",
        width=80,
        **_bound("k", setup.k),
    )
    titles = {"symmetric": "v vᵀ", "lower": "lower"}
    _switch("convention", setup.convention, "Convention", titles)


def _switch(name: str, value: str, label: str, titles: dict[str, str]) -> None:
    st.segmented_control(
        label,
        tuple(titles),
        format_func=titles.__getitem__,
        required=True,
        label_visibility="collapsed",
        **_bound(name, value),
    )


def _opened() -> Setup:
    """The session's experiment: the link's, when the page opens or its address has changed."""
    link = st.query_params.to_dict()
    if "setup" not in st.session_state or link not in (st.session_state.get("linked"), {}):
        before = st.session_state.get("linked")
        if before is None or link != before:
            setup, ignored = Setup.from_link(link)
            st.session_state["setup"], st.session_state["ignored"] = setup, ignored
    return st.session_state["setup"]


def _bound(name: str, value: Any) -> dict[str, Any]:
    """The arguments that tie a widget to the field of that name."""
    st.session_state[name] = value
    return {"key": name, "on_change": lambda: change(name, st.session_state[name])}


def _choice(name: str, value: str, label: str, title: Callable[[str], str]) -> None:
    domain = DOMAINS[name]
    assert isinstance(domain, Choice)
    st.selectbox(label, domain.options, format_func=title, **_bound(name, value))


def _stops(
    name: str, value: float, label: str, stops: tuple[float, ...], form: str = "{:.3g}"
) -> None:
    """A slider over given stops, with the value of a link among them."""
    st.select_slider(label, sorted({*stops, value}), format_func=form.format, **_bound(name, value))


def _setting(setting: Setting, value: float | bool) -> None:
    label = setting.name.replace("_", " ").capitalize()
    domain = setting.domain
    if domain is SWITCH:
        st.toggle(label, **_bound(setting.name, value))
    elif domain.scale == "log":
        decades = range(round(np.log10(domain.low)), round(np.log10(domain.high)))
        stops = [float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 5)]
        _stops(setting.name, value, label, (*stops, domain.high))
    else:
        low, high = min(domain.low, value), max(domain.high, value)
        st.slider(label, low, high, step=0.001, format="%.3f", **_bound(setting.name, value))


def _target(setup: Setup) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Target eigenvalues")
        st.menu_button(
            "Presets",
            tuple(TARGETS),
            type="tertiary",
            key="target_preset",
            on_click=lambda: change(
                "target", TARGETS[st.session_state["target_preset"]](st.session_state["setup"].n)
            ),
        )
    for row in range(0, setup.n, 3):
        for k, column in zip(range(row, min(row + 3, setup.n)), st.columns(3), strict=False):
            name = f"target_{k}"
            st.session_state[name] = setup.target[k]
            column.number_input(
                f"Target of eigenvalue {k}",
                key=name,
                step=0.1,
                format="%.6g",
                label_visibility="collapsed",
                on_change=_target_changed,
                args=(k,),
            )


def _target_changed(k: int) -> None:
    target = list(st.session_state["setup"].target)
    value = st.session_state[f"target_{k}"]
    target[k] = target[k] if value is None else float(value)
    change("target", tuple(target))


def _start(setup: Setup) -> None:
    _choice("distribution", setup.distribution, "Distribution", DISTRIBUTIONS.__getitem__)
    if setup.distribution == "explicit":
        st.session_state["start"] = ", ".join(map(_shown, setup.start))
        st.text_area(
            f"The {setup.parameters} numbers r",
            key="start",
            on_change=_start_changed,
            help="Separated by commas: "
            + ", ".join(f"r{k}" for k in range(min(6, len(setup.start)))),
        )
    else:
        with st.container(horizontal=True):
            seed = DOMAINS["seed"]
            assert isinstance(seed, Range)
            st.number_input("Seed", seed.low, seed.high, step=1, **_bound("seed", setup.seed))
            st.number_input("Low", step=0.5, format="%.4g", **_bound("low", setup.low))
            st.number_input("High", step=0.5, format="%.4g", **_bound("high", setup.high))
    st.button(
        "The published start",
        type="tertiary",
        icon=":material/menu_book:",
        on_click=_take_printed_start,
        help="The six numbers printed in the article this experiment comes from.",
    )


def _start_changed() -> None:
    exact = {_shown(value): value for value in st.session_state["setup"].start}
    try:
        parts = [part.strip() for part in st.session_state["start"].split(",")]
        start = tuple(exact[part] if part in exact else float(part) for part in parts)
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
