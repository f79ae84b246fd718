"""Bounds at 0 that only choose a sign: they hold no start up, and what is told keeps them."""

import numpy as np
import pytest

import eigfit as ef
from eigfit.results.status import Status
from eigfit.solve.iterations import ends, iterations
from eigfit.solve.options import Options
from eigfit.solve.room import room
from eigfit.solve.solve import random_starts


def cycle() -> ef.Structure:
    """Four levels in a ring: the spectrum knows the sign of the product of all four couplings."""
    index = np.full((4, 4), -1)
    for k in range(4):
        index[k, (k + 1) % 4] = index[(k + 1) % 4, k] = k
    return ef.pattern(index)


def tridiagonal(low: list[float], high: list[float]) -> ef.Problem:
    """Diagonal entries that may be anything, and off-diagonal ones between these ends."""
    n = len(low) + 1
    ends = ([-np.inf] * n + low, [np.inf] * n + high)
    return ef.Problem(ef.tridiagonal(n), np.arange(n, dtype=float), bounds=ends)


INF = np.inf
CASES = {
    "all off-diagonal entries positive": (tridiagonal([0, 0, 0], [INF, 2, 5]), [4, 5, 6]),
    "one negative, one that does not end at 0": (tridiagonal([-3, 1, -INF], [0, 4, INF]), [4]),
    "two signs of a ring": (
        ef.Problem(cycle(), [-2.0, -1, 1, 2], bounds=([0, 0, -INF, -1], [INF, INF, INF, 1])),
        [0, 1],
    ),
    "more signs of a ring than may be chosen": (
        ef.Problem(cycle(), [-2.0, -1, 1, 2], bounds=([0, 0, 0, 0], [INF] * 4)),
        [],
    ),
    "entries whose signs matter": (
        ef.Problem(ef.symmetric(2), [0.0, 1], bounds=([0, 0, -INF], [INF] * 3)),
        [],
    ),
    "no bounds": (ef.Problem(ef.tridiagonal(3), [0.0, 1, 2]), []),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told_has_the_spectrum_that_was_reached_and_keeps_the_bounds(name: str):
    problem, chosen = CASES[name]
    place = room(problem)
    assert sorted(place.chosen) == chosen
    low, high = (np.clip(end, -7, 7) for end in place.bounds)
    r = np.random.default_rng(0).uniform(low, high, (200, problem.parameters))
    told = place.told(r)
    values = [np.linalg.eigvalsh(problem.structure.filled(one)) for one in (r, told)]
    np.testing.assert_allclose(values[0], values[1], atol=1e-12)
    np.testing.assert_array_equal(np.abs(told), np.abs(r))
    np.testing.assert_array_equal(problem.bounds.inside(told), told)
    if len(chosen):
        assert (told != r).any(axis=1).mean() > 0.4


def test_no_start_is_held_up_where_a_bound_only_chooses_a_sign():
    posed = ef.gallery("jacobi_chebyshev_two_spectra_n10")
    assert isinstance(posed, ef.Posed)
    p = posed.problem.parameters
    starts = random_starts(0, 60, np.broadcast_to(posed.low, p), np.broadcast_to(posed.high, p))
    assert (ends(posed.problem, starts, Options()).status == Status.converged).sum() > 50
    for running in iterations(posed.problem, starts, Options()):
        np.testing.assert_array_equal(posed.problem.bounds.inside(running.r), running.r)
