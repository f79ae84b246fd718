"""Settings for the whole suite."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from eigfit import compilation_cache
from eigfit.engine import workplace
from tests.serving import Server, environment, running

# Both must stand before TensorFlow's first import: its notes about the machine are not test output,
# and most of the suite's time would go into compiling what was compiled the last time.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
compilation_cache.switch_on()


@pytest.fixture(autouse=True, scope="session")
def nearby() -> Iterator[None]:
    """Calls run in this process, which knows TensorFlow anyway; workers have tests of their own."""
    with ThreadPoolExecutor(1) as executor, pytest.MonkeyPatch.context() as patch:
        patch.setattr(workplace, "_place", workplace.Place(executor, 1))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that nothing is wrong with, for all tests that leave it so."""
    with running(environment(tmp_path_factory.mktemp("home"))) as server:
        yield server
