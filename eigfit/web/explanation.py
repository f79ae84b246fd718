"""The words under the charts: what is being seen, with formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from eigfit.experiment.setup import Setup

TEXT: Final = (Path(__file__).parent / "explanation.md").read_text(encoding="utf-8")


def explanation(setup: Setup) -> None:
    """The expandable explanation, with the size of the experiment at hand."""
    words = st.expander(
        "What am I looking at?", icon=":material/school:", key="explanation", on_change="rerun"
    )
    if words.open:
        words.markdown(
            f"Here $n={setup.n}$ and {setup.parameters} parameters fill the matrix.\n\n" + TEXT
        )
