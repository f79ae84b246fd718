"""Controls that are tied to a field of the experiment: touched, they change it.

They have no callbacks. While a run plays the browser asks for frames all the time, and each request
brings what every control shows: also what it still shows for want of what the page has changed it
to, which a callback would take for a wish. So each run of a page begins by comparing what every
control shows with what it was drawn with.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import streamlit as st

from eigfit.experiment.limits import CHOICES, RANGES
from eigfit.fitting import optimisers as rules
from eigfit.web.session import change

# For so many seconds a browser may send what a control showed before the page drew it anew.
LAG: Final = 3.0

# How a slider of a setting runs: over powers of ten where it must be positive, else evenly.
SMALL: Final = (-10, 0)
DECADES: Final = {"learning_rate": (-5, 1)}  # others are small
SPANS: Final = {
    rules.FRACTION: (0.0, 0.999),
    rules.NOT_NEGATIVE: (0.0, 1.0),
    rules.NOT_POSITIVE: (-1.0, 0.0),
}

# What clicks replace in the session, and the whole page is drawn from.
WHOLE_PAGE: Final = ("setup", "run_fit", "run_compare", "survey", "matrix_grid")


class Tied(NamedTuple):
    """What a control was drawn with.

    Attributes:
        value: its value.
        take: what is done with another one.
        formers: what it showed before the page drew it with another value, each with the time
            until which a browser may still send that for want of the new one.
    """

    value: Any
    take: Callable[[Any], None]
    formers: tuple[tuple[Any, float], ...] = ()

    def outdated(self, *shown: Any) -> Tied:
        """The same, where what it shows is no wish."""
        now = time.monotonic()
        kept = [(value, until) for value, until in self.formers if now < until]
        kept += [(value, now + LAG) for value in shown if value != self.value]
        return self._replace(formers=tuple(kept))

    def moved_to(self, value: Any) -> bool:
        """Whether the browser says so because somebody has moved it there."""
        now = time.monotonic()
        late = any(value == former and now < until for former, until in self.formers)
        return value != self.value and not late


class PageDrawn(NamedTuple):
    """What a whole page was drawn from, for its fragments.

    Streamlit's browser sends what happens in one moment as one request, and if a fragment has asked
    for something in that moment, only the fragment is run: a click made then is answered, but what
    it changes is not drawn (index.js, `scheduleFlush`, "Multiple different fragmentIds").
    """

    objects: tuple[Any, ...]

    @classmethod
    def now(cls) -> PageDrawn:
        """As the page is being drawn."""
        return cls(tuple(map(st.session_state.get, WHOLE_PAGE)))

    def outdated(self) -> bool:
        """Whether the request of this fragment has changed what is outside of it."""
        return PageDrawn.now() != self or bool(_moved())


def tied(name: str, value: Any, take: Callable[[Any], None]) -> str:
    """The key of a widget that is drawn with this value; `take` is given what it is moved to."""
    controls: dict[str, Tied] = st.session_state.setdefault("tied", {})
    before = controls.get(name, Tied(value, take))
    shows = st.session_state.get(name, value)
    now = Tied(value, take, before.formers)
    if shows != value:
        # It may not even have come to show what the page drew last.
        now = now.outdated(shows, before.value)
    elif before.value != value:  # somebody has moved it, and nothing from before comes after that
        now = Tied(value, take)
    controls[name] = now
    st.session_state[name] = value
    return name


def heard(name: str, value: Any, take: Callable[[Any], None]) -> None:
    """Tie a widget that keeps its own value, of which this one has been taken.

    Args:
        name: of the widget.
        value: that has been taken.
        take: is given another one.
    """
    st.session_state.setdefault("tied", {})[name] = Tied(value, take)


def take_in() -> None:
    """Change the experiment as the controls have been moved since they were drawn."""
    for control, value in _moved():
        control.take(value)


def caught_up() -> None:
    """The browser shows the controls as the page has drawn them."""
    controls: dict[str, Tied] = st.session_state.get("tied", {})
    st.session_state["tied"] = {
        name: control._replace(formers=()) for name, control in controls.items()
    }


def bound(name: str, value: Any, at: str = "") -> dict[str, Any]:
    """The arguments that tie a widget to the field of that name.

    Args:
        name: of the field.
        value: that it has.
        at: where the widget stands, if the field has another one elsewhere.
    """
    return {"key": tied(f"{name}{at}", value, lambda moved: change(name, moved))}


def choice(name: str, value: str, label: str, title: Callable[[str], str], at: str = "") -> None:
    """A menu of what the field may be."""
    st.selectbox(label, CHOICES[name], format_func=title, **bound(name, value, at))


def switch(name: str, value: str, label: str, titles: dict[str, str], **options: Any) -> None:
    """A row of buttons, one for each thing the field may be."""
    st.segmented_control(
        label,
        tuple(titles),
        format_func=titles.__getitem__,
        required=True,
        label_visibility="collapsed",
        **options,
        **bound(name, value),
    )


def stops(
    name: str,
    value: float,
    label: str,
    places: Sequence[float],
    form: str = "{:.3g}",
    at: str = "",
) -> None:
    """A slider over given stops, none past the limit, with the value of a link among them."""
    if name in RANGES:
        places = [min(place, RANGES[name].high) for place in places]
    options = sorted({*places, value})
    # Streamlit finds a stop by its label, so a value that would share one is written out.
    shared = value not in places and form.format(value) in map(form.format, places)
    labels = {stop: form.format(stop) for stop in options}
    if shared:
        labels[value] = repr(value)
    st.select_slider(label, options, format_func=labels.__getitem__, **bound(name, value, at))


def slider(name: str, value: int, label: str) -> None:
    """A slider over the field's whole numbers."""
    st.slider(label, *RANGES[name], **bound(name, value))


def selection(
    name: str, value: tuple[Any, ...], label: str, title: Callable[[Any], str], options: Sequence
) -> None:
    """Several of the options, at least one, in the order they were chosen."""

    def take(chosen: list[Any]) -> None:
        if chosen:
            change(name, tuple(chosen))
        else:
            st.toast("At least one is needed; the former ones are kept.")

    places = list(dict.fromkeys([*options, *value]))
    shared = Counter(map(title, places))
    # Streamlit finds an option by its label, so those that would share one are written out.
    labels = {place: title(place) if shared[title(place)] == 1 else repr(place) for place in places}
    key = tied(name, list(value), take)
    st.multiselect(label, places, format_func=labels.__getitem__, key=key)


def setting(setting: rules.Setting, value: float | bool, at: str = "") -> None:
    """The control of a setting of the rule, as what is required of it asks for."""
    name, label = setting.name, setting.name.replace("_", " ").capitalize()
    if setting.requirement is rules.POSITIVE:
        stops(name, value, label, decades(*DECADES.get(name, SMALL)), at=at)
    elif setting.requirement in SPANS:
        low, high = SPANS[setting.requirement]
        span = (min(low, value), max(high, value))
        st.slider(label, *span, step=0.001, format="%.3f", **bound(name, value, at))
    else:
        st.toggle(label, **bound(name, value, at))


def decades(low: int, high: int) -> list[float]:
    """1, 2 and 5 times each power of ten from 10^low, and 10^high."""
    found = [float(f"{digit}e{decade}") for decade in range(low, high) for digit in (1, 2, 5)]
    return [*found, float(f"1e{high}")]


def _moved() -> list[tuple[Tied, Any]]:
    """The controls that have been moved since they were drawn, and where to."""
    found = []
    for name, control in st.session_state.get("tied", {}).items():
        value = st.session_state.get(name, control.value)
        if control.moved_to(value):
            found.append((control, value))
    return found
