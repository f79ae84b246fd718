"""Targets and rule beside the player's buttons where the sidebar is a drawer, as on a phone."""

from __future__ import annotations

from typing import Final

import streamlit as st

from eigfit.experiment.setup import Setup
from eigfit.web.fastest import fastest_rate
from eigfit.web.sidebar import optimiser
from eigfit.web.targets import target_list

AT: Final = "_at_hand"
PARTS: Final = ("matrix", "optimiser")  # the groups of the sidebar that it takes from


def at_hand(setup: Setup) -> None:
    """The button that opens them, which page.css takes away where the sidebar stands open."""
    shown = [part for part in PARTS if part not in setup.hide]
    if not shown or st.context.is_embedded:
        return
    box = st.popover("Targets & rule", icon=":material/tune:", key="at_hand", on_change="rerun")
    if not box.open:
        return
    with box:
        if "matrix" in shown:
            target_list(setup, f"target_list{AT}", "Target eigenvalues")
        if "optimiser" in shown:
            optimiser(setup, AT)
            fastest_rate(setup, AT)
