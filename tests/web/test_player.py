"""Play and Pause as a visitor presses them: alone, and with their page where more hangs on them."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visitor import Visitor
from tests.hostile.visits import ended, seen
from tests.serving import Server

ENDLESS = "v=1&tolerance=0&max_steps=200000"
STEPS = "v=1&tolerance=0&max_steps=310&steps_per_frame=10"


def whole_pages(tab: Visitor) -> int:
    """How often the script of the whole page has been run."""
    said = [ForwardMsg.FromString(message) for message in tab.messages]
    return sum(
        message.WhichOneof("type") == "script_finished"
        and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        for message in said
    )


def shown(tab: Visitor) -> int:
    return tab.frames[-1].said["shown"]


async def opened(tab: Visitor, link: str) -> int:
    """How many pages were run, once the opening steps are there and the page stands still."""
    await tab.load(link=link)
    await tab.until(lambda: not tab.frames[-1].said["more"] and whole_pages(tab) > 0)
    return whole_pages(tab)


async def play(tab: Visitor) -> None:
    """Press Play, and wait until it moves."""
    before = shown(tab)
    await tab.click("play")
    await tab.until(lambda: shown(tab) > before)


async def pause(tab: Visitor) -> None:
    """Press Pause, and wait until it stands still."""
    await tab.click("pause")
    await tab.until(lambda: tab.frames[-1].said["status"].startswith("Paused at step"))


def test_play_and_pause_are_drawn_without_their_page(server: Server):
    async def visit(tab: Visitor) -> int:
        before = await opened(tab, ENDLESS)
        for _ in range(3):
            await play(tab)
            await pause(tab)
        assert tab.errors == []
        return whole_pages(tab) - before

    assert seen(visit, server.address, keep=True) == 0


def test_where_the_landscape_is_open_the_page_is_drawn_with_them(server: Server):
    async def visit(tab: Visitor) -> None:
        await opened(tab, ENDLESS)
        for press in (play, pause):
            await tab.say("landscape", bool_value=True)
            pages = whole_pages(tab)
            await press(tab)
            pages += 1
            await tab.until(lambda pages=pages: whole_pages(tab) == pages)
        assert tab.errors == []

    seen(visit, server.address, keep=True)


def test_play_again_is_drawn_with_its_page_as_another_run_begins(server: Server):
    async def visit(tab: Visitor) -> None:
        pages = await opened(tab, STEPS)
        await play(tab)
        await tab.until(lambda: ended(tab) and whole_pages(tab) > pages)
        assert shown(tab) == 310
        pages = whole_pages(tab)
        await tab.click("play")
        await tab.until(lambda: whole_pages(tab) > pages and shown(tab) < 310)
        await tab.until(lambda: ended(tab))
        assert shown(tab) == 310
        assert tab.errors == []

    seen(visit, server.address, keep=True)
