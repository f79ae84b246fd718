"""Processes that are killed, disks that cannot be written to, files that are missing."""

import json
import os
import resource
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import children
from benchmarks.visitor import Visitor
from tests.hostile.servers import Server, elements, ended, environment, running, seen
from tests.serving import ROOT, asked

LINK = "v=1&seed=5&steps_per_frame=50&learning_rate=0.001"
FRAME = json.dumps([{"event": "failed", "value": True}])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with running(environment(tmp_path_factory.mktemp("home"))) as server:
        yield server


async def played(tab: Visitor, link: str = LINK) -> dict[str, Any]:
    """The last frame of a run that nothing disturbs."""
    await tab.load(link=link)
    await tab.click("play")
    await tab.until(lambda: ended(tab))
    assert tab.errors == []
    return tab.frames[-1].said


def what_it_says(frame: dict[str, Any]) -> tuple:
    return frame["shown"], frame["figures"], frame["status"]


def test_a_run_whose_worker_is_killed_ends_where_it_would_have(server: Server):
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
    assert what_it_says(frame) == what_it_says(seen(played, server.address))


def test_the_address_of_a_server_that_was_killed_opens_the_same_run_on_the_next(tmp_path: Path):
    surroundings = environment(tmp_path)

    async def interrupted(tab: Visitor) -> str:
        await tab.load(link=LINK)
        await tab.click("play")
        opened = tab.frames[-1].said["shown"]
        await tab.until(lambda: tab.frames[-1].said["shown"] > opened)
        await tab.choose("learning_rate", "0.002")
        await tab.until(lambda: "Settings changed" in tab.frames[-1].said["status"])
        await tab.until(lambda: "learning_rate=0.002" in tab.address)
        server.process.kill()
        with pytest.raises(ConnectionError):
            await tab.until(lambda: False)
        return tab.address

    with running(surroundings) as server:
        (worker,) = children(server.process.pid)
        address = seen(interrupted, server.address)
        server.process.wait()
    with running(surroundings) as server:
        frame = seen(lambda tab: played(tab, address), server.address)
        asked_for = seen(lambda tab: played(tab, LINK.replace("0.001", "0.002")), server.address)
    assert what_it_says(frame) == what_it_says(asked_for)
    assert not Path(f"/proc/{worker}").exists()


@pytest.mark.parametrize("cache", ["a file", "in a file", "nowhere"])
def test_without_a_place_for_the_cache_everything_works(cache: str, tmp_path: Path):
    (tmp_path / "file").touch()
    places = {"a file": tmp_path / "file", "in a file": tmp_path / "file" / "x", "nowhere": "/proc"}
    with running(environment(tmp_path, EIGFIT_CACHE=str(places[cache]))) as server:
        assert seen(played, server.address)["status"].startswith("Converged")


def test_on_a_full_disk_everything_works(tmp_path: Path):
    cache = tmp_path / "cache"
    with running(environment(tmp_path, EIGFIT_CACHE=str(cache)), full=True) as server:
        (worker,) = children(server.process.pid)
        assert resource.prlimit(worker, resource.RLIMIT_FSIZE) == (0, 0)
        assert seen(played, server.address)["status"].startswith("Converged")
    assert sum(path.stat().st_size for path in cache.rglob("*.pb")) == 0


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of what is installed, without `static`."""
    for name in ("eigfit", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, tmp_path / "app" / name)
    shutil.copy(ROOT / "app.py", tmp_path / "app")
    return tmp_path / "app"


def test_without_static_only_the_icon_is_missing(copied: Path, tmp_path: Path):
    with running(environment(tmp_path), copied) as server:
        for page in ("", "compare", "derivatives", "article"):
            assert asked(f"{server.address}/{page}").status == 200
        assert asked(f"{server.address}/app/static/icon.svg").status == 404
        assert seen(played, server.address)["status"].startswith("Converged")


def test_a_script_that_is_no_app_falls_back_to_plain_charts(copied: Path, tmp_path: Path):
    script = copied / "app.py"
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

    with running(environment(tmp_path), copied) as server:
        assert asked(f"{server.address}/app/plotly/plotly.min.js").kind == "text/html"
        kinds = seen(without_scripts, server.address, keep=True)
    assert "exception" not in kinds
