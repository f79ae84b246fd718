"""Files as strangers write them, through what reads them and through the page."""

import json
from typing import Any

import pytest

from benchmarks.hostile import uploads
from benchmarks.hostile.uploads import Armed, bombs, broken_rule, saved
from eigfit.experiment.files import read_run
from eigfit.experiment.setup import Setup
from eigfit.web.session import refused
from tests.web.pages import opened, setup_of

pytestmark = pytest.mark.usefixtures("quick_pages")

WHOLE = json.dumps(saved(Setup(seed=7)), indent=1).encode()


def test_a_saved_run_cut_short_anywhere_is_refused():
    assert read_run(WHOLE.decode()).setup == Setup(seed=7)
    for length in range(len(WHOLE) - 1):
        with pytest.raises(ValueError, match="not a run saved by eigfit"):
            read_run(WHOLE[:length].decode("utf-8", "replace"))


def test_bombs_are_refused_or_harmless():
    for content in bombs():
        assert broken_rule(content) == "", content[:200]
    assert not Armed.read


@pytest.mark.parametrize("seed", range(3))
def test_any_file_is_a_run_or_refused_in_a_sentence(seed: int):
    fixed = len(list(bombs()))
    for content in list(uploads.uploads(seed, fixed + 80))[fixed:]:
        assert broken_rule(content) == "", content[:300]


@pytest.mark.parametrize("name", saved(Setup()))
def test_any_value_under_any_name_is_read_or_refused(name: str):
    for odd in uploads.ODD:
        content = json.dumps(saved(Setup()) | {name: odd}).encode("utf-8", "surrogatepass")
        assert broken_rule(content) == "", content[:300]


@pytest.mark.parametrize("name", saved(Setup())["setup"])
def test_any_value_of_any_field_is_read_and_answered_in_plain_words(name: str):
    whole = saved(Setup())
    for odd in uploads.ODD:
        content = json.dumps(whole | {"setup": whole["setup"] | {name: odd}})
        assert broken_rule(content.encode("utf-8", "surrogatepass")) == "", content[:300]
        words = refused("The file", read_run(content).refusals)
        assert len(words) < 500
        assert "\n" not in words


@pytest.fixture(scope="module")
def page() -> Any:
    return opened(max_steps="20")


@pytest.mark.parametrize(
    "content",
    [b"", b"[" * 100_000, b"\xff" * 99, b"\x80\x04K\x01.", WHOLE[:700], b'{"format": "eigfit"}'],
    ids=lambda content: ascii(content[:12]),
)
def test_a_page_answers_a_broken_file_with_one_sentence(page: Any, content: bytes):
    before = setup_of(page)
    page.file_uploader(key="load").upload("run.json", content, "application/json")
    page.run()
    assert not page.exception
    assert setup_of(page) == before
    (said,) = [toast.value for toast in page.toast]
    assert said == "This file is not a run saved by eigfit; choose a JSON file from Share & save."
