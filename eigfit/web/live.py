"""What moves in place in the browser: charts, a run's live view, its table; waking, asking again.

Streamlit's own charts are rebuilt on every change of data. These components keep their elements;
their scripts and Plotly's come from the server, once. A browser that cannot load them gets
Streamlit's charts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import plotly
import streamlit as st
from streamlit.components.v2 import component

from eigfit.figures import heatmaps
from eigfit.figures.figure import Figure, as_json
from eigfit.web import address
from eigfit.web.said import Ask, ask, pulls, whole

SCRIPTS: Final = Path(__file__).parent / "js"
# A script keeps its address only as long as it is the same, and so is Plotly's below it: no browser
# mixes two versions.
VERSION: Final = hashlib.sha256(
    b"".join(file.read_bytes() for file in sorted(SCRIPTS.iterdir())) + plotly.__version__.encode()
).hexdigest()[:12]
ADDRESS: Final = f"app/eigfit-{VERSION}"
VIEW: Final = "view"
LARGEST: Final = 1e300  # farther out no chart has a place


def loaded(script: str) -> str:
    """A component's script, which is part of every message: it only fetches the real one."""
    return f"""export default (component) => {{
  import(new URL("{ADDRESS}/{script}", document.baseURI))
    .then((script) => script.default(component))
    .catch(() => component.setTriggerValue("failed", true));
}}"""


_chart = component(
    "eigfit.chart",
    html='<div class="eigfit-place"><div class="eigfit-chart" role="img"></div></div>',
    js=loaded("charts.js"),
    isolate_styles=False,
)
_view = component(
    "eigfit.view",
    html='<div class="eigfit-view"><dl class="eigfit-figures"></dl><div class="eigfit-line">'
    '<span class="eigfit-icon" aria-hidden="true"></span>'
    '<span class="eigfit-status" role="status"></span></div>'
    '<label class="eigfit-scrub"><span>Step shown</span>'
    '<input type="range" min="0" max="1" value="1" disabled><output></output></label></div>',
    js=loaded("view.js"),
    isolate_styles=False,
)
_table = component(
    "eigfit.table",
    html='<div class="eigfit-scroll"><table class="eigfit-table"><thead><tr></tr></thead>'
    "<tbody></tbody></table></div>",
    js=loaded("table.js"),
    isolate_styles=False,
)
_summary = component(
    "eigfit.summary",
    html='<p class="eigfit-summary"></p>',
    js=loaded("members.js"),
    isolate_styles=False,
)
_again = component(
    "eigfit.again",
    js="""export default ({ data, parentElement, setTriggerValue }) => {
      const send = () => setTriggerValue("again", true);
      const visit = window.eigfitVisit ?? { came: () => {}, ask: (page, send) => send() };
      if (!document.querySelector(".eigfit-view")) visit.came(data.page);
      // Not while the page is run, or is about to be: what is asked meanwhile tells once more what
      // the visitor has just done. Where that does not end, it is asked all the same.
      const state = () => document.querySelector(".stApp")?.dataset.testScriptState;
      let asked = performance.now();
      const ask = () => {
        if (!parentElement.isConnected) return;
        const runs = (state() ?? "notRunning") !== "notRunning";
        if (runs && performance.now() - asked < 5000) return;
        asked = performance.now();
        visit.ask(data.page, send);
      };
      // Never in step with another: of those who ask at once Streamlit answers one.
      const waiting = setInterval(ask, data.every * (0.75 + Math.random() / 2));
      return () => clearInterval(waiting);
    }""",
)
_waking = component(
    "eigfit.waking",
    js="""export default ({ data }) =>
      document.querySelector(".eigfit-view")?.view?.woken(data.presses);""",
)


def plain() -> bool:
    """Whether this browser could not load the scripts and gets Streamlit's charts."""
    return bool(st.session_state.get("plain_charts"))


def live_chart(
    figure: Figure, key: str, alt: str, pick: int | None = None
) -> tuple[float, float] | None:
    """Show the figure, moving the chart of that key if it is on the page already.

    Args:
        figure: what to draw.
        key: the chart's identity.
        alt: one sentence for those who cannot see it.
        pick: the number of the picture, if a place may be chosen on it.

    Returns:
        The place x, y that has just been chosen on the picture of that number, else None.
    """
    if plain():
        plain_chart(figure, key)
        return None
    happened = _place(key, alt, figure.layout["height"], as_json(figure._asdict()), pick)
    return None if pick is None else chosen(happened.point, pick)


def chosen(said: Any, pick: int) -> tuple[float, float] | None:
    """The place that a browser says was chosen on the picture of that number, if it is one."""
    said = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    if whole(said.get("pick")) != pick:
        return None
    x, y = said.get("x"), said.get("y")
    numbers = type(x) in (int, float) and type(y) in (int, float)
    return (float(x), float(y)) if numbers and max(abs(x), abs(y)) <= LARGEST else None


def chart_place(
    key: str, alt: str, height: int, pulled: Callable[[float, float], None] | None = None
) -> None:
    """A place in which the live view draws the figure of that key.

    Args:
        key: of the figure.
        alt: one sentence for those who cannot see it.
        height: in pixels.
        pulled: is given the value from which a handle was pulled, and the one to which.
    """
    if plain():
        st.session_state.setdefault("plain_places", {})[key] = st.container()
    else:
        _place(key, alt, height, pulled=pulled)


def plain_chart(figure: Figure, key: str) -> None:
    """Streamlit's own chart of a figure, in the place of the live view's where there is one."""
    place = st.session_state.get("plain_places", {}).get(key)
    with place.empty() if place else st.container():
        st.plotly_chart(figure.plotly(), key=f"plain-{key}", theme=None, alt=figure.words)


def table_place() -> None:
    """A place in which the live view writes the table of the members."""
    if not plain():
        _table(key="members_table", on_failed_change=_fall_back)


def summary_place() -> None:
    """A place in which the live view writes what a comparison comes to."""
    if not plain():
        data = {"shades": heatmaps.shades()}
        _summary(key="members_summary", data=data, on_failed_change=_fall_back)


def view(frame: dict[str, Any], token: str) -> Any:
    """Send the page's live view a frame, and give what has happened there.

    Args:
        frame: its figures as those of `Figure`, its words, and how it continues the one before.
        token: of the session's screen, by which frames can be asked for.

    Returns:
        `ask`, what the browser has when it asks for the next one, `open`, the row of the table that
        was clicked, and `pin`, the member to be the baseline; None where it has not happened. All
        are as a stranger has written them: `eigfit.web.said` reads them.
    """
    return _view(
        key=VIEW,
        data={"frame": as_json(frame), "token": token, "page": address.path()},
        on_ask_change=_heard,
        on_open_change=_heard,
        on_pin_change=_heard,
        on_failed_change=_fall_back,
    )


def asked() -> Ask | None:
    """What the live view has, if this run of the script is the answer to its asking.

    An ask that no live view would write is none, so that everything is sent.
    """
    return ask(said("ask"))


def said(name: str) -> Any:
    """What the live view says under that name in the request being answered, as a stranger would.

    None where it says nothing.
    """
    return (st.session_state.get(VIEW) or {}).get(name)


def again(key: str, every: float) -> None:
    """Let the browser run this fragment about every so many seconds while this is called in it.

    A run that takes longer is not cut off: what a fragment asks for waits.
    """
    data = {"every": round(1000 * every), "page": address.path()}
    _again(key=key, data=data, on_again_change=_heard)


def wake(presses: int) -> None:
    """Let the live view ask for a frame where so many presses are other than it has heard of."""
    _waking(key="waking", data={"presses": presses})


def _place(
    key: str,
    alt: str,
    height: int,
    figure: str | None = None,
    pick: int | None = None,
    pulled: Callable[[float, float], None] | None = None,
) -> Any:
    return _chart(
        key=key,
        data={"key": key, "alt": alt, "height": height, "figure": figure, "pick": pick},
        on_point_change=_heard,
        on_failed_change=_fall_back,
        on_pulled_change=partial(_pull, key, pulled) if pulled else _heard,
    )


def _pull(key: str, pulled: Callable[[float, float], None]) -> None:
    """Hand on from where to where handles were pulled, in the order in which that happened.

    Streamlit may hand on an event twice, or leave one out, so a browser says again what it has said
    lately: a pull that was heard before is not handed on.
    """
    for pull in pulls((st.session_state.get(key) or {}).get("pulled")):
        if pull.count > st.session_state.get(f"{key}_pulls", 0):
            st.session_state[f"{key}_pulls"] = pull.count
            pulled(pull.before, pull.value)


def _heard() -> None:
    """Nothing more: an event of the browser runs the script, which looks at what there is."""


def _fall_back() -> None:
    st.session_state["plain_charts"] = True
