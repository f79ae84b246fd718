"""Share & save: the full link, files of the run, and scripts that reproduce it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.engine.tables import all_steps_as_csv, too_long
from eigfit.experiment.declaration import GROUPS
from eigfit.experiment.files import read_run, run_as_csv, run_as_json
from eigfit.experiment.links import full_link
from eigfit.experiment.scripts import eigfit_script, tensorflow_script
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.study.comparison import Comparison, alone, comparison
from eigfit.web.controls import tied
from eigfit.web.runs import load
from eigfit.web.session import change, refused, sentence, take

HERE: Final = Path(__file__).parent


class Page(NamedTuple):
    """A page with a run: its script, what runs there, and that as members of a comparison."""

    script: str
    runs: Callable[[Setup], Experiment]
    members: Callable[[Setup], Comparison]


PAGES: Final = {
    "fit": Page("pages/fit.py", lambda setup: setup, alone),
    "compare": Page("pages/compare.py", comparison, comparison),
}

_copy_link = component(
    "eigfit.copy_link",
    html='<button type="button" class="eigfit-copy">Copy link</button>',
    css=(HERE / "copy_link.css").read_text(encoding="utf-8"),
    js=(HERE / "copy_link.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def share(page: str, run: Run[History]) -> None:
    """The button that opens everything to take away, and to load again.

    Args:
        page: the page's name, under which its run is kept.
        run: what runs there, which is taken away with all that has changed on its way.
    """
    box = _popover("Share & save")
    if box.open:
        with box:
            _link(run.lived.setup)
            if run.begun:
                _downloads(page, run)
            st.file_uploader("Load a run saved as JSON", type="json", key="load", on_change=_load)
    wanted = st.session_state.pop("go_to", page)
    if wanted != page:
        st.switch_page(PAGES[wanted].script)


def share_link(setup: Setup) -> None:
    """The button that opens the full link alone."""
    box = _popover("Share")
    if box.open:
        with box:
            _link(setup)


def _popover(label: str) -> PopoverContainer:
    """A box that opens at a click; its content is made when it does."""
    return st.popover(label, icon=":material/share:", key="share", on_change="rerun")


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
        key=tied("hide", list(setup.hide), lambda moved: change("hide", tuple(moved))),
    )


def _downloads(page: str, run: Run[History]) -> None:
    setup = run.wanted.setup
    name = f"eigfit-{page}-{setup.structure}-{setup.n}x{setup.n}-{setup.optimiser}-{setup.seed}"

    def compared() -> Comparison:
        return PAGES[page].members(run.lived.setup)

    def as_csv() -> str:
        titles, course = compared().titles, run.experiment
        last, ended = run.standing_still(lambda record: (record.last.number, record.ended))
        return all_steps_as_csv(course, last, ended, titles)

    def thinned_as_csv(record: History) -> str:
        return run_as_csv(record, compared().titles)

    def as_json(record: History) -> str:
        return run_as_json(run.lived.setup, page, record, compared().titles)

    def script(write: Callable[..., str]) -> Callable[[], str]:
        return lambda: write(compared().members, compared().titles)

    table = {"CSV of all steps": (f"{name}.csv", as_csv)}
    if too_long(run.record):
        thinned = (f"{name}.csv", lambda: run.standing_still(thinned_as_csv))
        table = {"CSV of the steps in the charts": thinned}
    files = table | {
        "JSON to load again": (f"{name}.json", lambda: run.standing_still(as_json)),
        "Python with eigfit": (f"{name}.py", script(eigfit_script)),
        "Python with TensorFlow alone": (f"{name}-plain.py", script(tensorflow_script)),
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


def _load() -> None:
    file = st.session_state["load"]
    if file is None:
        return
    try:
        saved = read_run(file.getvalue().decode("utf-8", "replace"))
    except ValueError as error:
        st.toast(sentence(error), icon=":material/info:")
        return
    take(saved.setup, refused("The file", saved.refusals))
    page = saved.page if saved.page in PAGES else "fit"
    st.session_state["go_to"] = page
    load(f"run_{page}", PAGES[page].runs(saved.setup), saved.step)
