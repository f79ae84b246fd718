"""Share & save: the full link, files of the run, and scripts that reproduce it."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component

from eigfit.engine.run import Run
from eigfit.experiment.domains import GROUPS
from eigfit.experiment.files import read_run, run_as_csv, run_as_json
from eigfit.experiment.links import full_link
from eigfit.experiment.scripts import eigfit_script, tensorflow_script
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.study.comparison import Comparison, comparison
from eigfit.web.runs import restart
from eigfit.web.session import change, sentence, take

HERE: Final = Path(__file__).parent
LARGEST_UPLOAD: Final = 1  # megabytes
PAGES: Final = {"fit": "pages/fit.py", "compare": "pages/compare.py"}

_copy_link = component(
    "eigfit.copy_link",
    html='<button type="button" class="eigfit-copy">Copy link</button>',
    css=(HERE / "copy_link.css").read_text(encoding="utf-8"),
    js=(HERE / "copy_link.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def share(setup: Setup, page: str, compared: Comparison, run: Run[History]) -> None:
    """The button that opens everything to take away, and to load again.

    Args:
        setup: the session's.
        page: the page's name, under which its run is kept.
        compared: what runs there; a single experiment as a comparison of one.
        run: the run of it.
    """
    with st.popover("Share & save", icon=":material/share:", key="share"):
        _link(setup)
        if run.begun:
            _downloads(setup, page, compared, run)
        st.file_uploader(
            "Load a run saved as JSON",
            type="json",
            max_upload_size=LARGEST_UPLOAD,
            key="load",
            on_change=_load,
        )
    wanted = st.session_state.pop("go_to", page)
    if wanted != page:
        st.switch_page(PAGES[wanted])


def share_link(setup: Setup) -> None:
    """The button that opens the full link alone."""
    with st.popover("Share", icon=":material/share:", key="share"):
        _link(setup)


def _link(setup: Setup) -> None:
    _copy_link(key="copy_link", data={"query": urlencode(full_link(setup))})
    st.caption("Every setting is in it, defaults included: whoever opens it sees the same.")
    st.multiselect(
        "Leave out in the link",
        GROUPS,
        default=None,
        format_func=str.capitalize,
        help="Groups of controls that the page hides, so that a lesson shows only what it needs. "
        "This button stays.",
        **_hiding(setup),
    )


def _downloads(setup: Setup, page: str, compared: Comparison, run: Run[History]) -> None:
    name = f"eigfit-{page}-{setup.structure}-{setup.n}x{setup.n}-{setup.optimiser}-{setup.seed}"
    members, titles = compared.members, compared.titles
    files = {
        "CSV of all steps": (
            f"{name}.csv",
            lambda: run.standing_still(lambda record: run_as_csv(record, titles)),
        ),
        "JSON to load again": (
            f"{name}.json",
            lambda: run.standing_still(lambda record: run_as_json(setup, page, record, titles)),
        ),
        "Python with eigfit": (f"{name}.py", lambda: eigfit_script(members, titles)),
        "Python with TensorFlow alone": (
            f"{name}-plain.py",
            lambda: tensorflow_script(members, titles),
        ),
    }
    for label, (file_name, written) in files.items():
        st.download_button(
            label,
            written,
            file_name,
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            key=f"download_{file_name}",
        )


def _hiding(setup: Setup) -> dict:
    st.session_state["hide"] = list(setup.hide)
    return {"key": "hide", "on_change": lambda: change("hide", tuple(st.session_state["hide"]))}


def _load() -> None:
    file = st.session_state["load"]
    if file is None:
        return
    try:
        setup, page, step, ignored = read_run(file.getvalue().decode("utf-8", "replace"))
    except ValueError as error:
        st.toast(sentence(error), icon=":material/info:")
        return
    take(setup)
    if page not in PAGES:
        page = "fit"
    st.session_state["go_to"] = page
    restart(f"run_{page}", setup if page == "fit" else comparison(setup), step)
    words = f"Loaded, at step {step:,}."
    st.toast(words + (f" Ignored: {len(ignored)} of its settings." if ignored else ""))
