"""The scripts to take away are run, and end with the numbers of the page."""

import ast
import re
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
from tests.new_process import in_a_new_process, printed_without

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


Ends = list[tuple[str, str, int, float, list[float], list[list[float]]]]
END = re.compile(r"^(.+; .+)\n((?:.*\n)*?.*\]\])$", re.MULTILINE)  # a line, then the rows of A


@pytest.fixture
def soon_stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run stalls after fewer steps, in what is compiled and in what is written."""
    for module in (stopping, scripts):
        monkeypatch.setattr(module, "STALL_STEPS", STALL_STEPS)
    _program.cache_clear()
    yield
    _program.cache_clear()


def read(text: str) -> Ends:
    """Name, status, step, loss, eigenvalues and matrix of each end that a script prints."""
    found = [(*line.split("; "), A) for line, A in END.findall(text)]
    assert END.sub("", text).strip() == ""
    return [
        (name, status, int(step), float(loss), ast.literal_eval(values), ast.literal_eval(A))
        for name, status, step, loss, values, A in found
    ]


def ends(compared: Comparison) -> History:
    history = History()
    for step in compared.steps():
        history.append(step)
    return history


def assert_same(lines: Ends, compared: Comparison) -> None:
    history = ends(compared)
    assert [line[0] for line in lines] == list(compared.titles)
    for i, (_, status, step, loss, eigenvalues, A) in enumerate(lines):
        end = history.last.member(i)
        assert (status, step) == (str(end.status), history.ended[i])
        # Roundings of two decompositions, carried through some hundred steps.
        np.testing.assert_allclose(loss, end.loss, rtol=1e-6)
        np.testing.assert_allclose(eigenvalues, end.eigenvalues, rtol=1e-8, atol=1e-9)
        large = max(1, np.abs(end.matrix).max())  # beside it the entries of a diverged run are 0
        np.testing.assert_allclose(A, end.matrix, rtol=1e-8, atol=1e-9 * large)
        # Printed in full, it has the eigenvalues that are printed.
        largest = np.abs(eigenvalues).max()
        np.testing.assert_allclose(np.linalg.eigvalsh(A), eigenvalues, rtol=0, atol=1e-12 * largest)


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


def run_without(package: str, text: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a script where that package is not installed."""
    script = folder / "script.py"
    # The environment holds the package, so its import is made to fail.
    absent = f"import sys\n\nsys.modules[{package!r}] = None\n"
    script.write_text(absent + text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(script)],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip


def test_the_plain_script_runs_where_there_is_no_eigfit(tmp_path: Path):
    starts = COMPARISONS["starts"]
    script = tmp_path / "script.py"
    script.write_text(tensorflow_script(starts.members, starts.titles), encoding="utf-8")
    assert_same(read(in_a_new_process(printed_without, "eigfit", script)), starts)


@pytest.mark.parametrize("name", ["starts", "changed on the way"])
@pytest.mark.parametrize(
    ("written", "package", "install"),
    [
        (eigfit_script, "eigfit", "pip install -e ."),
        (eigfit_script, "numpy", "pip install -e ."),
        (tensorflow_script, "tensorflow", "pip install tensorflow"),
    ],
)
def test_a_script_says_in_a_sentence_what_it_lacks(
    name: str, written, package: str, install: str, tmp_path: Path
):
    compared = COMPARISONS[name]
    found = run_without(package, written(compared.members, compared.titles), tmp_path)
    assert found.returncode == 1
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1
    assert f"needs {package}: run `{install}`" in found.stderr
