"""The target eigenvalues: typed, pasted, drawn at random, or pulled in the chart."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from eigfit.checks import number_from, numbers_from
from eigfit.experiment.limits import RANGES
from eigfit.experiment.presets import TARGETS
from eigfit.experiment.setup import Setup
from eigfit.web.entries import as_held, entry, refusal, shown
from eigfit.web.session import change, put

RANDOM_DRAW: Final = "Random draw"
COLUMNS: Final = 2  # as many as show every digit
LIST_HEIGHT: Final = 68  # pixels, of two lines


def targets(setup: Setup) -> None:
    """A field for each target, and one for all of them."""
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
    for row in range(0, setup.n, COLUMNS):
        refused = []
        places = range(row, min(row + COLUMNS, setup.n))
        for k, column in zip(places, st.columns(COLUMNS), strict=False):
            with column:
                words = entry(
                    f"target_{k}",
                    shown(setup.target[k]),
                    f"Target {k + 1} of {setup.n}",
                    partial(_take_one, k),
                    label_visibility="collapsed",
                )
            refused.append(words)
        for words in refused:
            refusal(words)
    target_list(setup, "target_list", "All at once, typed or pasted")


def target_list(setup: Setup, name: str, label: str) -> None:
    """A field for all targets."""
    words = entry(
        name,
        ", ".join(map(shown, setup.target)),
        label,
        _take_all,
        st.text_area,
        height=LIST_HEIGHT,
    )
    refusal(words)


def pull(drawn: tuple[float, ...], held: tuple[float, ...], before: float, value: float) -> None:
    """Move one of the targets from one value to another; they come to ascend.

    Args:
        drawn: the targets of the experiment that the page was drawn for.
        held: those that hold at the step that it shows. They count until a target is changed.
        before: the value of the one that is moved; where there is none, nothing is.
        value: where it goes.
    """
    asked = st.session_state["setup"].target
    targets = list(held if asked == drawn else asked)
    if before in targets:
        targets.remove(before)
        change("target", tuple(sorted([*targets, value])))


def _take_preset(n: int) -> None:
    name = st.session_state["target_preset"]
    drawn = np.sort(np.random.default_rng().uniform(-2, 2, n)).round(2)
    change("target", tuple(drawn.tolist()) if name == RANDOM_DRAW else TARGETS[name](n))


def _take_one(k: int, text: str) -> None:
    target = list(st.session_state["setup"].target)
    if k < len(target):
        target[k] = as_held(number_from(text), target[k])
        put("target", tuple(target))


def _take_all(text: str) -> None:
    target = st.session_state["setup"].target
    try:
        typed = numbers_from(text, len(target))
    except ValueError as error:
        count = len(numbers_from(text))
        if not RANGES["n"].low <= count <= RANGES["n"].high:
            raise
        raise ValueError(f"{error}. For {count}, set the size n to {count} first") from None
    put("target", tuple(map(as_held, typed, target)))
