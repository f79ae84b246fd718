"""Steps and histories, from hand-made records without TensorFlow."""

import pickle
import tracemalloc
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise

import numpy as np
import pytest

from eigfit.results.history import ROWS_AN_OCTAVE, History
from eigfit.results.schedule import keeps, kept
from eigfit.results.status import Status
from eigfit.results.step import Memory, Slots, Step

ADAM = Slots("adam", ("momentum",), (2,))


def made(number: int, loss: float = 1.0, room: np.ndarray | None = None) -> Step:
    """A step of a 2×2 matrix whose arrays are views of `room`, as in a chunk."""
    room = np.full(16, float(number)) if room is None else room
    return Step(
        number,
        parameters=room[:3],
        matrix_of=lambda r: np.array([[r[0], r[1]], [r[1], r[2]]]),
        eigenvalues=room[4:6],
        vectors=room[8:12].reshape(2, 2),
        loss=loss,
        gradient=room[12:15],
        status=Status.running,
        memory=Memory(ADAM, np.zeros(1), room[6:8], 1.0, 0.0),
    )


def made_batch(number: int) -> Step:
    vectors = np.stack([np.eye(2), np.array([[0.6, 0.8], [0.8, -0.6]])])
    return Step(
        number,
        parameters=np.arange(6.0).reshape(2, 3),
        matrix_of=lambda r: np.stack([r[..., :2], r[..., 1:]], axis=-2),
        eigenvalues=np.arange(4.0).reshape(2, 2),
        vectors=vectors,
        loss=np.array([3.0, 4.0]),
        gradient=np.arange(6.0).reshape(2, 3),
        status=np.array([Status.converged, Status.running], dtype=object),
        memory=Memory(ADAM, np.zeros((2, 1)), np.eye(2), np.ones(2), np.zeros(2)),
    )


def test_a_long_run_stays_within_bounded_memory():
    history, steps = History(), 40_000
    tracemalloc.start()
    for number in range(steps):
        history.append(made(number, loss=float(number)))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(history) == steps
    assert len(history.kept) <= 500
    # Number, loss and two eigenvalues are 32 bytes a step; doubling may leave as much room unused.
    assert held < 2 * steps * 32 + 2_000_000


def test_numbers_losses_and_eigenvalues_of_every_step_are_kept():
    history = History()
    for number in range(3000):
        history.append(made(number, loss=1 / (1 + number)))
    np.testing.assert_array_equal(history.numbers, np.arange(3000))
    np.testing.assert_array_equal(history.losses, 1 / (1 + np.arange(3000)))
    np.testing.assert_array_equal(history.eigenvalues, np.arange(3000.0)[:, None].repeat(2, 1))


def test_a_batch_has_a_column_for_each_start():
    history = History()
    for number in range(1500):
        history.append(made_batch(number))
    assert history.losses.shape == (1500, 2)
    assert history.eigenvalues.shape == (1500, 2, 2)
    np.testing.assert_array_equal(history.losses[-1], [3.0, 4.0])


def test_the_first_steps_are_all_kept_and_the_last_always():
    history = History()
    for number in range(5000):
        history.append(made(number))
        assert history.kept[-1].number == number
    kept = [step.number for step in history.kept]
    assert kept[:32] == list(range(32))
    assert kept == sorted(set(kept))


def test_kept_steps_lie_evenly_in_the_logarithm_of_the_step():
    history = History()
    for number in range(20_000):
        history.append(made(number))
    kept = np.array([step.number for step in history.kept if 100 < step.number < 19_000])
    # 32 bins per e-fold, rounded to whole steps: a gap is at most two bins and one step.
    assert (np.diff(kept) <= kept[:-1] * (np.exp(2 / 32) - 1) + 1).all()


def test_kept_steps_do_not_share_memory_with_the_chunk():
    chunk = np.zeros((40, 16))
    history = History()
    for number, row in enumerate(chunk):
        history.append(made(number, room=row))
    for step in history.kept[:-1]:
        for values in (step.parameters, step.matrix, step.eigenvalues, step.gradient):
            assert not np.shares_memory(values, chunk)
        assert isinstance(step.memory, Memory)
        assert not np.shares_memory(step.memory.values, chunk)


def test_a_step_before_the_last_is_refused():
    history = History()
    history.append(made(5))
    with pytest.raises(ValueError, match="step 4 came after step 5"):
        history.append(made(4))


def test_a_step_seen_before_takes_the_old_ones_place():
    history = History()
    for number, loss in ((0, 9.0), (1, 8.0), (1, 7.0), (2, 6.0)):
        history.append(made(number, loss))
    np.testing.assert_array_equal(history.numbers, [0, 1, 2])
    np.testing.assert_array_equal(history.losses, [9.0, 7.0, 6.0])
    assert [(step.number, step.loss) for step in history.kept] == [(0, 9.0), (1, 7.0), (2, 6.0)]


def test_a_run_may_begin_at_any_step():
    history = History()
    history.append(made(700))
    history.append(made(701))
    np.testing.assert_array_equal(history.numbers, [700, 701])
    assert history.last.number == 701


def test_nearest_is_the_kept_step_closest_to_a_number():
    history = History()
    for number in range(1000):
        history.append(made(number))
    assert history.nearest(7).number == 7
    assert history.nearest(10**6).number == 999
    assert history.nearest(-5).number == 0
    distances = [abs(step.number - 500) for step in history.kept]
    assert abs(history.nearest(500).number - 500) == min(distances)


def test_an_empty_history_has_no_steps_and_no_last():
    history = History()
    assert len(history) == 0
    assert history.kept == ()
    assert history.losses.size == history.numbers.size == 0
    with pytest.raises(ValueError, match="append a step first"):
        history.nearest(3)
    with pytest.raises(ValueError, match="empty"):
        _ = history.last


def test_a_step_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        made(0).loss = 2.0  # type: ignore[misc]


def test_a_member_of_a_batch_is_a_step_of_its_own():
    batch = made_batch(3)
    member = batch.member(1)
    assert (member.number, member.loss, member.status) == (3, 4.0, Status.running)
    np.testing.assert_array_equal(member.matrix, batch.matrix[1])
    assert isinstance(member.memory, Memory)
    np.testing.assert_array_equal(member.memory.values, [0, 1])
    assert batch.member(0).final
    assert not batch.final


@pytest.mark.parametrize("k", [0, 1])
def test_sensitivity_is_the_square_of_the_eigenvector(k: int):
    batch = made_batch(0)
    for member in range(2):
        v = batch.eigenvectors[member][:, k]
        square = np.outer(v, v)
        np.testing.assert_array_equal(batch.sensitivity(k)[member], square)
        np.testing.assert_array_equal(batch.member(member).sensitivity(k), square)
        lower = np.tril(square) + np.tril(square, -1)
        np.testing.assert_array_equal(batch.sensitivity(k, "lower")[member], lower)


@pytest.mark.parametrize("k", [-1, 2])
def test_sensitivity_refuses_an_eigenvalue_that_is_not_there(k: int):
    with pytest.raises(ValueError, match=f"0 to 1; got {k}"):
        made(0).sensitivity(k)


def test_sensitivity_refuses_an_unknown_convention():
    with pytest.raises(ValueError, match="symmetric, lower; got 'upper'"):
        made(0).sensitivity(0, "upper")  # type: ignore[arg-type]


def test_every_status_but_running_is_final_and_speaks_a_sentence():
    assert {status.name for status in Status if not status.final} == {"running"}
    assert all(status.value.endswith(".") for status in Status)
    assert [str(status) for status in Status] == [status.name for status in Status]


def test_a_start_that_goes_on_after_its_end_has_not_ended():
    history = History()
    for number, status in enumerate((Status.running, Status.converged, Status.running)):
        history.append(replace(made(number), status=status))
        assert history.ended == (1 if status is Status.converged else -1)


def thinned(numbers: range, make: Callable[[int], Step] = made) -> History:
    history = History(thinned=True)
    for number in numbers:
        history.append(make(number))
    return history


def in_pieces(cuts: list[int], make: Callable[[int], Step] = made) -> History:
    """A thinned history of slices, each of which opens with the last step of the one before."""
    history = History(thinned=True)
    for first, last in pairwise(cuts):
        history.extend(pickle.loads(pickle.dumps(thinned(range(first, last + 1), make))))
    return history


def matrix_of(r: np.ndarray) -> np.ndarray:
    return np.stack([r[..., :2], r[..., 1:]], axis=-2)


def test_a_thinned_history_keeps_rows_by_the_schedule_and_the_last():
    for last in (50, 1000, 1001, 1002, 5000):
        history = thinned(range(last + 1))
        on = kept(np.arange(last + 1), ROWS_AN_OCTAVE)
        on[-1] = True
        np.testing.assert_array_equal(history.numbers, np.flatnonzero(on))
        np.testing.assert_array_equal(history.eigenvalues[:, 0], history.numbers)


def test_the_schedule_keeps_all_early_steps_and_as_many_of_every_doubling():
    on = kept(np.arange(2**14 + 1), 64)
    assert on[:92].all()
    for octave in range(7, 14):
        assert on[2**octave + 1 : 2 ** (octave + 1) + 1].sum() == 64
    assert not (kept(np.arange(2**14), 16) & ~on[:-1]).any(), "a coarser one should be part of it"
    assert [keeps(k, 64) for k in range(3000)] == on[:3000].tolist()


@pytest.mark.parametrize("cuts", [[0, 0, 1, 300], [0, 103, 104, 300], [0, 120, 121, 122, 299, 300]])
def test_a_thinned_history_in_slices_is_that_in_one_go(cuts: list[int]):
    def make(number: int) -> Step:
        return replace(made(number), matrix_of=matrix_of)

    pieces, whole = in_pieces(cuts, make), thinned(range(301), make)
    np.testing.assert_array_equal(pieces.numbers, whole.numbers)
    np.testing.assert_array_equal(pieces.losses, whole.losses)
    np.testing.assert_array_equal(pieces.eigenvalues, whole.eigenvalues)
    assert [step.number for step in pieces.kept] == [step.number for step in whole.kept]
    assert pieces.last.memory is not None


def test_who_has_ended_is_remembered_over_slices():
    def make(number: int) -> Step:
        statuses = [Status.converged if number >= end else Status.running for end in (3, 7)]
        return replace(made_batch(number), status=np.array(statuses), matrix_of=matrix_of)

    history = in_pieces([0, 2, 5], make)
    np.testing.assert_array_equal(history.ended, [3, -1])
    np.testing.assert_array_equal(in_pieces([0, 2, 3, 5, 9, 12], make).ended, [3, 7])
    going_on = History(thinned=True)
    going_on.append(replace(make(5), status=np.array([Status.running] * 2)))
    history.extend(going_on)
    np.testing.assert_array_equal(history.ended, [-1, -1])


def test_a_slice_that_opens_before_the_last_step_is_refused():
    history = thinned(range(6))
    with pytest.raises(ValueError, match="step 4 came after step 5"):
        history.extend(thinned(range(4, 8)))


def test_the_longest_comparison_on_the_page_stays_under_16_mb():
    B, n, p, q = 16, 12, 78, 157  # Adam's slots are two numbers a parameter and one more

    def make(number: int) -> Step:
        members = np.full((B, n), float(number))
        return Step(
            number,
            parameters=np.zeros((B, p)),
            eigenvalues=members,
            loss=members[:, 0],
            gradient=np.zeros((B, p)),
            status=np.array([Status.running] * B),
            matrix_of=lambda r: np.zeros((B, n, n)),
            memory=Memory(ADAM, np.zeros((B, 6)), np.zeros((B, q)), np.ones(B), np.ones(B)),
        )

    history = History(thinned=True)
    tracemalloc.start()
    for first in range(0, 200_000, 2000):
        # Only steps that are kept matter, and the last of each slice.
        piece = History(thinned=True)
        for number in range(first, first + 2001):
            if keeps(number, 22) or keeps(number, 64) or number in (first, first + 2000):
                piece.append(make(number))
        history.extend(piece)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert history.last.number == 200_000
    for step in history.kept:
        assert step.matrix_of is history.last.matrix_of
    assert held < 16e6
    for step in history.kept:
        assert history.nearest(step.number).matrix is not None
    assert all("matrix" not in vars(step) for step in history.kept[:-1]), "matrices would add up"
