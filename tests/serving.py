"""The app's server, started by the line of the Dockerfile that starts it."""

import json
import os
import resource
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from eigfit import compilation_cache

ROOT = Path(__file__).parents[1]
PATIENT = 180.0  # seconds, on a machine that is busy with other work


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    kind: str
    body: bytes


def instructions(name: str) -> list[str]:
    """What the Dockerfile says after that word, in order, each on one line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if not line.startswith("#")]
    return [rest for line in lines if line and line[0] == name for rest in line[1:]]


def container_environment(home: Path) -> dict[str, str]:
    """The environment that the Dockerfile makes, with this Python in it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = dict(pair.split("=", 1) for line in instructions("ENV") for pair in shlex.split(line))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**made, "PATH": path, "HOME": str(home), "PORT": str(port)}


@contextmanager
def started(
    folder: Path, environment: dict[str, str], output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """The server of the app that lies in a folder, until the block ends."""
    (command,) = instructions("CMD")
    server = subprocess.Popen(
        json.loads(command), cwd=folder, env=environment,
        stdout=output, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    try:
        yield server
    finally:
        server.terminate()
        server.communicate(timeout=20)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a server on a free port, with what this machine has compiled already."""
    cache = compilation_cache.folder()
    kept = {"EIGFIT_CACHE": str(cache.parent)} if cache else {}
    return container_environment(home) | kept | more


class Server(NamedTuple):
    """A server that answers."""

    address: str
    process: subprocess.Popen[str]


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
    below = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    address = f"http://localhost:{environment['PORT']}{below and f'/{below}'}"
    with started(folder, environment, subprocess.DEVNULL) as server:
        if full:
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, 0))
        wait_until(lambda: asked(f"{address}/_stcore/health").status == 200, server)
        yield Server(address, server)


def wait_until(healthy: Callable[[], bool], server: subprocess.Popen[str]) -> None:
    """Look again and again, as long as there is a server and it may still be starting."""
    deadline = time.monotonic() + PATIENT
    while not healthy():
        assert server.poll() is None, "the server has ended"
        assert time.monotonic() < deadline, f"the server is not healthy after {PATIENT} seconds"
        time.sleep(0.1)  # between two looks


def asked(url: str, **headers: str) -> Answer:
    """What is answered, 0 where nobody is there."""
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as found:
            return Answer(found.status, found.headers.get_content_type(), found.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers.get_content_type(), error.read())
    except OSError:
        return Answer(0, "", b"")
