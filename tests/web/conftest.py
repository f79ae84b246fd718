"""What all tests of pages share: a Streamlit that does not look around before every run."""

from collections.abc import Iterator

import pytest
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner

from eigfit.engine import run
from tests.web.pages import PATIENT


@pytest.fixture(autouse=True, scope="module")
def quick_runs() -> Iterator[None]:
    """Each test's app would read the metadata of all that is installed, and tidy memory twice."""
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
