"""A visitor without a browser: it speaks Streamlit's protocol and asks for frames as pages do.

That is by the route of the frames, and where that fails or says so, by a run of the page's script.

What a browser would draw it only puts together, and checks that it fits what it has.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.frame_line import FrameLine

PATIENCE: Final = 5.0  # seconds until a frame is asked for again, as in the page's own script
READY: Final = "Getting ready"  # what a frame says before the engine has taken up the run
EVENTS: Final = "$$STREAMLIT_INTERNAL_KEY_{}__events"


class Frame:
    """A frame as it arrived, and when; its figures have all the points there are.

    Attributes:
        said: what the page was sent.
        bytes: of the message that brought it.
        at: when it came, on the clock that `time.perf_counter` reads.
    """

    def __init__(self, said: dict[str, Any], size: int) -> None:
        self.said = said
        self.bytes = size
        self.at = time.perf_counter()


class Visitor:
    """One tab.

    Attributes:
        frames: those that have come, in order.
        errors: what a page should never say: exceptions, and frames that do not fit.
        first_paint: when the first element came, None before.
        address: what stands after the page's name, as the page has written it.
        messages: all that have come, as they came, where they are kept.
        direct: how many of the frames came by their route.
        token: by which frames are asked for there.

    Args:
        server: its address.
        keep: whether to keep the messages.
        routed: whether the route of the frames can be had.
    """

    def __init__(self, server: str, *, keep: bool = False, routed: bool = True) -> None:
        self.frames: list[Frame] = []
        self.errors: list[str] = []
        self.first_paint: float | None = None
        self.address = ""
        self.messages: list[bytes] = []
        self.direct = 0
        self.token = ""
        self._line = FrameLine(server) if routed else None
        self._asking: asyncio.Task[None] | None = None
        self._keep = keep
        self._server = server
        self._widgets: dict[str, str] = {}  # identities by their keys
        self._fragments: dict[str, str] = {}  # in which widgets stand, by their keys
        self._presses = 0  # of Play and Pause, that were drawn without the page
        self._woken = False  # whether a frame is to be asked for after one
        self._page = ""
        self._answer: float | None = None  # when the frame under way was asked for
        self._points: dict[str, list[list[int]]] = {}
        self._runs = 0  # of the script, that have come to their end
        self._closed = False
        self._socket: ClientConnection
        self._reading: asyncio.Task[None]
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """Connect."""
        stream = f"{self._server.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = await connect(
            stream, subprotocols=["streamlit"], max_size=None, ping_interval=None, compression=None  # type: ignore[list-item]
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the tab."""
        self._reading.cancel()
        if self._asking:
            self._asking.cancel()
        if self._line:
            self._line.close()
        await self._socket.close()

    async def load(self, page: str = "", link: str = "") -> None:
        """Open a page with a run by its name under a link; it is there once its run has begun."""
        await self.open(page, link)
        await self.until(lambda: bool(self.frames) and READY not in self.frames[-1].said["status"])

    async def open(self, page: str = "", link: str = "") -> None:
        """Open any page by its name under a link; its script has been run once."""
        self._page, self.address = page, link
        await self._run_through()

    async def click(self, key: str) -> None:
        """Click the button of that key."""
        await self.until(lambda: key in self._widgets)
        state = WidgetState(id=self._widgets[key], trigger_value=True)
        await self._rerun(state, self._fragments[key])

    async def choose(self, key: str, label: str) -> None:
        """Move the slider of that key to the stop with that label."""
        await self.until(lambda: key in self._widgets)
        state = WidgetState(id=self._widgets[key])
        state.string_array_value.data.append(label)
        await self._rerun(state)

    async def say(
        self, key: str, event: bool = False, fragment: bool = False, **value: Any
    ) -> None:
        """Send a value for the widget of that key, whatever it is, and have the script run.

        Args:
            key: of the widget; one that the page does not have is sent all the same.
            event: whether it is an event of a component, instead of its state.
            fragment: whether only the live view is run.
            value: one field of Streamlit's `WidgetState`, by its name.
        """
        identity = self._widgets.get(key, key)
        identity = EVENTS.format(identity) if event else identity
        state = WidgetState(id=identity, **value)
        await self._run_through(state, self._fragments["view"] if fragment else "")

    async def send(self, message: BackMsg | bytes) -> None:
        """Send any message, or what is none."""
        plain = message if isinstance(message, bytes) else message.SerializeToString()
        await self._socket.send(plain)

    async def until(self, claim: Callable[[], bool]) -> None:
        """Wait until that holds, asking for frames as long as there are more to come.

        Raises:
            ConnectionError: the server has closed the connection.
        """
        while not claim():
            if self._closed:
                raise ConnectionError("the server has closed the connection")
            try:
                async with self._news:
                    await asyncio.wait_for(self._news.wait(), PATIENCE)
            except TimeoutError:
                await self._ask_the_page()  # what was asked for never came

    async def _run_through(self, state: WidgetState | None = None, fragment: str = "") -> None:
        """Have the script run, and wait for its end."""
        before = self._runs
        await self._rerun(state, fragment)
        while self._runs == before:
            if self._closed:
                raise ConnectionError("the server has closed the connection")
            with suppress(TimeoutError):
                async with self._news:
                    await asyncio.wait_for(self._news.wait(), PATIENCE)

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                await self._hear(message if isinstance(message, bytes) else message.encode())
        except ConnectionClosed:
            pass  # told to who waits
        finally:
            self._closed = True
            async with self._news:
                self._news.notify_all()

    async def _hear(self, message: bytes) -> None:
        if self._keep:
            self.messages.append(message)
        said = ForwardMsg.FromString(message)
        kind = said.WhichOneof("type")
        if kind == "delta":
            self._take(said, len(message))
        elif kind == "script_finished":
            self._runs += 1
        elif kind == "page_info_changed":
            self.address = said.page_info_changed.query_string
        elif kind == "page_not_found":
            self.errors.append("page not found")
        await self._go_on()

    async def _go_on(self) -> None:
        """Tell who waits, and ask for the next frame."""
        async with self._news:
            self._news.notify_all()
        asking = self._asking
        if asking and (asking.done() or asking is asyncio.current_task()):
            asking = None
        more = self._answer is None and self.frames and self.frames[-1].said["more"]
        if not more and (asking or not self._woken):
            return
        if self._line and asking:
            asking.cancel()  # it has been overtaken by the page
            self._line.close()
        self._answer, self._woken = time.perf_counter(), False
        self._asking = asyncio.create_task(self._ask())

    def _take(self, message: ForwardMsg, size: int) -> None:
        """Remember a widget, or take in a frame."""
        fragment = message.delta.fragment_id
        if message.delta.WhichOneof("type") != "new_element":
            self._know(message.delta.add_block.expandable.id, fragment)
            return
        self.first_paint = self.first_paint or time.perf_counter()
        element = message.delta.new_element
        kind = element.WhichOneof("type") or ""
        if kind == "exception":
            self.errors.append(element.exception.message)
        self._know(getattr(getattr(element, kind), "id", "") if kind else "", fragment)
        name = element.bidi_component.component_name if kind == "bidi_component" else ""
        if name == "eigfit.view":
            given = json.loads(element.bidi_component.json)
            self.token = given["token"]
            self._complete(json.loads(given["frame"]), size)
        elif name == "eigfit.waking":
            presses = json.loads(element.bidi_component.json)["presses"]
            self._woken = self._woken or presses > self._presses
            self._presses = presses

    def _know(self, identity: Any, fragment: str) -> None:
        """Remember a widget by its key, if that is the identity of one."""
        if isinstance(identity, str) and identity.startswith("$$ID-"):
            key = identity.split("-", 2)[2]
            self._widgets[key], self._fragments[key] = identity, fragment

    def _complete(self, said: dict[str, Any], size: int) -> None:
        """Take in a frame, and check that its points follow those that are here."""
        self._answer = None
        if self.frames and said["count"] <= self.frames[-1].said["count"]:
            return  # overtaken by the page's
        after = said["after"]
        if after is not None and (not self.frames or after > self.frames[-1].said["settled"]):
            self.errors.append(f"a frame continues step {after}, which has not come")
        for key, figure in said["charts"].items():
            curves = [trace.get("customdata") for trace in figure["traces"]]
            lines = [steps for steps in curves if isinstance(steps, list)]
            before: list[list[int]] = [[] for _ in lines]
            if after is not None:
                before = [[step for step in line if step <= after] for line in self._points[key]]
            self._points[key] = [held + line for held, line in zip(before, lines, strict=True)]
            if any(line != sorted(set(line)) for line in self._points[key]):
                self.errors.append(f"the points of {key} are out of order at {said['shown']}")
        self.frames.append(Frame(said, size))

    async def _ask(self) -> None:
        """Ask for a frame by the route, and by the page where that is not to be had."""
        if self._line is None:
            await self._ask_the_page()
            return
        try:
            asked = {**self._has(), "token": self.token}
            status, said, size = await self._line.ask(json.dumps(asked).encode())
        except OSError:
            status, said, size = 0, None, 0
        turn = said.get("turn") if status == 200 and said else "ask"
        if self._answer is None or turn == "wait":
            await self._go_on()  # all has come with the page, or is to come
            return
        if turn or not said:
            await self._ask_the_page()
            return
        self._complete(said, size)
        self.direct += 1
        await self._go_on()

    def _has(self) -> dict[str, Any]:
        """What it has when it asks."""
        last = self.frames[-1].said if self.frames else {"base": None, "settled": None}
        return {"base": last["base"], "step": last["settled"], "show": None}

    async def _ask_the_page(self) -> None:
        self._answer = time.perf_counter()
        events = json.dumps([{"event": "ask", "value": {**self._has(), "count": 0}}])
        state = WidgetState(id=EVENTS.format(self._widgets["view"]), json_trigger_value=events)
        await self._rerun(state, self._fragments["view"])

    async def _rerun(self, state: WidgetState | None = None, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.address
        message.rerun_script.page_name = self._page
        message.rerun_script.fragment_id = fragment
        if state is not None:
            message.rerun_script.widget_states.widgets.append(state)
        await self._socket.send(message.SerializeToString())
