"""The session's experiment: one `Setup`, opened from the link and replaced when a control moves."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from eigfit.experiment.files import Refusal
from eigfit.experiment.links import read_link, short_link
from eigfit.experiment.setup import Setup

# A click made while the page redraws still comes with the address from before. For so many seconds
# that is no wish to go back to it.
LAG: Final = 3.0
LONGEST_NAME: Final = 40
MOST_NAMES: Final = 5
HARMLESS: Final = re.compile(rf"[A-Za-z0-9.,+_-]{{1,{LONGEST_NAME}}}")
NO_VERSION: Final = "The link carries no version; it was read as one of version 1."


def opened(page: str = "") -> Setup:
    """The session's experiment: the link's, when the page opens or its address has changed.

    A page that has lent its experiment takes it back, unless the borrower was changed meanwhile.
    """
    _run_through_app()
    lent = st.session_state.pop(f"lent_{page}", None)
    if lent is not None and lent[1] == st.session_state["setup"]:
        take(lent[0])
    link = st.query_params.to_dict()
    if "setup" not in st.session_state or (link and not _own(link)):
        setup, ignored = read_link(link)
        st.session_state["setup"], st.session_state["remark"] = setup, _remark(link, ignored)
        st.session_state["tied"] = {}  # what controls still show belongs to the former address
        _remember(link)
    return st.session_state["setup"]


def _run_through_app() -> None:
    """Begin again with app.py, should Streamlit have run the page without it.

    Where there is a folder `pages` it does so until app.py has called `st.navigation` once
    (pages_manager.py, `uses_pages_directory`): a server's first visitor on a deep link would miss
    the navigation.
    """
    if getattr(PagesManager, "uses_pages_directory", False):
        PagesManager.uses_pages_directory = False
        st.rerun()


def publish(setup: Setup) -> None:
    """Write the experiment into the address."""
    link = short_link(setup)
    st.query_params.from_dict(link)
    _remember(link)


def _remember(link: dict[str, str]) -> None:
    """Count the address as the session's own, and those before it for a little longer."""
    now = time.monotonic()
    linked = [(old, left) for old, left in st.session_state.get("linked", []) if now < left]
    linked = [(old, min(left, now + LAG)) for old, left in linked if old != link]
    st.session_state["linked"] = [*linked, (link, float("inf"))]


def _own(link: dict[str, str]) -> bool:
    """Whether the page wrote that address and the browser has had no time to send a later one."""
    now = time.monotonic()
    return any(link == old and now < left for old, left in st.session_state.get("linked", []))


def take(setup: Setup, said: str = "") -> None:
    """Make this the session's experiment, and that what is to be said of it."""
    st.session_state["setup"] = setup
    st.session_state["remark"] = said


def forget_earlier() -> None:
    """Let what holds now hold from the start."""
    setup: Setup = st.session_state["setup"]
    if setup.earlier:
        take(setup.anew())


def change(name: str, value: Any) -> None:
    """Change a field of the experiment, or say why that cannot be."""
    before = st.session_state["setup"]
    try:
        take(before.changed(name, value))
        if name != "distribution" and before.start and not st.session_state["setup"].start:
            st.toast(
                "The explicit numbers do not fit this matrix; a random start takes their place."
            )
    except (TypeError, ValueError) as error:
        st.toast(str(error), icon=":material/info:")


def lend(page: str, setup: Setup, borrower: Setup) -> None:
    """Make the borrower the session's experiment, until the page opens again."""
    st.session_state[f"lent_{page}"] = (setup, borrower)
    take(borrower)


def sentence(error: object) -> str:
    """An error's words as a sentence of the page."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def remark() -> str:
    """What is to be said of the link or the file the experiment came from, if anything."""
    return st.session_state.get("remark", "")


def file_remark(refusals: Sequence[Refusal]) -> str:
    """What a file asked for and could not have, and what it became."""
    known = [each for each in refusals if each.became is not None or each.name == "earlier"]
    parts = [_became(refusal) for refusal in known[:MOST_NAMES]]
    others = len(refusals) - len(parts)
    parts += [f"{others} other {'setting' if others == 1 else 'settings'} left out"] * bool(others)
    return f"The file asked for something that cannot be: {'; '.join(parts)}." if parts else ""


def _became(refusal: Refusal) -> str:
    """Its words come from a stranger: only what Markdown cannot misread is repeated."""
    name, asked, became = refusal
    if became is None:
        return f"what changed on the way (`{name}`) could not be read and is left out"
    became = became if len(became) <= LONGEST_NAME else f"{became[:LONGEST_NAME]}…"
    if not HARMLESS.fullmatch(asked):
        return f"`{name}` could not be read and is `{became}`"
    if name == "v":
        return f"version `{asked}` was read as version `{became}`"
    return f"`{name}`: `{asked}` became `{became}`"


def _remark(link: dict[str, str], ignored: tuple[str, ...]) -> str:
    if ignored:
        # Names come from a stranger: nothing of them may be read as Markdown.
        plain = sorted(name for name in ignored if name.isidentifier() and name.isascii())
        names = [f"`{name}`" for name in plain if len(name) <= LONGEST_NAME][:MOST_NAMES]
        others = [f"{len(ignored) - len(names)} other"] if len(names) < len(ignored) else []
        parts = ", ".join([*names, *others])
        return f"The link asked for something that cannot be; changed or ignored: {parts}."
    return NO_VERSION if link and "v" not in link else ""
