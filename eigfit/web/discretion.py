"""What Streamlit tells every browser of the machine it runs on, left out on the way there.

With each run of a script go the whole path of app.py and the versions of Python and Streamlit; who
asks is told the branch and the files of the repository.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

UNTOLD: Final = ("git_info_changed",)


class Discretion:
    """ASGI middleware around Streamlit's messages.

    Args:
        app: what sends them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with less in the messages of a session."""

        async def send_less(message: Message) -> None:
            content = message.get("bytes")
            if message["type"] == "websocket.send" and content:
                content = discreet(content)
                message = {**message, "bytes": content}
            if content != b"":
                await send(message)

        await self.app(scope, receive, send_less if scope["type"] == "websocket" else send)


def discreet(content: bytes) -> bytes:
    """A message without what is nobody's business; empty where that is all there is."""
    message = ForwardMsg.FromString(content)
    kind = message.WhichOneof("type")
    if kind in UNTOLD:
        return b""
    if kind != "new_session":
        return content
    session = message.new_session
    session.main_script_path = PurePath(session.main_script_path).name
    environment = session.initialize.environment_info
    # A page reloads itself when this changes, as its scripts then no longer suit the server.
    mark = hashlib.sha256(environment.streamlit_version.encode()).hexdigest()[:8]
    environment.Clear()
    environment.streamlit_version = mark
    return message.SerializeToString()
