"""A line to the server, held open as a browser holds it: frames are asked for one by one."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

ROUTE: Final = "app/frames"


class Answer(NamedTuple):
    """What was answered.

    Attributes:
        status: of HTTP.
        said: what the JSON of the answer says, None where it is another text.
        bytes: of the whole answer.
    """

    status: int
    said: Any
    bytes: int


class FrameLine:
    """A connection that is kept open, and opened anew where the server has closed it.

    Args:
        server: its address.
    """

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._host, self._port = parts.hostname or "", parts.port
        self._head = f"POST {parts.path}/{ROUTE} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, body: bytes) -> Answer:
        """The answer to that.

        Raises:
            OSError: nobody answers.
        """
        if self._streams and self._streams[0].at_eof():
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        try:
            writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            status, *lines = head.decode().lower().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines if line)
            content = await reader.readexactly(int(headers["content-length"]))
        except (asyncio.IncompleteReadError, OSError) as error:
            self.close()
            raise ConnectionError("the server has closed the line") from error
        plain = "json" in headers["content-type"]
        return Answer(
            int(status.split()[1]), json.loads(content) if plain else None, len(head + content)
        )

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            with suppress(OSError):
                self._streams[1].close()
        self._streams = None
