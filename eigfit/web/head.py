"""A page's title, description and preview in the HTML that is served, and a 404 for the rest.

Streamlit answers every path it does not know with the same index, and status 200.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

from eigfit.web.live import ADDRESS

HERE: Final = Path(__file__).parent
TITLE: Final = "<title>Streamlit</title>"
ICON: Final = "./favicon.png"
HEAD: Final = Template((HERE / "head.html").read_text(encoding="utf-8"))
NOT_FOUND: Final = Template((HERE / "not_found.html").read_text(encoding="utf-8"))


class Page(NamedTuple):
    """A page of the app.

    Attributes:
        name: of its script in `pages/`, and of its address, unless it is the first.
        title: in the navigation and the browser's tab.
        symbol: the name of its Material symbol.
        description: what a search or a preview of a link says of it.
    """

    name: str
    title: str
    symbol: str
    description: str

    @property
    def script(self) -> str:
        """Its script, from the folder of app.py."""
        return f"pages/{self.name}.py"

    @property
    def icon(self) -> str:
        """Its symbol as Streamlit writes it."""
        return f":material/{self.symbol}:"


class Head:
    """ASGI middleware that puts another answer in the place of Streamlit's index.

    The index is known by its ETag, so no route of Streamlit's, now or later, need be known here.

    Args:
        app: what answers.
        pages: of the app, the first at its address.
        base_path: the path below which the app is served, "" or as `/below`.
    """

    def __init__(self, app: ASGIApp, pages: Sequence[Page], base_path: str) -> None:
        index = Path(get_static_dir(), "index.html")
        self.app = app
        self.base_path = base_path
        self.pages = {"": pages[0]} | {page.name: page for page in pages[1:]}
        self.etag = FileResponse(index, stat_result=index.stat()).headers["etag"]
        html = index.read_text(encoding="utf-8").replace(ICON, "./app/static/icon.svg")
        self.before, _, self.after = html.partition(TITLE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the page's own head or a 404 where Streamlit would send its index."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        outside = scope.get("root_path", "") + self.base_path  # routing moves root_path on
        index = False

        async def send_unless_index(message: Message) -> None:
            nonlocal index
            if message["type"] == "http.response.start":
                index = Headers(raw=message["headers"]).get("etag") == self.etag
            if not index:
                await send(message)

        await self.app(scope, receive, send_unless_index)
        if index:
            await self._answer(scope, outside)(scope, receive, send)

    def _answer(self, scope: Scope, outside: str) -> HTMLResponse:
        path = scope["path"].removeprefix(outside).strip("/")
        uncached = {"Cache-Control": "no-cache"}
        if path not in self.pages:
            home = "../" * path.count("/") or "./"
            return HTMLResponse(NOT_FOUND.substitute(home=home), 404, uncached)
        page = self.pages[path]
        tags = HEAD.substitute(
            title=escape(f"{page.title} · eigfit"),
            description=escape(page.description),
            address=escape(_origin(scope) + outside),
            scripts=ADDRESS,  # fetched beside Streamlit's own, as they would else come last
        )
        return HTMLResponse(self.before + tags + self.after, headers=uncached)


def _origin(scope: Scope) -> str:
    """Where the app stands for the visitor's browser, as the proxies before it say."""
    headers = Headers(scope=scope)
    scheme = headers.get("x-forwarded-proto", scope["scheme"])
    host = headers.get("x-forwarded-host", headers.get("host", "localhost"))
    prefix = headers.get("x-forwarded-prefix", "").strip("/")
    # Each proxy adds itself to the end; the first one is the visitor's.
    scheme, host = (value.split(",")[0].strip() for value in (scheme, host))
    return f"{scheme}://{host}" + (f"/{prefix}" if prefix else "")
