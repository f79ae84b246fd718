"""The route of the frames as strangers find it, and as a visitor whose browser it serves."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from benchmarks.frame_line import Answer, FrameLine
from benchmarks.visitor import Visitor
from eigfit.web import frame_route
from eigfit.web.frame_route import ADDRESS, LONGEST_ASK, FrameRoute
from eigfit.web.screen import Screen
from tests.hostile.visits import ended, seen
from tests.serving import Server, asked, environment, running

LINK = "v=1&seed=5&max_steps=400&steps_per_frame=20"
ASK = {"base": None, "step": None, "show": None}
UNTOLD = ("Traceback", 'File "', "/", "Error", "python", "streamlit")


async def played(tab: Visitor) -> list[dict[str, Any]]:
    """The frames of a run that is played to its end."""
    await tab.load(link=LINK)
    first = len(tab.frames)
    await tab.click("play")
    await tab.until(lambda: ended(tab))
    assert tab.errors == []
    return [frame.said for frame in tab.frames[first:]]


@pytest.mark.parametrize("routed", [True, False])
def test_a_run_comes_to_its_end_by_the_route_and_where_there_is_none(server: Server, routed: bool):
    async def visit(tab: Visitor) -> tuple[list[dict[str, Any]], int]:
        return await played(tab), tab.direct

    frames, direct = seen(visit, server.address, routed=routed)
    assert frames[-1]["shown"] == 400
    assert any(frame["after"] is not None for frame in frames)
    assert (direct > 0) == routed


def test_frames_come_below_a_path(tmp_path: Any):
    async def visit(tab: Visitor) -> int:
        await played(tab)
        return tab.direct

    with running(environment(tmp_path, STREAMLIT_SERVER_BASE_URL_PATH="below/it")) as server:
        assert seen(visit, server.address) > 0


def answers(address: str, *bodies: bytes) -> list[Answer]:
    """What is answered to each."""

    async def all_of_them() -> list[Answer]:
        line = FrameLine(address)
        found = [await line.ask(body) for body in bodies]
        line.close()
        return found

    return asyncio.run(all_of_them())


STRANGE = (
    *(b"", b"{", b"\xff\xfe", b"null", b"[]", b"7", b'"x"', b"[" * 900, b"9" * 900, b"NaN"),
    *(b'{"token": "x", "base": 1e999}', b"x" * LONGEST_ASK * 50),
    *(json.dumps(ASK | {"token": "nobody"} | said).encode() for said in (
        {"base": "x"}, {"base": -1}, {"base": 10**30}, {"step": 1.5}, {"step": True},
        {"show": {}}, {"show": [1]}, {"token": None}, {"token": ["x"]}, {"token": {"a": 1}},
        {"token": 7}, {"token": "x" * 500}, {"token": "../../etc/passwd"}, {})),
)  # fmt: skip


@pytest.mark.parametrize("body", STRANGE, ids=lambda body: body[:40].decode("latin1"))
def test_a_stranger_is_refused_in_a_sentence(server: Server, body: bytes):
    answer = refusal(server, body)
    assert answer.status in (400, 404)
    assert answer.said is None
    assert answer.bytes < 500


def refusal(server: Server, body: bytes) -> Answer:
    (answer,) = answers(server.address, body)
    return answer


def test_what_strangers_are_told_tells_nothing():
    for words in (frame_route.NO_ASK, frame_route.NO_SCREEN):
        assert not any(secret in words for secret in UNTOLD)


def test_the_route_is_nothing_to_be_looked_at(server: Server):
    assert asked(f"{server.address}/{ADDRESS}").status == 404


def test_each_token_shows_the_run_of_its_own_session_alone(server: Server):
    async def both() -> None:
        async with Visitor(server.address) as one, Visitor(server.address) as other:
            await one.load(link="v=1&seed=1&max_steps=40")
            await other.load(link="v=1&seed=2&max_steps=60")
            for tab in (one, other):
                await tab.until(lambda tab=tab: not tab.frames[-1].said["more"])
            line = FrameLine(server.address)
            for tab, steps in ((one, 40), (other, 60)):
                answer = await line.ask(json.dumps(ASK | {"token": tab.token}).encode())
                assert answer.said["shown"] == steps
                # A base of the other's is none of this one's, so it gets nothing but its own.
                base = {"base": 10**6, "step": 10**6, "token": tab.token}
                answer = await line.ask(json.dumps(ASK | base).encode())
                assert (answer.said["shown"], answer.said["after"]) == (steps, None)
            assert one.token != other.token
            guess = ASK | {"token": one.token[:-1]}
            assert (await line.ask(json.dumps(guess).encode())).status == 404
            line.close()

    asyncio.run(asyncio.wait_for(both(), 180))


def request(body: bytes) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_one_frame_of_a_session_is_made_at_a_time(monkeypatch: pytest.MonkeyPatch):
    shown, waiting = Screen(), asyncio.Event()
    body = json.dumps(ASK | {"token": shown.token}).encode()

    async def slow(*_: Any) -> str:
        await waiting.wait()
        return '{"count": 1}'

    async def two() -> tuple[bytes, bytes]:
        monkeypatch.setattr(Screen, "answer", slow)
        first = asyncio.create_task(frame_route.answer(request(body)))
        await asyncio.sleep(0)
        second = await frame_route.answer(request(body))
        waiting.set()
        return bytes((await first).body), bytes(second.body)

    assert asyncio.run(two()) == (b'{"count": 1}', b'{"turn":"wait"}')
    assert not frame_route._answering


def test_no_answer_is_kept_by_anybody():
    shown = Screen()  # of a page that is still being drawn
    body = json.dumps(ASK | {"token": shown.token}).encode()
    for said in (body, b"nothing", json.dumps(ASK | {"token": "x"}).encode()):
        response = asyncio.run(frame_route.answer(request(said)))
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("scope", "ours"),
    [
        ({"path": f"/{ADDRESS}", "method": "POST"}, True),
        ({"path": f"/{ADDRESS}", "method": "GET"}, False),
        ({"path": f"/{ADDRESS}/", "method": "POST"}, False),
        ({"path": f"/below/{ADDRESS}", "method": "POST", "root_path": "/below"}, True),
        ({"path": f"/below/{ADDRESS}", "method": "POST"}, False),
    ],
)
def test_all_else_is_left_to_the_app(scope: dict[str, Any], ours: bool):
    met: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        met.append("app")

    async def send(message: Message) -> None:
        met.append(message["type"])

    route: Callable[..., Awaitable[None]] = FrameRoute(app, "")
    asyncio.run(route({"type": "http", "headers": []} | scope, request(b"").receive, send))
    assert (met == ["app"]) != ours
