"""What the Fit page says at the end of a run, and gives to take along."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from eigfit.results.texts import FORMATS
from eigfit.web.result import shown
from tests.web.pages import opened, run_of, words

QUICK = {"v": "1", "target": "1.125,-1.25,0.333", "learning_rate": "0.01"}


def copied(at: AppTest) -> dict[str, str]:
    """The texts that buttons copy, by their labels."""
    parts = [part.proto for part in at.get("bidi_component")]
    found = [json.loads(part.json) for part in parts if part.component_name == "eigfit.copy"]
    return {button["label"]: button["text"] for button in found}


def html(at: AppTest) -> str:
    return " ".join(part.proto.body for part in at.get("html"))


def test_a_run_that_has_converged_gives_its_matrix():
    at = opened(**QUICK)
    step = run_of(at).record.last
    assert "**You asked for 1.125, −1.25, 0.333.** Here is a matrix that has them." in words(at)
    assert {name: copied(at)[name] for name in FORMATS} == {
        name: text_of(step.matrix) for name, text_of in FORMATS.items()
    }
    cells = re.findall("<td>(.*?)</td>", html(at))
    found = np.array([float(cell.replace("−", "-")) for cell in cells]).reshape(3, 3)
    np.testing.assert_allclose(found, step.matrix, atol=5.1e-6)
    assert ", ".join(shown(step.eigenvalues)) in html(at)
    error = np.abs(step.eigenvalues - [-1.25, 0.333, 1.125]).max()
    assert f"<dd>{error:.1e}</dd>" in html(at)


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ({"max_steps": "9"}, "The steps ended before it had them; this is the matrix it came to."),
        (
            {"structure": "toeplitz", "target": "1,1,2", "max_steps": "50000", "tolerance": "0",
             "optimiser": "sgd", "learning_rate": "0.1"},
            "The run has stalled before it had them; this is the matrix it came to.",
        ),
    ],
)  # fmt: skip
def test_a_run_that_ends_before_does_not_say_it_has_them(link: dict[str, str], sentence: str):
    at = opened(**(QUICK | link))
    at.button(key="play").click().run()
    while not run_of(at).final:
        run_of(at).advance(2000)
    at.run()
    assert sentence in words(at)
    assert "has them." not in words(at)
    assert {*FORMATS} <= {*copied(at)}


@pytest.mark.parametrize(
    "link",
    [{"tolerance": "0"}, {"optimiser": "sgd", "learning_rate": "100"}],
    ids=["on its way", "diverged"],
)
def test_there_is_no_result_while_a_run_goes_on_or_when_it_diverged(link: dict[str, str]):
    at = opened(**(QUICK | link))
    assert "You asked for" not in words(at)
    assert not {*FORMATS} & {*copied(at)}


def test_numbers_are_shown_alike_whatever_their_size():
    assert shown(np.array([1.0, -0.123456, -1e-9])) == ["1.00000", "−0.12346", "0.00000"]
    assert shown(np.array([123456.78, -1.5])) == ["1.2346e+05", "−1.5"]
