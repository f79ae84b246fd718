"""Settings for the whole suite."""

import gc
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings

from eigfit import compilation_cache
from eigfit.engine import workplace
from tests.serving import Server, environment, running

# Both must stand before TensorFlow's first import: its notes about the machine are not test output,
# and most of the suite's time would go into compiling what was compiled the last time.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
compilation_cache.switch_on()

# No example is too slow on a machine that is busy with other work.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


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


@pytest.fixture(autouse=True, scope="module")
def swept() -> None:
    """TensorFlow's half a million objects stay, so no garbage collection need look through them."""
    if "tensorflow" in sys.modules:
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="module")
def quick_pages() -> Iterator[None]:
    """A Streamlit that does not look around before every run, for modules that open pages.

    Each test's app would read the metadata of all that is installed, and tidy memory twice.
    """
    from streamlit import config
    from streamlit.components.v2 import manifest_scanner
    from streamlit.runtime.scriptrunner import script_runner

    from eigfit.engine import run
    from tests.web.pages import PATIENT

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda *_, **__: [])
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        # However slow the machine, a page opens on all of its first steps.
        patch.setattr(run, "SLICE", PATIENT)
        patch.setattr(run, "LONGEST_FRAME", PATIENT)
        tidying = config.get_option("runner.postScriptGC")
        config.set_option("runner.postScriptGC", False)
        yield
        config.set_option("runner.postScriptGC", tidying)
