"""Runs as files: what is written is the run, and what is read back is the experiment."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from eigfit.experiment.files import LARGEST_FILE, Refusal, read_run, run_as_csv, run_as_json
from eigfit.experiment.links import full_link
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.study.comparison import comparison

SETUP = Setup(n=2, target=(0.5, 2.0), max_steps=30, tolerance=0.5, seed=3).changed("beta_1", 0.8)


def history_of(experiment) -> History:
    history = History()
    for step in experiment.steps():
        history.append(step)
    return history


def test_the_csv_holds_every_number_of_a_run_exactly():
    history = history_of(SETUP)
    rows = list(csv.DictReader(io.StringIO(run_as_csv(history, ["run"]))))
    assert list(rows[0]) == ["member", "step", "loss", "λ0", "λ1"]
    np.testing.assert_array_equal([int(row["step"]) for row in rows], history.numbers)
    np.testing.assert_array_equal([float(row["loss"]) for row in rows], history.losses)
    np.testing.assert_array_equal([float(row["λ1"]) for row in rows], history.eigenvalues[:, 1])


def test_the_csv_of_a_comparison_ends_each_member_where_it_ended():
    compared = comparison(replace(SETUP, members=3, tolerance=1.0))
    history = history_of(compared)
    assert len(set(history.ended)) > 1, "members should end at different steps"
    rows = list(csv.DictReader(io.StringIO(run_as_csv(history, compared.titles))))
    for i, title in enumerate(compared.titles):
        own = [row for row in rows if row["member"] == title]
        assert [int(row["step"]) for row in own] == list(range(history.ended[i] + 1))
        assert float(own[-1]["loss"]) == history.last.loss[i]


@pytest.mark.parametrize("page", ["fit", "compare"])
def test_the_json_gives_the_experiment_back(page: str):
    compared = comparison(replace(SETUP, members=1 if page == "fit" else 3))
    history = history_of(SETUP if page == "fit" else compared)
    text = run_as_json(SETUP, page, history, compared.titles)
    assert read_run(text) == (SETUP, page, history.last.number, ())
    results = json.loads(text)["results"]
    assert [result["member"] for result in results] == list(compared.titles)
    for result in results:
        eigenvalues = np.linalg.eigvalsh(np.array(result["matrix"]))
        np.testing.assert_allclose(result["eigenvalues"], eigenvalues, atol=1e-13)
        assert np.sum((eigenvalues - SETUP.target) ** 2) == pytest.approx(result["loss"], abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        "null",
        '{"format": "other", "page": "fit", "step": 1, "setup": {}}',
        '{"format": "eigfit", "page": 3, "step": 1, "setup": {}}',
        '{"format": "eigfit", "page": "fit", "step": "many", "setup": {}}',
        '{"format": "eigfit", "page": "fit", "step": 1e999, "setup": {}}',
        '{"format": "eigfit", "page": "fit", "step": 1, "setup": 7}',
        "[" * 100_000,
        " " * (LARGEST_FILE + 1),
    ],
    ids=lambda text: text[:40],
)
def test_another_file_is_refused_in_a_sentence(text: str):
    with pytest.raises(ValueError, match="not a run saved by eigfit; choose a JSON file"):
        read_run(text)


def test_a_file_with_odd_settings_opens_the_nearest_experiment():
    text = '{"format": "eigfit", "page": "fit", "step": -5, "setup": {"n": 2, "seed": [1]}}'
    refusals = (Refusal("seed", "[1]", "0"),)
    assert read_run(text) == (Setup(n=2, target=(1.0, 1.0)), "fit", 0, refusals)


def test_what_a_file_could_not_have_says_what_it_became():
    link = full_link(SETUP) | {"n": "99", "target": "1", "seed": "nan", "old": "1", "earlier": "x"}
    content = {"format": "eigfit", "version": 7, "page": "fit", "step": 5, "setup": link}
    saved = read_run(json.dumps(content))
    became = {name: (asked, now) for name, asked, now in saved.refusals}
    # Lists for another n cannot be had either.
    del became["matrix"], became["targets"]
    assert became == {
        "v": ("7", "1"),
        "n": ("99", "12"),
        "target": ("1", ",".join(["1"] * 12)),
        "seed": ("nan", "0"),
        "old": ("1", None),
        "earlier": ("x", None),
    }
