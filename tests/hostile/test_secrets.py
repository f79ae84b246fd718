"""Nothing of one session reaches another, and nothing of the machine reaches a visitor."""

import asyncio
import json
import platform
import sys
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visitor import Visitor
from eigfit.web.discretion import discreet
from eigfit.web.live import ADDRESS
from tests.hostile.visits import elements, seen
from tests.serving import ROOT, Server, asked, environment, running

LINK = "v=1&seed=5&max_steps=50"
SECRETS = (
    *("Traceback", 'File "', "site-packages", "streamlit/runtime", "RuntimeError", "secret"),
    *(str(ROOT), sys.prefix, sys.base_prefix, str(Path.home()) + "/"),
    *(streamlit.__version__, platform.python_version(), "server_os"),
)
ASKS = [
    *({"base": "x"}, {"step": -1}, {"step": 1e99}, {"show": "nonsense"}, {"show": {"a": []}}),
    *({"base": None, "step": "7"}, {"show": -5}, {"show": 10**40}, {"step": True}),
]
EVENTS = [
    *([{"event": "ask", "value": {"base": 1, "step": 1, "show": None} | ask}] for ask in ASKS),
    *([{"event": "ask", "value": value}] for value in (7, "x", [], True, None)),
    *([{"event": "open", "value": row}] for row in (-5, "a", 1e9, None, True, [], 99)),
    *([3], [{"event": 3}], [{"event": ["ask"], "value": {}}], {"event": "ask"}, "x", 1e300, [[]]),
]
# What Streamlit itself gives up on; it says so without saying why.
BROKEN = ("[" * 100_000, "9" * 5000, "[[[", "\x00", '[{"event":"ask"', "NaN")
VALUES: tuple[dict[str, Any], ...] = (
    *({"json_value": "{]"}, {"json_value": '{"ask": 7}'}, {"string_value": "x"}),
    *({"double_value": float("nan")}, {"int_value": -(2**60)}, {"bytes_value": b"\xff"}),
    *({"string_array_value": {"data": ["nope"]}}, {"int_array_value": {"data": [-5, 10**9]}}),
)


def told(tab: Visitor) -> str:
    """All that the server has said, as one text."""
    return "\n".join(message.decode("utf-8", "replace") for message in tab.messages)


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("page", ["", "compare"])
def test_what_no_page_sends_is_answered_with_a_whole_frame(server: Server, page: str):
    async def sending(tab: Visitor) -> str:
        await tab.load(page, f"{LINK}&members=2")
        await tab.until(lambda: not tab.frames[-1].said["more"])
        for event in EVENTS:
            count = len(tab.frames)
            said = json.dumps(event)
            await tab.say("view", event=True, fragment=True, json_trigger_value=said)
            await tab.until(lambda before=count: len(tab.frames) > before)
            assert tab.errors == [], said
            frame = tab.frames[-1].said
            assert frame["after"] is None, said
            assert frame["shown"] == 50, said
        return told(tab)

    assert secrets_in(seen(sending, server.address, keep=True)) == []


@pytest.mark.parametrize("page", ["", "compare"])
def test_what_breaks_a_script_says_nothing_of_the_machine(server: Server, page: str):
    async def sending(tab: Visitor) -> tuple[str, int]:
        await tab.load(page, LINK)
        for event in BROKEN:
            await tab.say("view", event=True, fragment=True, json_trigger_value=event)
        for key in ("n", "structure", "target_0", "seed", "load", "play", "hide", "view", "nobody"):
            for value in VALUES:
                await tab.say(key, **value)
        kinds = [element.WhichOneof("type") for element in elements(tab)]
        return told(tab), kinds.count("exception")

    text, exceptions = seen(sending, server.address, keep=True)
    assert exceptions, "something should have failed"
    assert secrets_in(text) == []


def test_messages_that_streamlit_takes_of_anybody_tell_nothing(server: Server):
    async def sending(tab: Visitor) -> str:
        await tab.load(link=LINK)
        await tab.send(BackMsg(load_git_info=True))
        await tab.send(BackMsg(clear_cache=True))
        await tab.send(BackMsg(stop_script=True))
        message = BackMsg()
        message.rerun_script.page_name = "../../etc/passwd"
        message.rerun_script.page_script_hash = "nobody"
        message.rerun_script.query_string = "%ff&=&v=%00&n=1e400&earlier=;;;"
        await tab.send(message)
        message = BackMsg()
        message.file_urls_request.request_id = message.file_urls_request.session_id = "../.."
        message.file_urls_request.file_names.append("../../../run.json")
        await tab.send(message)
        await tab.open("nope", "n=nonsense")  # which may see the end of what was asked for before
        await tab.until(lambda: "page not found" in tab.errors)
        return told(tab)

    assert secrets_in(seen(sending, server.address, keep=True)) == []


def test_a_session_hears_nothing_of_another(server: Server):
    numbers = (("1618033", "3.1415926"), ("2718281", "2.2360679"))

    async def of_both() -> list[str]:
        async def one(seed: str, target: str) -> str:
            async with Visitor(server.address, keep=True) as tab:
                link = f"v=1&seed={seed}&target={target},1,1&max_steps=800&tolerance=0"
                await tab.load(link=link)
                await tab.click("play")
                await tab.until(lambda: not tab.frames[-1].said["more"])
                await tab.open("derivatives", link)
                assert tab.errors == []
                return told(tab)

        async with asyncio.timeout(180):
            return await asyncio.gather(*(one(*pair) for pair in numbers))

    texts = asyncio.run(of_both())
    for text, own, others in zip(texts, numbers, reversed(numbers), strict=True):
        assert all(number in text for number in own)
        assert not any(number in text for number in others)


def test_an_engine_that_fails_is_a_sentence(tmp_path: Path):
    (tmp_path / "tensorflow").mkdir()
    broken = f"raise RuntimeError('secret {ROOT}')"
    (tmp_path / "tensorflow" / "__init__.py").write_text(broken, encoding="utf-8")

    async def waiting(tab: Visitor) -> str:
        await tab.open(link=LINK)
        while not any(element.WhichOneof("type") == "alert" for element in elements(tab)):
            await tab.open(link=LINK)
        await tab.open("derivatives", LINK)
        assert tab.errors == []
        return told(tab)

    with running(environment(tmp_path, PYTHONPATH=str(tmp_path))) as server:
        text = seen(waiting, server.address, keep=True)
    assert "The engine failed." in text
    assert secrets_in(text) == []


def test_what_the_server_answers_to_odd_requests_tells_nothing(server: Server):
    for path in (
        *("nope", "%00", "..%2f..%2fetc/passwd", "_stcore/nope", "_stcore/upload_file/x/y"),
        *("app/static/../app.py", "app/static/%2e%2e/app.py", f"{ADDRESS}/plotly/../../streamlit"),
        *("media/" + "a" * 64 + ".json", "component/eigfit.view/../x", "_stcore/metrics", "docs"),
    ):
        answer = asked(f"{server.address}/{path}")
        assert secrets_in(answer.body.decode("utf-8", "replace")) == [], path
        assert b"st.navigation" not in answer.body, path


def test_a_session_is_told_when_its_scripts_no_longer_suit_the_server():
    def told_of(version: str) -> ForwardMsg:
        message = ForwardMsg()
        message.new_session.main_script_path = "/home/somebody/app.py"
        message.new_session.initialize.environment_info.streamlit_version = version
        message.new_session.initialize.session_id = "kept"
        return ForwardMsg.FromString(discreet(message.SerializeToString()))

    one, same, other = (told_of(version).new_session for version in ("1.1.0", "1.1.0", "1.1.1"))
    assert one == same != other
    assert one.main_script_path == "app.py"
    assert one.initialize.session_id == "kept"
