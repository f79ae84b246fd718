"""The scripts to take away are run, and end with the numbers of the page."""

import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eigfit.experiment import scripts
from eigfit.experiment.legs import Leg
from eigfit.experiment.scripts import eigfit_script, tensorflow_script
from eigfit.experiment.setup import Setup
from eigfit.fitting import stopping
from eigfit.fitting.loop import _program
from eigfit.results.history import History
from eigfit.study.comparison import Comparison, alone, comparison

# A step of the plain script takes milliseconds, so the runs are short.
SLOW = Setup(tolerance=1e-6, max_steps=400).changed("learning_rate", 0.03)
QUICK = Setup(tolerance=1e-2, max_steps=150).changed("learning_rate", 0.1)
STALL_STEPS = 40
WRITTEN = [eigfit_script, tensorflow_script]
TARGETS = (1.0, 1.0, 1.0, -1.0, 0.0, 2.0)
COMPARISONS = {
    "starts": comparison(replace(QUICK, members=2, distribution="normal", low=-1.0)),
    "explicit tridiagonal": alone(
        replace(QUICK, structure="tridiagonal").changed("distribution", "explicit")
    ),
    "optimisers": comparison(
        replace(QUICK, vary="optimisers", optimisers=("sgd", "nadam"), max_steps=60)
    ),
    "targets": comparison(
        replace(QUICK, vary="targets", structure="toeplitz", max_steps=40, targets=TARGETS)
    ),
    "changed on the way": comparison(
        replace(
            SLOW,
            members=2,
            earlier=(Leg(40, (("learning_rate", 0.1), ("beta_1", 0.5))), Leg(90, ())),
        ).changed("max_steps", 120)
    ),
    "diverging at once": comparison(
        replace(SLOW, optimiser="sgd", settings=(("learning_rate", 1e300),), members=1)
    ),
    "diverging": comparison(
        replace(SLOW, optimiser="sgd", settings=(("learning_rate", 3.0),), members=1)
    ),
}


Ends = list[tuple[str, str, int, float, list[float]]]


@pytest.fixture
def soon_stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run stalls after fewer steps, in what is compiled and in what is written."""
    for module in (stopping, scripts):
        monkeypatch.setattr(module, "STALL_STEPS", STALL_STEPS)
    _program.cache_clear()
    yield
    _program.cache_clear()


def read(text: str) -> Ends:
    """Name, status, step, loss and eigenvalues of each line a script prints."""
    lines = [line.split("; ") for line in text.splitlines()]
    return [
        (name, status, int(step), float(loss), [float(x) for x in values.strip("[]").split(",")])
        for name, status, step, loss, values in lines
    ]


def ends(compared: Comparison) -> History:
    history = History()
    for step in compared.steps():
        history.append(step)
    return history


def assert_same(lines: Ends, compared: Comparison) -> None:
    history = ends(compared)
    assert [line[0] for line in lines] == list(compared.titles)
    for i, (_, status, step, loss, eigenvalues) in enumerate(lines):
        end = history.last.member(i)
        assert (status, step) == (str(end.status), history.ended[i])
        # Roundings of two decompositions, carried through some hundred steps.
        np.testing.assert_allclose(loss, end.loss, rtol=1e-6)
        np.testing.assert_allclose(eigenvalues, end.eigenvalues, rtol=1e-8, atol=1e-9)


@pytest.fixture
def lines_of(tmp_path: Path, capsys: pytest.CaptureFixture) -> Callable[[str], Ends]:
    """What a script prints."""

    def lines(text: str) -> Ends:
        script = tmp_path / "script.py"
        script.write_text(text, encoding="utf-8")
        runpy.run_path(str(script), run_name="__main__")
        return read(capsys.readouterr().out)

    return lines


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_script_ends_with_the_numbers_of_the_page(name: str, written, lines_of):
    compared = COMPARISONS[name]
    assert_same(lines_of(written(compared.members, compared.titles)), compared)


@pytest.mark.usefixtures("soon_stalled")
@pytest.mark.parametrize("written", WRITTEN)
def test_a_script_stalls_where_the_page_does(written, lines_of):
    compared = alone(replace(SLOW, structure="toeplitz", optimiser="lion"))
    lines = lines_of(written(compared.members, compared.titles))
    assert [line[1] for line in lines] == ["stalled"]
    assert_same(lines, compared)


def test_the_plain_script_runs_where_there_is_no_eigfit(tmp_path: Path):
    script = tmp_path / "script.py"
    starts = COMPARISONS["starts"]
    # The environment holds the package, so its import is made to fail.
    absent = "import sys\n\nsys.modules['eigfit'] = None\n"
    text = tensorflow_script(starts.members, starts.titles)
    script.write_text(absent + text, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-I", str(script)],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-2000:]
    assert_same(read(found.stdout), COMPARISONS["starts"])
