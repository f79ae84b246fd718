"""Fields to type into: what cannot be had stays in its field, with a sentence that says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from eigfit.web.controls import tied
from eigfit.web.session import sentence


class Draft(NamedTuple):
    """What was typed into a field and could not be had.

    Attributes:
        text: as it was typed.
        instead: what the field would show without it.
        refusal: why it could not be had, as a sentence.
    """

    text: str
    instead: str
    refusal: str


def shown(value: float) -> str:
    """A number in the ten digits that are read; what is left alone keeps them all."""
    return f"{value:.10g}"


def as_held(typed: float, held: float) -> float:
    """A number that was typed, with all digits of the one held where that is what was shown."""
    return held if typed == float(shown(held)) else typed


def entry(
    name: str,
    text: str,
    label: str,
    take: Callable[[str], None],
    field: Callable[..., Any] = st.text_input,
    **options: Any,
) -> str:
    """Draw a field, and give the sentence on what stands in it, "" where that holds.

    Args:
        name: of the field.
        text: what it shows, unless what was typed there could not be had.
        label: of the field.
        take: is given what is typed; raises a TypeError or ValueError where that cannot be.
        field: of Streamlit's.
        options: of that.
    """
    draft: Draft | None = st.session_state.setdefault("drafts", {}).get(name)
    if draft is not None and draft.instead != text:  # it has been changed elsewhere since
        draft = _noted(name, None)
    stands = draft.text if draft else text
    field(label, key=tied(name, stands, partial(_take, name, text, take)), **options)
    return draft.refusal if draft else ""


def refusal(words: str) -> None:
    """A sentence on what was typed, of which nothing is read as Markdown."""
    if words:
        plain = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", words)
        st.markdown(f":material/error: :small[{plain}]")


def _take(name: str, shown: str, take: Callable[[str], None], text: str) -> None:
    try:
        if text != shown:
            take(text)
    except (TypeError, ValueError) as error:
        _noted(name, Draft(text, shown, sentence(error)))
    else:
        _noted(name, None)


def _noted(name: str, draft: Draft | None) -> None:
    others = {key: kept for key, kept in st.session_state["drafts"].items() if key != name}
    st.session_state["drafts"] = others | ({name: draft} if draft else {})
