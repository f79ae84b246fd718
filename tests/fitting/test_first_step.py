"""The step from which a fit sets out, beside the one that the fit gives."""

import sys
from subprocess import run

import numpy as np
import pytest

import eigfit as ef
from eigfit.experiment.legs import Leg
from eigfit.experiment.setup import Setup
from eigfit.fitting.first_step import first_step
from eigfit.structures.named import STRUCTURES
from eigfit.study.comparison import comparison

ADAM = ef.optimiser("adam")
ARRAYS = ("parameters", "eigenvalues", "loss", "gradient", "matrix")


def assert_same(found: ef.Step, expected: ef.Step, rounding: float = 1e-12) -> None:
    assert found.number == expected.number == 0
    assert np.array_equal(found.status, expected.status)
    for name in ARRAYS:
        one, other = getattr(found, name), getattr(expected, name)
        assert np.shape(one) == np.shape(other)
        assert np.asarray(one).dtype == np.asarray(other).dtype
        np.testing.assert_allclose(one, other, rtol=rounding, atol=rounding)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("n", [3, 5])
def test_it_is_that_of_the_fit(structure: str, n: int):
    setup = Setup(n=n, structure=structure, target=tuple(range(n)), seed=7)
    assert_same(setup.first_step(), next(setup.steps()))


def test_it_is_that_of_the_fit_in_single_precision():
    setup = Setup(dtype="float32")
    assert_same(setup.first_step(), next(setup.steps()), 1e-5)


def test_a_batch_has_a_target_for_each_start():
    problem = ef.Problem(ef.symmetric(3), [[1, 1, 1], [0, 2, 4]])
    starts = ef.random_start(problem, seed=0, count=2)
    assert_same(first_step(problem, starts), next(ef.fit(problem, ADAM, starts)))


@pytest.mark.parametrize("vary", ["starts", "optimisers", "learning_rates", "targets"])
def test_the_members_of_a_comparison_stand_where_they_set_out(vary: str):
    compared = comparison(Setup(vary=vary, targets=(1.0, 1.0, 1.0, 0.0, 1.0, 2.0)))
    assert_same(compared.first_step(), next(compared.steps()))


def test_the_target_is_that_of_the_first_leg():
    setup = Setup(target=(1.0, 2.0, 3.0), earlier=(Leg(5, (("target", (0.0, 0.0, 5.0)),)),))
    assert_same(setup.first_step(), next(setup.steps()))
    compared = comparison(setup)
    assert_same(compared.first_step(), next(compared.steps()))


def test_it_needs_no_tensorflow():
    script = (
        "import sys; sys.modules['tensorflow'] = None; "
        "from eigfit.experiment.setup import Setup; print(Setup().first_step().loss)"
    )
    done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(Setup().first_step().loss)
