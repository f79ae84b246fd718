"""What a visitor sees of a server, whatever is wrong with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visitor import Visitor
from tests.serving import PATIENT

T = TypeVar("T")


def seen(visit: Callable[[Visitor], Awaitable[T]], address: str, **options: Any) -> T:
    """What a visit gives, which takes no longer than a patient visitor stays."""

    async def stay() -> T:
        async with asyncio.timeout(PATIENT), Visitor(address, **options) as tab:
            return await visit(tab)

    return asyncio.run(stay())


def ended(tab: Visitor) -> bool:
    """Whether its run has ended."""
    said = tab.frames[-1].said
    return not said["more"] and not said["status"].startswith(("Running.", "Going", "Paused"))


def elements(tab: Visitor) -> list[Any]:
    """The elements of the page that have come, where the messages are kept."""
    said = [ForwardMsg.FromString(message) for message in tab.messages]
    return [
        message.delta.new_element
        for message in said
        if message.WhichOneof("type") == "delta"
        and message.delta.WhichOneof("type") == "new_element"
    ]
