"""Which matrices count as one solution, and how the ends of many starts are told."""

import numpy as np
import pytest

from eigfit.results.outcomes import (
    LOOSEST_TOLERANCE,
    Outcomes,
    at_target,
    distinct,
    largest_error,
    same_solution,
    solutions,
)
from eigfit.results.status import Status
from eigfit.results.step import Step

CHAIN = np.array([[1.0, 2.0, 0.0], [2.0, -1.0, 0.5], [0.0, 0.5, 3.0]])


def signed(A: np.ndarray, *signs: int) -> np.ndarray:
    S = np.diag(signs).astype(float)
    return S @ A @ S


def test_signs_of_rows_and_columns_make_no_other_solution():
    for signs in ((1, 1, 1), (1, -1, 1), (-1, -1, 1), (1, 1, -1)):
        assert same_solution(CHAIN, signed(CHAIN, *signs), 1e-8)


def test_a_sign_that_no_rows_and_columns_give_makes_another_solution():
    full = CHAIN + np.array([[0, 0, 1.0], [0, 0, 0], [1.0, 0, 0]])
    other = full.copy()
    other[0, 2] = other[2, 0] = -1.0
    assert not same_solution(full, other, 1e-8)
    assert same_solution(full, signed(full, -1, 1, 1), 1e-8)


def test_another_order_of_the_diagonal_is_another_solution():
    assert not same_solution(np.diag([1.0, 2.0]), np.diag([2.0, 1.0]), 1e-8)


def test_small_entries_of_either_sign_do_not_matter():
    nearly = np.eye(3) + 1e-5 * np.array([[0, 1, -1], [1, 0, -1], [-1, -1, 0]])
    assert same_solution(np.eye(3), nearly, 1e-8)
    assert same_solution(nearly, -1e-5 * (nearly - np.eye(3)) + np.eye(3), 1e-8)


def test_blocks_that_do_not_touch_have_signs_of_their_own():
    blocks = np.array([[1.0, 0.5, 0, 0], [0.5, 2, 0, 0], [0, 0, 3, 0.7], [0, 0, 0.7, 4]])
    assert same_solution(blocks, signed(blocks, 1, -1, 1, 1), 1e-8)
    assert same_solution(blocks, signed(blocks, 1, 1, -1, 1), 1e-8)


def test_solutions_are_numbered_as_they_appear():
    matrices = np.array([CHAIN, np.eye(3), signed(CHAIN, 1, -1, 1), CHAIN, np.eye(3)])
    converged = np.array([True, True, True, False, True])
    np.testing.assert_array_equal(solutions(matrices, converged, 1e-8), [1, 2, 1, 0, 2])


def test_matrices_that_differ_by_signs_or_order_alone_are_different_matrices():
    permuted = CHAIN[::-1, ::-1]
    assert distinct(np.stack([CHAIN, signed(CHAIN, 1, -1, 1), permuted, CHAIN]), 1e-8) == 3


@pytest.mark.parametrize("tolerance", [0.0, 1e-8, 1e-4])
def test_arrays_that_agree_to_a_thousandth_and_the_tolerance_are_counted_once(tolerance: float):
    near = 1e-3 * 3.0 + 3 * np.sqrt(tolerance)
    for share, count in ((0.99, 1), (1.01, 2)):
        moved = CHAIN.copy()
        moved[0, 0] -= share * near
        assert distinct(np.stack([CHAIN, moved]), tolerance) == count


def test_nothing_has_ended_before_the_first_step():
    outcomes = Outcomes(3, (1.0, 1.0))
    assert not outcomes.final
    assert np.isnan(outcomes.losses).all()
    assert len(outcomes.steps_to_tolerance()) == 0


def test_small_matrices_are_compared_by_what_the_tolerance_allows():
    assert same_solution(np.full((2, 2), 1e-4), np.full((2, 2), -1e-4) + 2e-4 * np.eye(2), 1e-8)
    assert not same_solution(np.diag([1.0, 2, 4]), np.diag([4.0, 2, 1]), 1e-2)


@pytest.mark.parametrize(
    ("A", "tolerance", "near"),
    [(CHAIN, 0.0, 1e-3 * 3.0), (np.zeros((3, 3)), 1e-6, 3 * 1e-3)],
    ids=["a thousandth of the largest entry", "three roots of the tolerance"],
)
def test_solutions_that_are_farther_apart_than_that_are_two(A, tolerance: float, near: float):
    assert same_solution(A, A + 0.9 * near * np.diag([0, 1, 0]), tolerance)
    assert not same_solution(A, A + 1.1 * near * np.diag([0, 1, 0]), tolerance)


def test_a_small_entry_that_counts_needs_its_sign_too():
    # The entries 2 and 0.5 fix the signs of all rows, which leaves none for the small one.
    A = np.array([[1.0, 2.0, 0.5], [2.0, -1.0, 0.01], [0.5, 0.01, 3.0]])
    B = A.copy()
    B[1, 2] = B[2, 1] = -0.01  # six times what counts as equal apart
    assert not same_solution(A, B, 1e-8)


def test_the_loosest_tolerance_still_numbers_solutions():
    one, yes = np.array([CHAIN]), np.array([True])
    np.testing.assert_array_equal(solutions(one, yes, LOOSEST_TOLERANCE), [1])


def test_an_eigenvalue_is_at_its_target_within_its_tolerance_or_within_rounding():
    reached = at_target(np.array([-1.0, 0.5, 2.002]), (2.0, -1.0, 0.4), 1e-4)
    np.testing.assert_array_equal(reached, [True, False, True])
    np.testing.assert_array_equal(at_target(np.array([0.0, 0.02]), (0.0, 0.0), 1e-4), [True, False])
    off = np.array([1 - 2e-16, 1.0, 1 + 1e-14])
    np.testing.assert_array_equal(at_target(off, (1.0, 1.0, 1.0), 0.0), [True, True, False])


def test_the_largest_error_is_from_the_target_in_ascending_order():
    eigenvalues = np.array([[1.0, 3.0, 5.0], [0.0, 4.0, 5.5]])
    np.testing.assert_allclose(largest_error(eigenvalues, (5.0, 4.0, 1.0)), [1, 1])
    own = [[5.0, 3.0, 1.0], [5.0, 2.0, 0.5]]
    np.testing.assert_allclose(largest_error(eigenvalues, own), [0, 2])


def test_ends_too_loose_to_be_told_apart_are_not_numbered():
    np.testing.assert_array_equal(solutions(np.array([CHAIN]), np.array([True]), 1e-2), [0])


def ends(number: int, *statuses: Status) -> Step:
    """A step of a batch of 1×1 matrices whose loss is its number."""
    count = len(statuses)
    return Step(
        number,
        parameters=np.ones((count, 1)),
        matrix_of=lambda r: r[..., None],
        eigenvalues=np.ones((count, 1)),
        loss=np.full(count, float(number)),
        gradient=np.zeros((count, 1)),
        status=np.array(statuses, dtype=object),
    )


def test_batches_stand_one_after_the_other():
    outcomes = Outcomes(3, (1.0,))
    done, going = Status.converged, Status.running
    outcomes.take(0, np.array([-1, 1]), ends(1, going, done))
    outcomes.take(2, np.array([-1]), ends(0, going))
    assert not outcomes.final
    outcomes.take(2, np.array([5]), ends(5, done))
    assert not outcomes.final
    outcomes.take(0, np.array([2, 1]), ends(2, Status.stalled, done))
    assert outcomes.final
    np.testing.assert_array_equal(outcomes.ended, [2, 1, 5])
    np.testing.assert_array_equal(outcomes.losses, [2, 2, 5])
    np.testing.assert_array_equal(outcomes.converged, [False, True, True])
    np.testing.assert_array_equal(outcomes.steps_to_tolerance(), [1, 5])


def test_a_start_that_ends_where_it_began_has_ended():
    outcomes = Outcomes(3, (1.5,))
    outcomes.take(0, np.array([4, 0]), ends(4, Status.converged, Status.converged))
    outcomes.take(2, np.array([0]), ends(0, Status.converged))
    assert outcomes.final
    np.testing.assert_array_equal(outcomes.ended, [4, 0, 0])
    np.testing.assert_array_equal(outcomes.steps_to_tolerance(), [0, 0, 4])
    np.testing.assert_array_equal(outcomes.errors, [0.5, 0.5, 0.5])
