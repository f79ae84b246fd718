"""Comparisons against the single fits they are made of."""

from dataclasses import replace

import numpy as np
import pytest

import eigfit as ef
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.study.comparison import comparison, summary

QUICK = Setup(n=3, max_steps=60, tolerance=0.3).changed("learning_rate", 0.03)


def collected(experiment) -> History:
    history = History()
    for step in experiment.steps():
        history.append(step)
    return history


def assert_members_are_single_fits(setup: Setup, atol: float) -> None:
    compared = comparison(setup)
    together = collected(compared)
    for i, member in enumerate(compared.members):
        alone = collected(member)
        end = together.last.member(i)
        assert together.ended[i] == alone.ended == alone.last.number
        assert end.status is alone.last.status
        np.testing.assert_allclose(end.parameters, alone.last.parameters, rtol=0, atol=atol)
        np.testing.assert_allclose(
            together.losses[: len(alone), i], alone.losses, rtol=1e-9, atol=atol
        )


@pytest.mark.parametrize("structure", ef.STRUCTURES)
def test_each_start_is_the_single_fit_of_its_seed_for_every_structure(structure: str):
    setup = replace(QUICK, structure=structure, seed=5, members=3, target=(-1.0, 0.5, 2.0))
    assert_members_are_single_fits(setup, 1e-11)


@pytest.mark.parametrize("optimiser", ef.OPTIMISERS)
def test_each_start_is_the_single_fit_of_its_seed_for_every_optimiser(optimiser: str):
    # Rules that divide by a gradient near zero magnify roundings.
    assert_members_are_single_fits(replace(QUICK, optimiser=optimiser, members=3), 1e-9)


@pytest.mark.parametrize(
    "setup",
    [
        replace(QUICK, vary="optimisers", optimisers=("adam", "sgd", "lion")),
        replace(QUICK, vary="learning_rates", learning_rates=(0.01, 0.1)),
        replace(QUICK, vary="targets", targets=(1.0, 1.0, 1.0, 0.0, 1.0, 3.0)),
        replace(QUICK.changed("distribution", "explicit"), members=2),
    ],
    ids=lambda setup: f"{setup.vary}-{setup.distribution}",
)
def test_whatever_varies_each_member_is_its_single_fit(setup: Setup):
    assert_members_are_single_fits(setup, 1e-11)


def test_members_differ_in_what_varies_alone():
    rates = comparison(replace(QUICK, vary="learning_rates", learning_rates=(0.01, 0.2)))
    assert rates.titles == ("rate 0.01", "rate 0.2")
    assert {member.seed for member in rates.members} == {0}
    rules = comparison(replace(QUICK, vary="optimisers", optimisers=("sgd", "adam", "sgd")))
    assert [member.optimiser for member in rules.members] == ["sgd", "adam"]
    assert {member.rule.learning_rate for member in rules.members} == {0.03}
    starts = comparison(replace(QUICK, seed=2**31 - 1, members=2))
    assert [member.seed for member in starts.members] == [2**31 - 1, 0]
    given = comparison(replace(QUICK.changed("distribution", "explicit"), members=3))
    assert given.titles == ("the given start", "seed 0", "seed 1")


@pytest.mark.parametrize("vary", ["starts", "optimisers"])
def test_a_comparison_goes_on_from_a_step_with_every_memory(vary: str):
    setup = replace(QUICK, vary=vary, members=2, optimisers=("adam", "rmsprop"), tolerance=0.0)
    compared = comparison(setup)
    whole = collected(compared)
    first = next(step for step in compared.steps() if step.number == 25)
    resumed = list(compared.steps(first))
    assert [step.number for step in resumed] == list(range(25, 61))
    np.testing.assert_allclose(resumed[-1].parameters, whole.last.parameters, rtol=0, atol=1e-12)


def held(matrices, status: Status = Status.converged) -> Step:
    """A step at which the members have these matrices."""
    matrices = np.array(matrices, dtype=float)
    count = len(matrices)
    return Step(
        7, np.zeros((count, 3)), np.linalg.eigvalsh(matrices), np.zeros(count),
        np.zeros((count, 3)), np.array([status] * count, dtype=object),
        matrix_of=lambda r: matrices,
    )  # fmt: skip


FULL = [[1.0, 0.5], [0.5, 2.0]]
SIGNED = [[1.0, -0.5], [-0.5, 2.0]]
PERMUTED = [[2.0, 0.5], [0.5, 1.0]]
OTHER = [[3.0, 0.5], [0.5, 2.0]]
IDENTITY = [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("matrices", "words"),
    [
        ([FULL, SIGNED, PERMUTED], "3 starts, 3 different matrices, one spectrum."),
        ([FULL, SIGNED, FULL], "3 starts, 2 different matrices, one spectrum."),
        ([FULL, SIGNED, OTHER], "3 starts, 3 different matrices, 2 different spectra."),
        ([IDENTITY] * 4, "4 starts, one matrix."),
        ([FULL], ""),
    ],
    ids=str,
)
def test_a_summary_counts_matrices_and_spectra(matrices, words: str):
    compared = comparison(Setup(n=2, target=(1, 2), members=len(matrices)))
    assert summary(compared, held(matrices)) == words


def test_while_members_run_a_summary_says_so_far():
    compared = comparison(Setup(n=2, target=(1, 2), members=2))
    words = summary(compared, held([FULL, OTHER], Status.running))
    assert words == "2 starts, 2 different matrices, 2 different spectra so far."


@pytest.mark.parametrize(
    ("vary", "kind"),
    [("optimisers", "rules"), ("learning_rates", "learning rates"), ("targets", "targets")],
)
def test_a_summary_calls_members_what_they_are(vary: str, kind: str):
    compared = comparison(Setup(n=2, target=(1, 2), vary=vary))
    matrices = [FULL] * len(compared.members)
    assert summary(compared, held(matrices)) == f"{len(matrices)} {kind}, one matrix."


def test_where_the_tolerance_tells_no_ends_apart_nothing_is_summed_up():
    compared = comparison(Setup(n=2, target=(1, 2), members=2, tolerance=1e-2))
    assert summary(compared, held([FULL, OTHER])) == ""
