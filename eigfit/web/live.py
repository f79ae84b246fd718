"""What moves in place in the browser: charts, a run's live view, its table, and asking again.

Streamlit's own charts are rebuilt on every change of data. These components keep their elements;
their scripts and Plotly's come from the server, once. A browser that cannot load them gets
Streamlit's charts.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final, NamedTuple

import streamlit as st
from streamlit.components.v2 import component

from eigfit.figures.figure import Figure, as_json

SCRIPTS: Final = Path(__file__).parent / "js"
# A script keeps its address only as long as it is the same, so that no browser mixes two versions.
VERSION: Final = hashlib.sha256(
    b"".join(file.read_bytes() for file in sorted(SCRIPTS.iterdir()))
).hexdigest()[:12]
ADDRESS: Final = f"app/eigfit-{VERSION}"
VIEW: Final = "view"
MOST: Final = 2**53  # up to here JavaScript counts; no session sends as many frames


class Ask(NamedTuple):
    """What a browser has when it asks for the next frame.

    Attributes:
        base: the number of the figures it has in full, None if it has none.
        step: the last step whose points it has, None if it has none.
        show: the step it wants to look at, None for the latest.
        still: whether its owner wants little to move.
    """

    base: int | None
    step: int | None
    show: int | None
    still: bool = False


def _loaded(script: str) -> str:
    """A component's script, which is part of every message: it only fetches the real one."""
    return f"""export default (component) => {{
  import(new URL("{ADDRESS}/{script}", document.baseURI))
    .then((script) => script.default(component))
    .catch(() => component.setTriggerValue("failed", true));
}}"""


_chart = component(
    "eigfit.chart",
    html='<div class="eigfit-chart" role="img"></div>',
    js=_loaded("charts.js"),
    isolate_styles=False,
)
_view = component(
    "eigfit.view",
    html='<div class="eigfit-view"><dl class="eigfit-figures"></dl><div class="eigfit-line">'
    '<span class="eigfit-icon" aria-hidden="true"></span>'
    '<span class="eigfit-status" role="status"></span></div>'
    '<label class="eigfit-scrub"><span>Step shown</span>'
    '<input type="range" min="0" max="1" value="1" disabled><output></output></label></div>',
    js=_loaded("view.js"),
    isolate_styles=False,
)
_table = component(
    "eigfit.table",
    html='<div class="eigfit-scroll"><table class="eigfit-table"><thead><tr></tr></thead>'
    "<tbody></tbody></table></div>",
    js=_loaded("table.js"),
    isolate_styles=False,
)
_again = component(
    "eigfit.again",
    js="""export default ({ data, parentElement, setTriggerValue }) => {
      const ask = () => parentElement.isConnected && setTriggerValue("again", true);
      // Never in step with another: of those who ask at once Streamlit answers one.
      const waiting = setInterval(ask, data.every * (0.75 + Math.random() / 2));
      return () => clearInterval(waiting);
    }""",
)


def plain() -> bool:
    """Whether this browser could not load the scripts and gets Streamlit's charts."""
    return bool(st.session_state.get("plain_charts"))


def live_chart(figure: Figure, key: str, alt: str) -> None:
    """Show the figure, moving the chart of that key if it is on the page already.

    Args:
        figure: what to draw.
        key: the chart's identity.
        alt: one sentence for those who cannot see it.
    """
    if plain():
        plain_chart(figure, key)
    else:
        _place(key, alt, figure.layout["height"], as_json(figure._asdict()))


def chart_place(key: str, alt: str, height: int) -> None:
    """A place in which the live view draws the figure of that key."""
    if plain():
        st.session_state.setdefault("plain_places", {})[key] = st.container()
    else:
        _place(key, alt, height)


def plain_chart(figure: Figure, key: str) -> None:
    """Streamlit's own chart of a figure, in the place of the live view's where there is one."""
    place = st.session_state.get("plain_places", {}).get(key)
    with place.empty() if place else st.container():
        st.plotly_chart(figure.plotly(), key=f"plain-{key}", theme=None, alt=figure.words)


def table_place() -> None:
    """A place in which the live view writes the table of the members."""
    if not plain():
        _table(key="members_table", on_failed_change=_fall_back)


def view(frame: dict[str, Any]) -> Any:
    """Send the page's live view a frame, and give what has happened there.

    Args:
        frame: its figures as those of `Figure`, its words, and how it continues the one before.

    Returns:
        `ask`, what the browser has when it asks for the next one, and `open`, the row of the table
        that was clicked; None if neither has happened. Both are as a stranger has written them:
        `asked` and `whole` read them.
    """
    return _view(
        key=VIEW,
        data={"frame": as_json(frame)},
        on_ask_change=_heard,
        on_open_change=_heard,
        on_failed_change=_fall_back,
    )


def asked() -> Ask | None:
    """What the live view has, if this run of the script is the answer to its asking.

    An ask that no live view would write is none, so that everything is sent.
    """
    said = (st.session_state.get(VIEW) or {}).get("ask")
    if not isinstance(said, dict):
        return None
    values = said.get("base"), said.get("step"), said.get("show")
    base, step, show = map(whole, values)
    still = said.get("still") is True
    return Ask(base, step, show, still) if (base, step, show) == values else None


def whole(value: Any) -> int | None:
    """A value of the browser's where it is a number of steps, frames or rows, else None."""
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and 0 <= value < MOST else None


def again(key: str, every: float) -> None:
    """Let the browser run this fragment about every so many seconds while this is called in it.

    A run that takes longer is not cut off: what a fragment asks for waits.
    """
    _again(key=key, data={"every": round(1000 * every)}, on_again_change=_heard)


def _place(key: str, alt: str, height: int, figure: str | None = None) -> None:
    _chart(
        key=key,
        data={"key": key, "alt": alt, "height": height, "figure": figure},
        on_failed_change=_fall_back,
    )


def _heard() -> None:
    """Nothing more: an event of the browser runs the script, which looks at what there is."""


def _fall_back() -> None:
    st.session_state["plain_charts"] = True
