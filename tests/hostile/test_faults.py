"""Processes that are killed, disks that cannot be written to, files that are missing."""

import json
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from benchmarks.load import served
from benchmarks.processes import children
from benchmarks.visitor import Visitor
from eigfit.web.live import ADDRESS
from tests.hostile.visits import elements, ended, seen
from tests.serving import PATIENT, ROOT, Server, asked, environment, running

LINK = "v=1&seed=5&steps_per_frame=50&learning_rate=0.001"
FRAME = json.dumps([{"event": "failed", "value": True}])


async def played(tab: Visitor, link: str = LINK) -> dict[str, Any]:
    """The last frame of a run that nothing disturbs."""
    await tab.load(link=link)
    await tab.click("play")
    await tab.until(lambda: ended(tab))
    assert tab.errors == []
    return tab.frames[-1].said


def what_it_says(frame: dict[str, Any]) -> tuple:
    return frame["shown"], frame["figures"], frame["status"]


@pytest.fixture(scope="module")
def whole(server: Server) -> tuple:
    """What the last frame says where nothing is wrong."""
    return what_it_says(seen(played, server.address))


def test_a_run_whose_worker_is_killed_ends_where_it_would_have(server: Server, whole: tuple):
    async def killed(tab: Visitor) -> dict[str, Any]:
        await tab.load(link=LINK)
        (worker,) = children(server.process.pid)
        await tab.click("play")
        opened = tab.frames[-1].said["shown"]
        await tab.until(lambda: tab.frames[-1].said["shown"] > opened)
        os.kill(worker, signal.SIGKILL)
        assert not ended(tab)
        await tab.until(lambda: ended(tab))
        assert tab.errors == []
        assert children(server.process.pid) != [worker]
        return tab.frames[-1].said

    frame = seen(killed, server.address)
    assert frame["status"].startswith("Converged")
    assert what_it_says(frame) == whole


def test_the_address_of_a_server_that_was_killed_opens_the_same_run_on_the_next(server: Server):
    async def interrupted(tab: Visitor) -> str:
        await tab.load(link=LINK)
        await tab.click("play")
        opened = tab.frames[-1].said["shown"]
        await tab.until(lambda: tab.frames[-1].said["shown"] > opened)
        await tab.choose("learning_rate", "0.002")
        await tab.until(lambda: "Learning rate changed" in tab.frames[-1].said["status"])
        await tab.until(lambda: "learning_rate=0.002" in tab.address)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(ConnectionError):
            await tab.until(lambda: False)
        return tab.address

    with served() as (where, first):
        (worker,) = map(psutil.Process, children(first))
        address = seen(interrupted, where)
    frame = seen(lambda tab: played(tab, address), server.address)
    asked_for = seen(lambda tab: played(tab, LINK.replace("0.001", "0.002")), server.address)
    assert what_it_says(frame) == what_it_says(asked_for)
    worker.wait(PATIENT)


def copied(folder: Path) -> Path:
    """A copy of what is installed, without `static`."""
    for name in ("eigfit", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "app.py", folder)
    return folder


class Poor(NamedTuple):
    """A server without `static` on a full disk, and its cache."""

    server: Server
    cache: Path


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Poor]:
    home = tmp_path_factory.mktemp("home")
    surroundings = environment(home, EIGFIT_CACHE=str(home / "cache"))
    with running(surroundings, copied(home / "app"), full=True) as server:
        yield Poor(server, home / "cache")


def test_on_a_full_disk_and_without_a_cache_everything_works(poor: Poor, whole: tuple):
    (worker,) = children(poor.server.process.pid)
    assert resource.prlimit(worker, resource.RLIMIT_FSIZE) == (0, 0)
    frame = seen(played, poor.server.address)
    assert frame["status"].startswith("Converged")
    assert what_it_says(frame) == whole
    assert sum(path.stat().st_size for path in poor.cache.rglob("*.pb")) == 0


def test_without_static_only_the_icon_is_missing(poor: Poor):
    for page in ("", "compare", "derivatives", "article"):
        assert asked(f"{poor.server.address}/{page}").status == 200
    assert asked(f"{poor.server.address}/app/static/icon.svg").status == 404
    assert seen(played, poor.server.address)["status"].startswith("Converged")


def test_a_script_that_is_no_app_falls_back_to_plain_charts(tmp_path: Path):
    script = copied(tmp_path / "app") / "app.py"
    script.write_text(script.read_text(encoding="utf-8").partition("\nelse:")[0], encoding="utf-8")

    def kinds_of(tab: Visitor) -> list[str]:
        return [element.WhichOneof("type") for element in elements(tab)]

    async def without_scripts(tab: Visitor) -> list[str]:
        await tab.load(link=LINK)
        await tab.say("view", event=True, json_trigger_value=FRAME)
        await tab.until(lambda: kinds_of(tab).count("plotly_chart") >= 4)
        drawn = len(kinds_of(tab))
        await tab.say("step", trigger_value=True)
        await tab.until(lambda: kinds_of(tab)[drawn:].count("plotly_chart") >= 4)
        assert tab.errors == []
        return kinds_of(tab)

    with running(environment(tmp_path), script.parent) as server:
        assert asked(f"{server.address}/{ADDRESS}/plotly/plotly.min.js").kind == "text/html"
        kinds = seen(without_scripts, server.address, keep=True)
    assert "exception" not in kinds
