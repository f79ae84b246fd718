"""Share & save: the link in its forms, files of the run, and scripts that reproduce it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.engine.tables import all_steps_as_csv, too_long
from eigfit.experiment.declaring import GROUPS
from eigfit.experiment.files import read_run, run_as_csv, run_as_json
from eigfit.experiment.links import link_text
from eigfit.experiment.scripts import eigfit_script, tensorflow_script
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.study.comparison import Comparison, alone, comparison
from eigfit.web.address import page_address
from eigfit.web.controls import tied
from eigfit.web.copying import copy_link
from eigfit.web.embed import embed_section
from eigfit.web.frames import screen
from eigfit.web.qr_code import qr_section
from eigfit.web.runs import load
from eigfit.web.session import change, go_to, refused, sentence, take

WIDTH: Final = 400  # pixels of the open box, where there are as many


class Page(NamedTuple):
    """A page with a run: what runs there, and that as members of a comparison."""

    runs: Callable[[Setup], Experiment]
    members: Callable[[Setup], Comparison]


PAGES: Final = {
    "fit": Page(lambda setup: setup, alone),
    "compare": Page(comparison, comparison),
}


def share(page: str, run: Run[History]) -> None:
    """The button that opens everything to take away, and to load again.

    Args:
        page: the page's name, under which its run is kept.
        run: what runs there, which is taken away with all that has changed on its way.
    """
    box = _popover("Share & save")
    if box.open:
        with box, st.container(width=WIDTH):
            link, qr_code, embed, files = st.tabs(["Link", "QR code", "Embed", "Files"])
        _link_in_its_forms(run.lived.setup, page_address(first=page == "fit"), link, qr_code, embed)
        with files:
            if run.begun:
                _downloads(page, run)
            else:
                screen().depends_on("begun")
            st.file_uploader("Load a run saved as JSON", type="json", key="load", on_change=_load)
    wanted = st.session_state.pop("go_to", page)
    if wanted != page:
        go_to(wanted)


def share_link(setup: Setup) -> None:
    """The button that opens the link alone, in its forms."""
    box = _popover("Share")
    if box.open:
        with box, st.container(width=WIDTH):
            tabs = st.tabs(["Link", "QR code", "Embed"])
        _link_in_its_forms(setup, page_address(), *tabs)


def _popover(label: str) -> PopoverContainer:
    """A box that opens at a click; its content is made when it does."""
    return st.popover(label, icon=":material/share:", key="share", on_change="rerun")


def _link_in_its_forms(
    setup: Setup,
    address: str | None,
    link: DeltaGenerator,
    qr_code: DeltaGenerator,
    embed: DeltaGenerator,
) -> None:
    """The link to copy, as a QR code, and as lines of HTML, each in its place."""
    query = link_text(setup)
    absolute = address and f"{address}?{query}"
    with link:
        _link(setup, query)
    with qr_code:
        qr_section(absolute)
    with embed:
        embed_section(absolute)


def _link(setup: Setup, query: str) -> None:
    copy_link("copy_link", "Copy link", query)
    st.caption("It names what differs from the defaults, which its version fixes: whoever opens "
               "it, whenever, sees the same.")  # fmt: skip
    st.multiselect(
        "Leave out in the link",
        GROUPS,
        default=None,
        format_func=str.capitalize,
        help="Groups of controls that the page hides, so that a lesson shows only what it needs. "
        "This button stays.",
        key=tied("hide", list(setup.hide), lambda moved: change("hide", tuple(moved))),
    )


def _name(page: str, setup: Setup) -> str:
    return f"eigfit-{page}-{setup.structure}-{setup.n}x{setup.n}-{setup.optimiser}-{setup.seed}"


def _downloads(page: str, run: Run[History]) -> None:
    name = _name(page, run.wanted.setup)

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
