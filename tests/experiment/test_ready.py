"""Ready experiments: what their words say is so, and their pictures are of their own runs."""

import re

import numpy as np
import pytest

from eigfit.experiment.links import read_link, short_link
from eigfit.experiment.ready import READY
from eigfit.results.status import Status
from eigfit.study import derivatives
from eigfit.study.comparison import comparison
from scripts.thumbnails import FOLDER, picture

ENDS = {
    "identity": Status.converged,
    "published": Status.converged,
    "distinct": Status.converged,
    "clusters": Status.converged,
    "trap": Status.stalled,
    "unreachable": Status.stalled,
    "too_fast": Status.diverged,
}


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+\.?\d*", text)]


@pytest.mark.parametrize("name", READY)
def test_its_picture_is_that_of_its_run(name: str):
    drawn = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    # Another machine's last bit may move a point by a tenth of a pixel.
    assert numbers(picture(READY[name])) == pytest.approx(numbers(drawn), abs=0.11)


def test_there_is_a_picture_for_each_and_no_other():
    assert {file.stem for file in FOLDER.iterdir()} == set(READY)


@pytest.mark.parametrize("name", READY)
def test_its_link_gives_it_back(name: str):
    assert read_link(short_link(READY[name].setup)) == (READY[name].setup, ())


@pytest.mark.parametrize("name", ENDS)
def test_it_ends_as_it_says(name: str):
    ready = READY[name]
    if ready.page == "compare":
        *_, last = comparison(ready.setup).steps()
        assert {*last.status} == {ENDS[name]}
        assert len(np.unique(last.matrix.round(3), axis=0)) == ready.setup.members
    else:
        *_, last = ready.setup.steps()
        assert last.status == ENDS[name]


def test_levels_that_avoid_each_other_come_near_and_do_not_meet():
    found = derivatives.path(READY["avoiding"].setup)
    gaps = np.diff(found.eigenvalues, axis=1)
    assert gaps.min() > 0.1
    assert gaps.min() < 0.2 * gaps.max()
