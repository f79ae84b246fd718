"""Servers that something is wrong with, and what a visitor sees of them."""

import asyncio
import resource
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visitor import Visitor
from eigfit import compilation_cache
from tests.serving import PATIENT, ROOT, asked, container_environment, started, wait_until

T = TypeVar("T")


class Server(NamedTuple):
    """A server that answers."""

    address: str
    process: subprocess.Popen[str]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a server on a free port, with what this machine has compiled already."""
    cache = compilation_cache.folder()
    kept = {"EIGFIT_CACHE": str(cache.parent)} if cache else {}
    return container_environment(home) | kept | more


@contextmanager
def running(
    environment: dict[str, str], folder: Path = ROOT, *, full: bool = False
) -> Iterator[Server]:
    """The server of the app in a folder, until the block ends.

    Args:
        environment: of the server.
        folder: where app.py lies.
        full: whether it can make files and folders, but write nothing into them.
    """
    address = f"http://localhost:{environment['PORT']}"
    with started(folder, environment, subprocess.DEVNULL) as server:
        if full:
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, 0))
        wait_until(lambda: asked(f"{address}/_stcore/health").status == 200, server)
        yield Server(address, server)


def seen(visit: Callable[[Visitor], Awaitable[T]], address: str, **options: Any) -> T:
    """What a visit gives, which takes no longer than a patient visitor stays."""

    async def stay() -> T:
        async with asyncio.timeout(PATIENT), Visitor(address, **options) as tab:
            return await visit(tab)

    return asyncio.run(stay())


def ended(tab: Visitor) -> bool:
    """Whether its run has ended."""
    said = tab.frames[-1].said
    return not said["more"] and not said["status"].startswith(("Running.", "Paused"))


def elements(tab: Visitor) -> list[Any]:
    """The elements of the page that have come, where the messages are kept."""
    said = [ForwardMsg.FromString(message) for message in tab.messages]
    return [
        message.delta.new_element
        for message in said
        if message.WhichOneof("type") == "delta"
        and message.delta.WhichOneof("type") == "new_element"
    ]
