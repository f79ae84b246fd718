"""The session's experiment: one `Setup`, opened from the link and replaced when a control moves."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from eigfit.experiment.links import Refusal, read_link, refusals, short_link
from eigfit.experiment.setup import Setup

# A click made while the page redraws still comes with the address from before. For so many seconds
# that is no wish to go back to it, unless the browser says that it went there.
LAG: Final = 30.0
LONGEST_NAME: Final = 40
MOST_NAMES: Final = 5
HARMLESS: Final = re.compile(rf"[A-Za-z0-9.,+_-]{{1,{LONGEST_NAME}}}")
NO_VERSION: Final = "The link carries no version; it was read as one of version 1."


def opened(page: str = "") -> Setup:
    """The session's experiment: the link's, where the page opens or somebody has gone back to it.

    A page that has lent its experiment takes it back, unless the borrower was changed meanwhile.
    """
    _run_through_app()
    lent = st.session_state.pop(f"lent_{page}", None)
    if lent is not None and lent[1] == st.session_state["setup"]:
        take(lent[0])
    link = st.query_params.to_dict()
    if "setup" not in st.session_state or _gone_to(link):
        setup, ignored = read_link(link)
        st.session_state["setup"], st.session_state["remark"] = setup, _remark(link, setup, ignored)
        st.session_state["come_to"] = setup
        # What controls still show, and what was typed into them, belongs to the former address.
        controls = st.session_state.get("tied", {})
        st.session_state["tied"] = {
            name: control.outdated(st.session_state.get(name, control.value))
            for name, control in controls.items()
        }
        st.session_state["drafts"] = {}
        st.session_state.pop("matrix_grid", None)
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


def go_to(page: str) -> None:
    """Go to the page of that name, leaving the address of this one as it is."""
    st.switch_page(f"pages/{page}.py", query_params=st.query_params.to_dict())


def _remember(link: dict[str, str]) -> None:
    """Count the address as the session's own, and those before it for a little longer."""
    now = time.monotonic()
    linked = [(old, left) for old, left in st.session_state.get("linked", []) if now < left]
    linked = [(old, min(left, now + LAG)) for old, left in linked if old != link]
    st.session_state["linked"] = [*linked, (link, float("inf"))]


def _gone_to(link: dict[str, str]) -> bool:
    """Whether the visitor has come to that address, which is not the one of what is shown."""
    context = get_script_run_ctx()
    if context is not None and context.is_history_navigation:
        return link != st.session_state["linked"][-1][0]
    return bool(link) and not _own(link)


def come_to(setup: Setup) -> bool:
    """Whether that is the experiment of the address that was gone to, unchanged since then."""
    return st.session_state.get("come_to") == setup


def _own(link: dict[str, str]) -> bool:
    """Whether the page wrote that address and the browser has had no time to send a later one."""
    now = time.monotonic()
    return any(link == old and now < left for old, left in st.session_state.get("linked", []))


def take(setup: Setup, said: str = "") -> None:
    """Make this the session's experiment, and that what is to be said of it."""
    st.session_state["setup"] = setup
    st.session_state["remark"] = said
    st.session_state["come_to"] = None


def forget_earlier() -> None:
    """Let what holds now hold from the start."""
    setup: Setup = st.session_state["setup"]
    if setup.earlier:
        take(setup.anew())


def change(name: str, value: Any) -> None:
    """Change a field of the experiment, or say why that cannot be."""
    try:
        put(name, value)
    except (TypeError, ValueError) as error:
        st.toast(str(error), icon=":material/info:")


def put(name: str, value: Any) -> None:
    """Change a field of the experiment; raises as `Setup.changed` does.

    A rule has the settings that it had in this session before.
    """
    before: Setup = st.session_state["setup"]
    after = before.changed(name, value)
    if name == "optimiser":
        kept = st.session_state.get("rules", {}) | {before.optimiser: before.settings}
        st.session_state["rules"] = kept
        after = replace(after, settings=kept.get(after.optimiser, ()))
    take(after)
    if name != "distribution" and before.start and not after.start:
        st.toast("The explicit numbers do not fit this matrix; a random start takes their place.")


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


def refused(source: str, refusals: Sequence[Refusal]) -> str:
    """What a link or a file asked for and could not have, and what it became.

    Args:
        source: which of the two it is, at the beginning of a sentence.
        refusals: in the order of what asked for them.
    """
    known = [each for each in refusals if each.became is not None or HARMLESS.fullmatch(each.name)]
    parts = [_became(refusal) for refusal in known[:MOST_NAMES]]
    others = len(refusals) - len(parts)
    parts += [f"{others} other {'setting' if others == 1 else 'settings'} left out"] * bool(others)
    return f"{source} asked for something that cannot be: {'; '.join(parts)}." if parts else ""


def _became(refusal: Refusal) -> str:
    """Its words come from a stranger: only what Markdown cannot misread is repeated."""
    name, asked, became = refusal
    if name == "earlier":
        return f"what changed on the way (`{name}`) could not be read and is left out"
    if became is None:
        return f"`{name}` is left out"
    became = became if len(became) <= LONGEST_NAME else f"{became[:LONGEST_NAME]}…"
    if not HARMLESS.fullmatch(asked):
        return f"`{name}` could not be read and is `{became}`"
    if name == "v":
        return f"version `{asked}` was read as version `{became}`"
    return f"`{name}`: `{asked}` became `{became}`"


def _remark(link: dict[str, str], setup: Setup, ignored: tuple[str, ...]) -> str:
    words = refused("The link", refusals(link, setup, ignored))
    return words or (NO_VERSION if link and "v" not in link else "")
