"""The Article page's stages, drawn: words, code, the numbers computed and the published ones."""

from __future__ import annotations

import inspect
from typing import Any, Final

import numpy as np
import streamlit as st

from eigfit.figures import courses
from eigfit.web.article.code import TARGET
from eigfit.web.article.stages import Published, Stage
from eigfit.web.background import when_ready
from eigfit.web.live import live_chart

TABLE: Final = 200  # pixels
PICTURE: Final = courses.HEIGHT + 20
MISSED: Final = "≠ wrong"
# What the code of the stages begins with, as it stands in a file of its own.
HEAD: Final = f"""\
from typing import Any

import numpy as np
import tensorflow as tf

import eigfit as ef

TARGET = {TARGET}"""


def head() -> None:
    """The lines that all stages build upon."""
    st.markdown("The stages are parts of one file, which begins with:")
    st.code(HEAD, language="python")


def stage(number: int, shown: Stage) -> None:
    """One stage of the walk; its code runs in the background while the words are read."""
    with st.container(border=True, key=f"stage_{number}"):
        st.markdown(f"##### {number}. {shown.title}\n{shown.before}")
        st.code(
            "\n\n".join(source(function) for function in shown.functions),
            language="python",
            wrap_lines=True,
        )
        name = f"stage_{number}_numbers"
        height = TABLE if shown.picture is None else TABLE + PICTURE
        run, seen = shown.functions[-1], lambda found: results(number, shown, found)
        when_ready(name, (), run, seen, height=height)
        if shown.after:
            st.markdown(shown.after)


def source(function: Any) -> str:
    """The source of a stage's function, without its docstring."""
    lines = inspect.getsource(function).rstrip().splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith('"""'))


def results(number: int, shown: Stage, found: dict[str, Any]) -> None:
    """What the code of a stage gave: numbers in a table, then its picture."""
    name, picture = shown.picture or ("", None)
    numbers(shown, {key: value for key, value in found.items() if key != name})
    if picture is not None:
        live_chart(picture(found[name]), f"stage_{number}_{name}", shown.title)


def numbers(shown: Stage, found: dict[str, Any]) -> None:
    """A table of names, computed numbers and published ones, with a mark where they agree."""
    rows = ["| | computed here, now | to compare with | |", "|---|---|---|---|"]
    for name, value in found.items():
        published = shown.published.get(name)
        mark = "" if published is None else marked(value, published)
        printed = "" if published is None else f"{written(published.value)} {published.source}"
        rows.append(f"| {name} | {written(value)} | {printed} | {mark} |")
    st.markdown("\n".join(rows), unsafe_allow_html=True)  # for the line breaks; all text is ours


def marked(value: Any, published: Published) -> str:
    """The mark of a computed value beside the one it is compared with."""
    if published.within is None:
        return ""
    agreed = agrees(value, published)
    if published.missed:
        return "✗" if agreed else MISSED
    return "✓" if agreed else "✗"


def agrees(value: Any, published: Published) -> bool:
    """Whether a computed value is the published one, to the rounding of its printed digits."""
    if published.value is None or value is None:
        return value is published.value
    difference = np.asarray(value, dtype=float) - np.asarray(published.value, dtype=float)
    return published.within is not None and bool(np.abs(difference).max() <= published.within)


def written(value: Any) -> str:
    """A number, a vector or a matrix in eight digits, as Markdown; a matrix row by row."""
    if isinstance(value, str):
        return value
    array = np.asarray(value)
    if value is None or isinstance(value, bool) or array.ndim == 0:
        return f"`{array:.8g}`" if array.dtype.kind in "iuf" else f"`{value}`"
    if array.ndim == 1:
        return " ".join(f"`{item:.8g}`" for item in array)
    return "<br>".join(written(row) for row in array)
