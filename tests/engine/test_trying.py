"""A trial of rates in slices is the trial in one go."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from eigfit.engine import trying, workplace
from eigfit.engine.calls import GoesOn
from eigfit.engine.trying import fastest_in_slices
from eigfit.experiment.setup import Setup
from eigfit.results.step import Step
from eigfit.study.fastest import fastest
from tests.engine.runs import PATIENT

LATE = Setup(optimiser="sgd", settings=(), n=2, target=(1.0, 1.0), tolerance=1e-30)
SETUPS = {
    "adam": Setup(),
    "late": LATE,
    "none arrives": Setup(structure="zero_diagonal", max_steps=1_000),  # the trace is not 0
}


@pytest.mark.parametrize("name", SETUPS)
def test_in_slices_it_finds_the_same_rate(name: str, monkeypatch: pytest.MonkeyPatch):
    with ThreadPoolExecutor(1) as executor:
        monkeypatch.setattr(workplace, "_place", workplace.Place(executor, 1))
        found = workplace.submit_aside(fastest_in_slices, SETUPS[name], None, 1e-9).result(PATIENT)
    assert found == fastest(SETUPS[name])
    assert (found is None) is (name == "none arrives")


def test_a_slice_ends_with_its_time_and_says_how_it_goes_on():
    setup = SETUPS["none arrives"]
    reached = [0]
    found = fastest_in_slices(setup, None, 1e-9)
    while isinstance(found, GoesOn):
        assert found.function is trying.fastest_in_slices
        _, last, seconds = found.arguments
        assert seconds < 1, "longer only while a slice was too short for one call"
        reached.append(last.number if isinstance(last, Step) else 0)
        found = fastest_in_slices(*found.arguments)
    assert found is None
    assert reached == sorted(reached)
    assert len(set(reached)) > 2, "it should have taken several slices"
