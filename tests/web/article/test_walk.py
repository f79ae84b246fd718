"""How a stage of the article is written down, and when its numbers count as the published ones."""

from typing import Any

import numpy as np
import pytest

from eigfit.web.article import code
from eigfit.web.article.stages import STAGES, Published
from eigfit.web.article.walk import HEAD, agrees, source, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456789, "`0.12345679`"),
        (3, "`3`"),
        (True, "`True`"),
        (None, "`None`"),
        ("refused", "refused"),
        ([1.0, 0.5], "`1` `0.5`"),
        (np.eye(2), "`1` `0`<br>`0` `1`"),
    ],
)
def test_a_value_is_written_in_eight_digits(value: Any, text: str):
    assert written(value) == text


def test_a_value_agrees_to_the_rounding_of_what_was_printed():
    published = Published([1.0, 2.0], 1e-3, "")
    assert agrees([1.0009, 1.9991], published)
    assert not agrees([1.0, 2.0011], published)
    assert not agrees([1.0, np.nan], published)


def test_nothing_agrees_with_nothing_alone():
    assert agrees(None, Published(None, 0.0, ""))
    assert not agrees(0.0, Published(None, 0.0, ""))
    assert not agrees(None, Published(0.0, 1.0, ""))


def test_a_function_is_shown_without_its_docstring():
    lines = source(code.loss).splitlines()
    assert lines[0].startswith("def loss(")
    assert len(lines) == 2
    assert "return" in lines[1]


def test_the_code_of_all_stages_runs_below_the_lines_that_it_begins_with():
    shown = dict.fromkeys(function for stage in STAGES for function in stage.functions)
    file = "\n\n\n".join([HEAD, *map(source, shown)])
    names: dict[str, Any] = {}
    exec(compile(file, "article.py", "exec"), names)
    for function in (stage.functions[-1] for stage in STAGES):
        here, there = names[function.__name__](), function()
        assert here.keys() == there.keys()
        for name in here.keys() - {"course"}:
            np.testing.assert_array_equal(here[name], there[name])
