"""Numbers computed in the engine: the page stands at once, and they follow when they are there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, Final

import streamlit as st

from eigfit.engine import workplace
from eigfit.engine.run import PATIENCE
from eigfit.web.controls import PageDrawn
from eigfit.web.live import again

LOOK: Final = 1.5  # seconds between two looks


def when_ready(
    key: str,
    arguments: tuple,
    function: Callable[..., Any],
    draw: Callable[[Any], None],
    relevant: Any = None,
    height: int = 200,
) -> None:
    """Draw what the function gives, a skeleton until then.

    Args:
        key: of the numbers in the session.
        arguments: of the function.
        function: run by a worker.
        draw: draws its result.
        relevant: what the numbers hang on; they are computed again when it changes.
        height: of the skeleton, about that of what is drawn, so that the page stands still.
    """
    held: tuple[Any, Future] | None = st.session_state.get(key)
    if held is None or held[0] != relevant:
        if held is not None:
            held[1].cancel()
        held = (relevant, workplace.submit_aside(function, *arguments))
        st.session_state[key] = held
    future = held[1]
    wait([future], PATIENCE)  # most numbers come so soon that a skeleton would only flash
    st.fragment(_look, key=f"{key}_look")(key, PageDrawn.now(), future, draw, height)


def _look(
    key: str, drawn: PageDrawn, future: Future, draw: Callable[[Any], None], height: int
) -> None:
    if drawn.outdated():
        st.rerun()
    if not future.done():
        st.skeleton(height)
        again(f"{key}_again", LOOK)
        return
    error = future.exception()
    if error is None:
        draw(future.result())
    else:
        logging.getLogger(__name__).error("numbers of the page failed", exc_info=error)
        st.error("These numbers could not be computed; reload the page.", icon=":material/info:")
