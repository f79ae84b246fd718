"""What a session's live view shows, and its frames: each is made of this and of what is asked.

A frame is what the browser lacks. It says on which base it builds, figures that were sent in full,
and after which step its points begin. So it does no harm when a frame is lost, repeated or
overtaken, and a page that has been drawn anew gets everything.

Nothing here is Streamlit's, as frames do not go through it: a run of the smallest script there can
be takes more of the processor than two frames.
"""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any, Final, Literal, NamedTuple
from weakref import WeakValueDictionary

from eigfit.engine import workplace
from eigfit.engine.run import Run
from eigfit.figures.figure import Figure, as_json
from eigfit.figures.steps import settled
from eigfit.results.history import History
from eigfit.results.step import Step
from eigfit.web.picture import LiveView, Picture
from eigfit.web.runs import OPENING_STEPS, Expected
from eigfit.web.said import Ask
from eigfit.web.standing import Standing, standing

OPENING_WAY: Final = 25  # steps from one frame to the next while a visitor's first run opens
LONG_WAIT: Final = 3.0  # seconds for the engine, then the page says why
LONGEST_WAIT: Final = 3.5  # seconds, then a frame says how it stands
MANY_ARE_WATCHING: Final = " Many are watching just now; it goes on when its turn comes."
ENGINE_IS_BUSY: Final = " The engine is busy with something that takes a while; then it goes on."

# Instead of a frame: the page is to be asked, as more changes than a frame can say; or what is
# lacking is on its way with the page.
ASK_THE_PAGE: Final = as_json({"turn": "ask"})
AWAIT_THE_PAGE: Final = as_json({"turn": "wait"})

# All there are, by their tokens. Only its session keeps a screen, so with that it is gone.
SCREENS: Final[WeakValueDictionary[str, Screen]] = WeakValueDictionary()


class Base(NamedTuple):
    """The figures of a run that the browser has in full.

    Attributes:
        number: of the frame that brought them.
        charts: the figures, by their keys.
        begun: whether the run had begun. Before, its start is NumPy's, and the engine's own, which
            may differ by rounding, takes its place: nothing is built on those figures.
    """

    number: int
    charts: dict[str, Figure]
    begun: bool

    def bears(self, ask: Ask, charts: dict[str, Figure]) -> bool:
        """Whether who asks so has it, and what is new can be told beside it."""
        return self.begun and self.number == ask.base and self.charts.keys() == charts.keys()


class Shown(NamedTuple):
    """An earlier step that the visitor looks at, as long as the run stands there."""

    run: Run[History]
    reached: int
    step: int


class Around(NamedTuple):
    """What the page says of the run outside of its frames.

    Whether it plays, the page says in a button that is drawn anew alone, and whether it has begun,
    not at all; unless more of the page depends on it, which tells `Screen.depends_on`.
    """

    playing: bool
    final: bool
    begun: bool
    failure: str | None
    changed_at: int | None

    @classmethod
    def of(cls, run: Run[History]) -> Around:
        """As it is now."""
        return cls(run.playing, run.final, run.begun, run.failure, run.changed_at)

    def changed(self, now: Around) -> set[str]:
        """The names of what is another now."""
        return {
            name for name, was, value in zip(self._fields, self, now, strict=True) if was != value
        }


class Screen:
    """The live view of one session.

    Scripts of the session and what answers its browser may come at once: one frame is made at a
    time.

    Attributes:
        token: by which its browser asks; nobody else knows it, and no address carries it.
        view: what it is made of, None while a script draws the page.
        expected: a loaded run that has not come to its step yet, which the page is to tell.
        presses: how often Play or Pause was drawn anew without the page.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(16)
        self.view: LiveView | None = None
        self.expected: Expected | None = None
        self.presses = 0
        self._depends: set[str] = set()
        self._around: Around | None = None
        self._base: Base | None = None
        self._shown: Shown | None = None
        self._count = 0
        self._lock = threading.RLock()
        SCREENS[self.token] = self

    def hold(self, run: Run[History]) -> None:
        """Answer no ask until `show`: a script draws the page for that run as it stands now.

        An answer under way may still advance it; then the page is outdated when it is drawn.
        """
        with self._lock:
            self.view, self._around, self._depends = None, Around.of(run), set()

    def show(self, view: LiveView, expected: Expected | None = None) -> None:
        """Show this from now on, as the page has been drawn for it; the next frame is a base."""
        with self._lock:
            self.view, self.expected, self._base = view, expected, None

    def depends_on(self, name: Literal["playing", "begun"]) -> None:
        """The page that is being drawn is to be drawn anew where that changes."""
        self._depends.add(name)

    def take_press(self) -> bool:
        """Whether it is enough to draw Play or Pause anew; then it counts as drawn."""
        with self._lock:
            if self.view is None or self._around is None or "playing" in self._depends:
                return False
            now = Around.of(self.view.run)
            if self._changed(now) - {"playing"}:
                return False
            self._around = self._around._replace(playing=now.playing)
            self.presses += 1
            return True

    def outdated(self) -> bool:
        """Whether more than a frame can say has changed since the page was drawn."""
        return self.view is None or bool(self._changed(Around.of(self.view.run)))

    def arrived(self, ask: Ask) -> bool:
        """Whether the browser shows the page as it was drawn last."""
        return self._base is not None and ask.base == self._base.number

    def choose(self, number: int | None) -> None:
        """Look at that step from now on, the latest if there is no number."""
        run = self._shows.run
        self._shown = None if number is None else Shown(run, run.reached, number)

    def way(self, still: bool = False) -> int:
        """How many steps the next frame may take; a still one takes all opening steps at once."""
        view = self._shows
        if view.run.playing:
            return view.steps
        return OPENING_STEPS if still else OPENING_WAY

    async def answer(self, ask: Ask) -> str:
        """The next frame for who asks so, or where it is to turn; it may wait for the engine."""
        view = self.view
        if view is None or self._behind(ask):
            return AWAIT_THE_PAGE
        if view.run.moving:
            await view.run.advance_among_others(self.way(ask.still), LONGEST_WAIT)
        # A script that has the lock draws the page: waiting for it would stop all others.
        if not self._lock.acquire(blocking=False):
            return AWAIT_THE_PAGE
        try:
            return self._answer(view, ask)
        finally:
            self._lock.release()

    def frame(self, ask: Ask | None) -> dict[str, Any]:
        """The next frame for who has that, or for who may have nothing."""
        with self._lock:
            return self._shows.run.standing_still(lambda _: self._frame(ask))

    def seen(self) -> tuple[Picture, Standing]:
        """What is shown now, and how it stands."""
        picture, step = self._picture()
        return picture, standing(self._shows.run, step)

    @property
    def _shows(self) -> LiveView:
        if self.view is None:
            raise ValueError("the screen is held; show a view first")
        return self.view

    def _answer(self, view: LiveView, ask: Ask) -> str:
        if self.view is not view or self._behind(ask):
            return AWAIT_THE_PAGE
        changed = self._changed(Around.of(view.run))
        if changed:  # whoever has pressed Play or Pause is getting it anew
            return AWAIT_THE_PAGE if changed == {"playing"} else ASK_THE_PAGE
        if self.expected and self.expected.words():
            return ASK_THE_PAGE
        return as_json(self.frame(ask))

    def _changed(self, now: Around) -> set[str]:
        """What is to change on the page, by the names of `Around`."""
        if self._around is None:
            return set(Around._fields)
        return self._around.changed(now) - ({"begun"} - self._depends)

    def _behind(self, ask: Ask) -> bool:
        """Whether a base that is newer than the browser's is on its way to it."""
        return ask.base is not None and (self._base is None or ask.base < self._base.number)

    def _frame(self, ask: Ask | None) -> dict[str, Any]:
        view = self._shows
        run = view.run
        if ask and not run.moving:
            self.choose(ask.show)
        picture, step = self._picture()
        stands = standing(run, step)
        return self._written(picture.charts, ask) | {
            "icon": stands.icon,
            "status": f"{stands.sentence}{_waiting(run)}",
            "figures": picture.figures,
            "members": picture.members and picture.members._asdict(),
            "more": run.moving,
            "kept": [] if run.moving else [kept.number for kept in run.record.kept],
            "shown": step.number,
        }

    def _picture(self) -> tuple[Picture, Step]:
        view, step = self._shows, self._step_shown()
        marked = step is not view.run.record.last
        return view.draw(step, step.number if marked else None), step

    def _step_shown(self) -> Step:
        run, shown = self._shows.run, self._shown
        if shown is None or shown.run is not run or shown.reached != run.reached or run.moving:
            return run.record.last
        return run.record.nearest(shown.step)

    def _written(self, charts: dict[str, Figure], ask: Ask | None) -> dict[str, Any]:
        """The figures of a frame: in full as a new base, or what differs from the browser's."""
        self._count += 1
        base, after = self._base, None
        if base and ask and base.bears(ask, charts):
            after = ask.step
        if base is None or after is None:
            base = self._base = Base(self._count, charts, self._shows.run.begun)
        else:
            charts = {key: figure.after(after).without(base.charts[key])
                      for key, figure in charts.items()}  # fmt: skip
        return {
            "count": self._count,
            "base": base.number,
            "after": after,
            "settled": settled(self._shows.run.record.numbers),
            "charts": {key: figure._asdict() for key, figure in charts.items()},
        }


def _waiting(run: Run[History]) -> str:
    """What is to be said where the engine has not had its turn for this run for long."""
    since = run.waiting_since
    if not since or time.monotonic() - since <= LONG_WAIT:
        return ""
    return MANY_ARE_WATCHING if workplace.crowded() else ENGINE_IS_BUSY
