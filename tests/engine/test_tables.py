"""The table of all steps, made anew in slices, against the one of a history that kept them all."""

from dataclasses import replace
from itertools import islice

import pytest

from eigfit.engine import tables
from eigfit.experiment.files import run_as_csv
from eigfit.experiment.legs import Leg
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.study.comparison import alone, comparison
from tests.engine.runs import begun, going_on, taken

QUICK = Setup(max_steps=700, tolerance=0.1)


@pytest.mark.parametrize("slice_", [1e-9, 60.0], ids=["many slices", "one slice"])
@pytest.mark.parametrize(
    ("setup", "course"),
    [
        (QUICK, lambda setup: setup),
        (replace(QUICK, members=3).changed("learning_rate", 0.01), comparison),
        (replace(QUICK, vary="optimisers"), comparison),
        (replace(QUICK, earlier=(Leg(120, (("learning_rate", 0.02),)),)), lambda setup: setup),
    ],
    ids=["fit", "starts", "rules", "legs"],
)
def test_it_is_that_of_a_history_of_all_steps_byte_for_byte(
    setup: Setup, course, slice_: float, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tables, "SLICE", slice_)
    run = taken(begun(course(setup)), 500)
    members = (alone if course(setup) is setup else comparison)(setup).titles
    whole = History()
    for step in islice(run.experiment.steps(), run.reached + 1):
        whole.append(step)
    table = tables.all_steps_as_csv(run.experiment, run.reached, run.record.ended, members)
    assert table == run_as_csv(whole, members)


def test_it_is_that_of_a_run_changed_on_the_way():
    run = taken(begun(QUICK), 150)
    going_on(run, QUICK.changed("learning_rate", 0.01))
    taken(run, 50)
    table = tables.all_steps_as_csv(run.experiment, run.reached, run.record.ended, ("run",))
    rows = [line.split(",") for line in table.splitlines()[1:]]
    assert [int(row[1]) for row in rows] == list(range(201))
    losses = [float(rows[number][2]) for number in run.record.numbers]
    assert losses == run.record.losses.tolist()
