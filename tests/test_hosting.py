"""The Dockerfile, by hand: no test can start Docker, but what it copies, starts and asks can be."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from eigfit.experiment.files import LARGEST_FILE
from tests.serving import (
    PATIENT,
    ROOT,
    asked,
    container_environment,
    instructions,
    started,
    wait_until,
)

HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
COPIED = [line.split()[0].rstrip("/") for line in instructions("COPY")]


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """A folder with what the Dockerfile copies, and nothing that may be written."""
    folder = tmp_path / "app"
    folder.mkdir()
    leave_out = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
        else:
            shutil.copy(ROOT / name, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


def test_what_the_dockerfile_copies_reaches_docker():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*"
    assert {line.strip("!/") for line in ignored if line.startswith("!")} == set(COPIED)


def test_the_container_is_nobody_special():
    assert instructions("USER")[-1] not in ("root", "0")


def test_the_container_is_healthy_as_long_as_it_serves_and_writes_nothing(
    container: Path, tmp_path: Path
):
    before = sorted(container.rglob("*"))
    environment = container_environment(tmp_path)
    (check,) = (line.partition("CMD ")[2] for line in instructions("HEALTHCHECK"))

    def healthy() -> bool:
        found = subprocess.run(
            ["sh", "-c", check], env=environment, capture_output=True, check=False
        )
        return found.returncode == 0

    assert not healthy()
    with started(container, environment) as server:
        wait_until(healthy, server)
        assert b"<title>Fit" in asked(f"http://localhost:{environment['PORT']}/").body
    assert not healthy()
    assert sorted(container.rglob("*")) == before


def test_a_mistyped_limit_stops_the_server_with_a_sentence(tmp_path: Path):
    environment = container_environment(tmp_path) | {"EIGFIT_MAX_N": "many"}
    with started(ROOT, environment) as server:
        said, _ = server.communicate(timeout=PATIENT)
    assert server.returncode != 0
    assert "EIGFIT_MAX_N must be a whole number from 3 to 12, or unset; got 'many'" in said


def test_spaces_find_the_port_that_is_served():
    front = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    settings = dict(line.split(": ", 1) for line in front.splitlines())
    assert settings["sdk"] == "docker"
    assert [settings["app_port"]] == instructions("EXPOSE")
    assert f"PORT={settings['app_port']} " in instructions("ENV")[0]


def test_every_variable_that_is_read_is_documented():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "eigfit").rglob("*.py"))
    names = {*re.findall(r'"(EIGFIT_[A-Z_]+)"', code)}
    names |= {f"EIGFIT_MAX_{name}" for name in re.findall(r'host\.most\("(\w+)"', code)}
    assert len(names) >= 4
    assert [name for name in sorted(names) if f"`{name}`" not in HOSTING] == []


def test_a_saved_run_fits_through_the_limit_of_uploads():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert LARGEST_FILE <= config["server"]["maxUploadSize"] * 2**20 <= 2 * LARGEST_FILE
