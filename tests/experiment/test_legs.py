"""A run whose conditions change on the way: what it leaves behind makes the same run again."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from eigfit.engine.run import Run
from eigfit.experiment.files import read_run, run_as_json
from eigfit.experiment.legs import MOST_CHANGES, Leg
from eigfit.experiment.links import full_link, read_link, short_link
from eigfit.experiment.scripts import eigfit_script, tensorflow_script
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.study.comparison import Comparison, alone, comparison
from tests.engine.runs import begun, going_on, taken

SLOW = Setup(n=2, target=(1.0, 1.0), max_steps=900)
FAST = SLOW.changed("learning_rate", 0.01)
MOVED = FAST.changed("target", (3.0, -1.0))


def lived(*parts: tuple[Setup, int], make: Callable = lambda setup: setup) -> Run[History]:
    """A run under one setup for so many steps, then under the next."""
    run = begun(make(parts[0][0]))
    for setup, steps in parts:
        going_on(run, make(setup))
        taken(run, steps)
        assert run.failure is None
    return run


def made_again(experiment, steps: int) -> History:
    history = History(thinned=True)
    for step in experiment.steps():
        history.append(step)
        if step.number == steps:
            break
    return history


def assert_same(again: History, run: Run[History]) -> None:
    np.testing.assert_array_equal(again.numbers, run.record.numbers)
    np.testing.assert_array_equal(again.ended, run.record.ended)
    # Going on from a step rounds a decomposition differently.
    for name in ("losses", "eigenvalues"):
        old, new = getattr(run.record, name), getattr(again, name)
        np.testing.assert_allclose(new, old, rtol=0, atol=1e-10)
    assert np.array_equal(again.last.status, run.record.last.status)


@pytest.fixture(scope="module")
def moved() -> Run[History]:
    """30 steps towards (1, 1), then 60 towards (3, -1), written as it was asked for."""
    return lived((FAST, 30), (MOVED, 60))


@pytest.fixture(scope="module")
def run() -> Run[History]:
    """60 steps at a learning rate of 0.001, then 40 at 0.01: the loss is far from small yet."""
    return lived((SLOW, 60), (FAST, 40))


def test_a_change_on_the_way_is_recorded_with_its_step(run: Run[History]):
    assert run.lived.setup.earlier == (Leg(60, (("learning_rate", 0.001),)),)
    assert run.changed_at == 60
    assert run.reached == 100


def test_the_last_settings_alone_are_another_run(run: Run[History]):
    assert made_again(FAST, 100).losses[-1] < run.record.last.loss / 2


def test_a_saved_run_comes_back_as_it_was(run: Run[History]):
    text = run_as_json(run.lived.setup, "fit", run.record, ["run"])
    saved = read_run(text)
    assert (saved.setup, saved.step, saved.refusals) == (run.lived.setup, 100, ())
    assert_same(made_again(saved.setup, saved.step), run)


@pytest.mark.parametrize("link_of", [short_link, full_link])
def test_a_link_to_a_run_makes_it_again(run: Run[History], link_of: Callable):
    link = link_of(run.lived.setup)
    assert link["earlier"] == "60:learning_rate:0.001"
    setup, ignored = read_link(link)
    assert ignored == ()
    assert_same(made_again(setup, 100), run)


def test_a_run_goes_on_from_its_matrix_to_where_its_target_is_moved(moved: Run[History]):
    assert moved.lived.setup.earlier == (Leg(30, (("target", (1.0, 1.0)),)),)
    assert (moved.changed_at, moved.changed) == (30, {"target"})
    numbers, values = moved.record.numbers, moved.record.eigenvalues
    speed = np.abs(np.diff(values, axis=0)) / np.diff(numbers)[:, None]
    assert speed.max() < 0.04, "it should not have begun anew"
    errors, at = np.abs(values - [-1, 3]).max(axis=1), numbers.tolist().index(30)
    assert errors[-1] < errors[at] - 1
    np.testing.assert_allclose(moved.record.losses[at], ((values[at] - [-1, 3]) ** 2).sum())


@pytest.mark.parametrize("link_of", [short_link, full_link])
def test_a_link_to_a_run_whose_target_was_moved_makes_it_again_to_the_last_bit(
    moved: Run[History], link_of: Callable
):
    link = link_of(moved.lived.setup)
    assert (link["target"], link["earlier"]) == ("3,-1", "30:target:1,1")
    setup, ignored = read_link(link)
    assert ignored == ()
    again = made_again(setup, 90)
    np.testing.assert_array_equal(again.losses, moved.record.losses)
    np.testing.assert_array_equal(again.eigenvalues, moved.record.eigenvalues)
    assert made_again(MOVED, 90).losses[-1] != moved.record.last.loss


def test_a_saved_run_whose_target_was_moved_comes_back_to_the_last_bit(moved: Run[History]):
    saved = read_run(run_as_json(moved.lived.setup, "fit", moved.record, ["run"]))
    assert (saved.setup, saved.step, saved.refusals) == (moved.lived.setup, 90, ())
    again = made_again(saved.setup, saved.step)
    np.testing.assert_array_equal(again.last.parameters, moved.record.last.parameters)


@pytest.mark.parametrize("written", [eigfit_script, tensorflow_script])
def test_a_script_goes_to_where_the_target_was_moved(
    moved: Run[History], written: Callable, capsys: pytest.CaptureFixture
):
    compared = alone(replace(moved.lived.setup, max_steps=90))
    ((status, step, loss),) = ends(written(compared.members, compared.titles), capsys)
    assert (status, step) == ("step_limit", 90)
    # Roundings of two decompositions, carried through some hundred steps.
    np.testing.assert_allclose(loss, moved.record.last.loss, rtol=1e-6)


def test_starts_side_by_side_go_on_to_a_moved_target_and_rows_of_targets_keep_theirs():
    setup = replace(FAST, members=2)
    run = lived((setup, 60), (setup.changed("target", (0.0, 2.0)), 40), make=comparison)
    compared = run.lived
    assert isinstance(compared, Comparison)
    assert run.changed == {"target"}
    assert {m.earlier for m in compared.members} == {(Leg(60, (("target", (1.0, 1.0)),)),)}
    again = made_again(comparison(compared.setup), 100)
    np.testing.assert_array_equal(again.losses, run.record.losses)

    rows = replace(FAST, vary="targets", targets=(0.0, 1.0, 2.0, 3.0))
    run = lived((rows, 60), (rows.changed("target", (0.0, 2.0)), 40), make=comparison)
    assert run.changed_at is None
    assert isinstance(run.lived, Comparison)
    assert [member.earlier for member in run.lived.members] == [(), ()]


def test_the_target_by_which_a_step_is_judged_is_that_of_what_follows_it():
    legs = (Leg(100, (("target", (1, 1)),)), Leg(200, (("target", (1, 1)), ("beta_1", 0.5))),
            Leg(250, (("target", (5, 5)),)))  # fmt: skip
    setup = replace(MOVED, earlier=legs)
    assert [setup.target_at(k) for k in (0, 199, 200, 249, 250)] == [
        (1, 1), (1, 1), (5, 5), (5, 5), (3, -1),
    ]  # fmt: skip
    assert setup.former_targets(199) == ()
    assert setup.former_targets(200) == ((200, (1, 1)),)
    assert setup.former_targets(900) == ((200, (1, 1)), (250, (5, 5)))
    changes = [setup.changes_at(k) for k in (99, 100, 200, 250)]
    assert changes == [set(), {"beta_1"}, {"beta_1", "target"}, {"target"}]


def ends(script: str, capsys: pytest.CaptureFixture) -> Iterator[tuple[str, int, float]]:
    """Status, step and loss of each end that a script prints, with the rows of A between them."""
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    lines = capsys.readouterr().out.splitlines()
    for line in (line for line in lines if "; " in line):
        _, status, step, loss, _ = line.split("; ")
        yield status, int(step), float(loss)


@pytest.mark.parametrize("written", [eigfit_script, tensorflow_script])
def test_a_script_makes_the_run_again(
    run: Run[History], written: Callable, capsys: pytest.CaptureFixture
):
    setup = run.lived.setup
    compared = alone(replace(setup, max_steps=100))
    ((status, step, loss),) = ends(written(compared.members, compared.titles), capsys)
    assert (status, step) == ("step_limit", 100)
    # Roundings of two decompositions, carried through some hundred steps.
    np.testing.assert_allclose(loss, run.record.last.loss, rtol=1e-6)


@pytest.mark.parametrize(
    "before",
    [Leg(80, (("tolerance", 0.5),)), Leg(5, (("learning_rate", 1e300),))],
    ids=["converged", "diverged"],
)
@pytest.mark.parametrize("written", [eigfit_script, tensorflow_script])
def test_a_script_goes_on_where_a_start_had_ended(
    before: Leg, written: Callable, capsys: pytest.CaptureFixture
):
    descent = SLOW.changed("optimiser", "sgd").changed("learning_rate", 0.02)
    setup = replace(descent, tolerance=1e-3, earlier=(before,))
    again = made_again(setup, 900)
    losses = again.losses[: before.until + 1]
    assert losses[-1] == losses[-2] > 1e-3, "it should have ended before and gone on after it"
    compared = alone(setup)
    ((status, step, loss),) = ends(written(compared.members, compared.titles), capsys)
    assert (status, step) == ("converged", again.ended)
    np.testing.assert_allclose(loss, again.last.loss, rtol=1e-6)


def test_every_member_of_a_comparison_makes_its_own_run_again():
    rates = {"vary": "learning_rates", "learning_rates": (0.02, 0.05)}
    slow, fast = replace(SLOW, **rates), replace(FAST.changed("beta_1", 0.5), **rates)
    run = lived((slow, 60), (fast, 40), make=comparison)
    compared = run.lived
    assert isinstance(compared, Comparison)
    # Each has a learning rate of its own, so that the common one is nothing to them.
    assert {member.earlier for member in compared.members} == {(Leg(60, (("beta_1", 0.9),)),)}
    assert_same(made_again(comparison(compared.setup), 100), run)
    for i, member in enumerate(compared.members):
        single = made_again(member, 100)
        assert single.ended == run.record.ended[i]
        losses = run.record.losses[: len(single), i]
        np.testing.assert_allclose(single.losses, losses, rtol=0, atol=1e-10)


def test_a_member_that_had_ended_before_a_change_goes_on_from_there():
    descent = FAST.changed("optimiser", "sgd").changed("learning_rate", 0.02)
    loose = replace(descent, seed=3, members=3, tolerance=0.2)
    run = lived((loose, 900), (replace(loose, tolerance=1e-3), 900), make=comparison)
    compared = run.lived
    assert isinstance(compared, Comparison)
    change = compared.setup.earlier[0].until
    early = [i for i, loss in enumerate(run.record.losses[change - 2]) if loss <= 0.2]
    assert early, "a member should have ended before the change"
    assert run.record.last.loss.max() <= 1e-3, "it should have gone on after it"
    assert_same(made_again(compared, 900), run)
    for i in early:
        single = made_again(compared.members[i], 900)
        assert single.ended == run.record.ended[i] > change
        losses = run.record.losses[: len(single), i]
        np.testing.assert_allclose(single.losses, losses, rtol=0, atol=1e-10)


def test_a_start_that_ends_before_a_change_and_under_it_has_ended():
    setup = replace(FAST, tolerance=0.1, earlier=(Leg(800, (("learning_rate", 0.02),)),))
    again, plain = made_again(setup, 900), made_again(replace(setup, earlier=()), 900)
    assert again.last.status is Status.converged
    assert again.last.number == again.ended < 800
    assert again.last.number < plain.last.number, "the leg should have been faster"


def test_a_run_that_goes_on_in_a_leg_is_the_whole_run(run: Run[History]):
    setup = run.lived.setup
    whole = made_again(setup, 100)
    for number in (20, 59, 60, 61):
        start = next(step for step in setup.steps() if step.number == number)
        rest = setup.steps(start)
        later = [step for step, _ in zip(rest, range(101 - number), strict=False)]
        assert [step.number for step in later] == list(range(number, 101))
        np.testing.assert_allclose(later[-1].loss, whole.losses[-1], rtol=0, atol=1e-10)


def test_a_loosened_tolerance_ends_a_run_where_it_was_loosened():
    run = lived((FAST, 80), (replace(FAST, tolerance=1.0), 100))
    assert run.record.last.number == 80
    assert_same(made_again(run.lived, 900), run)


def test_a_step_limit_lowered_below_the_step_reached_ends_a_run_there():
    run = lived((FAST, 80), (replace(FAST, max_steps=10), 100))
    assert (run.record.last.number, run.record.last.status) == (80, Status.step_limit)
    assert_same(made_again(run.lived, 900), run)


def test_a_higher_step_limit_is_no_change_of_a_run():
    run = lived((replace(FAST, max_steps=50), 80), (FAST, 30))
    assert run.lived.setup.earlier == ()
    assert run.changed_at is None
    assert_same(made_again(run.lived, 80), run)


def test_a_change_before_a_leg_ends_takes_the_place_of_what_lay_ahead():
    setup = replace(SLOW, earlier=(Leg(200, (("learning_rate", 0.01),)),))
    run = lived((setup, 100), (setup.changed("learning_rate", 0.02), 50))
    assert run.lived.setup.earlier == (Leg(100, (("learning_rate", 0.01),)),)
    assert_same(made_again(run.lived, 150), run)


def test_a_change_of_what_is_shown_keeps_what_lies_ahead():
    setup = replace(FAST, earlier=(Leg(200, (("learning_rate", 0.001),)),))
    run = lived((setup, 100), (replace(setup, log_x="yes"), 110))
    assert run.lived.setup.earlier == setup.earlier
    assert run.changed_at == 200
    assert_same(made_again(setup, 210), run)


def test_a_change_taken_back_at_once_is_none():
    run = lived((SLOW, 20), (FAST, 0), (SLOW, 20))
    assert run.lived.setup.earlier == ()


def test_anew_what_holds_at_the_end_holds_from_the_start(run: Run[History]):
    assert run.lived.anew() == FAST
    assert comparison(run.lived.setup).anew() == comparison(FAST)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("seed", 3, False), ("optimiser", "sgd", False), ("beta_1", 0.5, False),
     ("tolerance", 0.1, False),
     ("target", (2.0, 3.0), False), ("max_steps", 800, True), ("k", 1, True), ("members", 2, True)],
)  # fmt: skip
def test_what_makes_another_run_or_holds_in_it_holds_from_its_start(name, value, kept):
    setup = replace(FAST, earlier=(Leg(300, (("learning_rate", 0.001),)),))
    assert setup.changed(name, value).earlier == (setup.earlier if kept else ())


def test_legs_are_said_in_the_shortest_way():
    legs = [
        (100, (("learning_rate", 0.02), ("beta_1", 0.9))),
        (200, [("learning_rate", 0.02)]),
        (np.int64(300), (("tolerance", 1e-8),)),
    ]
    setup = replace(FAST, earlier=legs)  # pyright: ignore[reportArgumentType]
    assert setup.earlier == (Leg(200, (("learning_rate", 0.02),)),)
    assert hash(setup) == hash(replace(FAST, earlier=setup.earlier))


@pytest.mark.parametrize(
    ("earlier", "error", "sentence"),
    [
        (5, TypeError, "earlier must be pairs of a step and what held until it"),
        ((5,), TypeError, "earlier must be pairs"),
        (((1.5, ()),), TypeError, "the step of a change must be a whole number, 1 or above"),
        (((0, ()),), ValueError, "the step of a change must be 1 or above; got 0"),
        (((9, ()), (9, ())), ValueError, "the step of a change must be 10 or above; got 9"),
        (((9, (("n", 4),)),), ValueError, "adam has no setting 'n'"),
        (
            ((9, (("tolerance", 4.0),)),),
            ValueError,
            "tolerance must lie between 0 and 1; 4 does not",
        ),
        (((9, (("beta_1", 1.0),)),), ValueError, "beta_1 of adam must be"),
        (((300_000, ()),), ValueError, "max_steps must lie"),
        (
            tuple((i, ()) for i in range(1, MOST_CHANGES + 2)),
            ValueError,
            f"earlier must be at most {MOST_CHANGES} changes on the way",
        ),
    ],
)
def test_legs_that_cannot_be_are_refused_in_a_sentence(earlier, error, sentence: str):
    with pytest.raises(error, match=f"^{sentence}"):
        replace(FAST, earlier=earlier)
