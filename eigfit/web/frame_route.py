"""The route by which a browser asks for frames, without a run of a script.

What is asked comes as the body of a POST, so that a screen's token stands in no address and in no
log. A screen is known by its token alone: Streamlit's sessions have no part in this.
"""

from __future__ import annotations

import json
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from eigfit.web import said
from eigfit.web.screen import AWAIT_THE_PAGE, SCREENS

ADDRESS: Final = "app/frames"
LONGEST_ASK: Final = 1000  # bytes; a browser's own are a fifth of that
HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
NO_ASK: Final = "What a page asks for frames with is needed."
NO_SCREEN: Final = "No page of that token is open here; reload the page."

# The tokens of screens for which an answer is under way.
_answering: Final[set[str]] = set()


class FrameRoute:
    """ASGI middleware that answers the asks for frames.

    It stands before all that Streamlit does for its own answers, which takes as long as the half of
    a frame: sessions by cookie, compression, which for so little is not worth it, and more.

    Args:
        app: what answers the rest.
        base_path: the path below which the app is served, "" or as `/below`.
    """

    def __init__(self, app: ASGIApp, base_path: str) -> None:
        self.app = app
        self.path = f"{base_path}/{ADDRESS}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ask, or let the app answer."""
        ours = scope["type"] == "http" and scope["method"] == "POST"
        if ours and scope["path"] == scope.get("root_path", "") + self.path:
            response = await answer(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def answer(request: Request) -> Response:
    """The next frame for a browser, or where it is to turn."""
    asked = await _body(request)
    ask = said.ask(asked)
    if ask is None:
        return PlainTextResponse(NO_ASK, 400, HEADERS)
    token = asked.get("token")
    screen = SCREENS.get(token) if isinstance(token, str) else None
    if screen is None:
        return PlainTextResponse(NO_SCREEN, 404, HEADERS)
    if screen.token in _answering:
        return _json(AWAIT_THE_PAGE)
    _answering.add(screen.token)
    try:
        return _json(await screen.answer(ask))
    finally:
        _answering.discard(screen.token)


async def _body(request: Request) -> Any:
    """What a request says, None where it is too long or no JSON."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_ASK:
            return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _json(text: str) -> Response:
    return Response(text, headers=HEADERS, media_type="application/json")
