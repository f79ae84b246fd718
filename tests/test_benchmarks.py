"""The benchmarks' own machinery at its smallest; no time is judged here."""

from pathlib import Path

import numpy as np
import pytest

import eigfit as ef
from benchmarks import agreement, hessians, race_numpy, speed
from benchmarks.__main__ import PARTS, main
from benchmarks.options import Options
from benchmarks.peers import OURS, PEERS, REFERENCE, Peer
from benchmarks.table import BEGIN, END, rewritten, table
from benchmarks.timing import interleaved
from benchmarks.workload import WORKLOADS, Workload

SMALL = Workload(3, 1, steps=6, few=3)
OPTIONS = Options(sizes=(3,), starts=(1,), rounds=1)


@pytest.fixture(params=[1, 2], ids=["one start", "two starts"])
def workload(request: pytest.FixtureRequest) -> Workload:
    return SMALL._replace(starts=request.param)


def ahead(workload: Workload, steps: int):
    """A peer that takes one step too many."""
    return race_numpy.prepare(workload, steps + 1)


@pytest.fixture
def impostor(monkeypatch: pytest.MonkeyPatch) -> str:
    """A peer among two that is one step ahead; the race is the small one."""
    monkeypatch.setattr(race_numpy, "ahead", ahead, raising=False)
    monkeypatch.delitem(PEERS, "plain loop")
    monkeypatch.setitem(PEERS, "impostor", Peer("race_numpy", "numpy", "ahead"))
    monkeypatch.setattr(speed, "WORKLOADS", (SMALL,))
    return "impostor"


def test_everybody_installed_reaches_the_numbers_of_the_loop_in_numpy(workload: Workload):
    results = speed.raced(workload, rounds=1)
    assert {OURS, REFERENCE, "plain loop"} <= set(results)
    assert {name: result.off for name, result in results.items() if not result.agrees} == {}


def test_the_loop_in_numpy_descends_along_the_gradient_of_the_package():
    # Adam's first step is the learning rate against the sign of each entry of the gradient.
    problem = SMALL.problem
    r = SMALL.start - 1e-3 * np.sign(ef.gradient(problem, SMALL.start))
    values = np.linalg.eigvalsh(r[SMALL.index])
    reached = race_numpy.prepare(SMALL, 1)()
    # ε = 1e-7 shortens that step by 1e-7·√1000 of itself where the gradient is 1
    np.testing.assert_allclose(reached.eigenvalues, values, atol=1e-7)
    np.testing.assert_allclose(reached.loss, np.sum((1 - values) ** 2), rtol=1e-6)


def test_matrices_are_filled_as_symmetric_fills_them():
    workload = SMALL._replace(n=5)
    matrix = workload.problem.structure.matrix(workload.start)
    np.testing.assert_array_equal(workload.start[workload.index], matrix)


@pytest.mark.parametrize("steps", [WORKLOADS[0].few, WORKLOADS[0].steps])
def test_one_step_more_or_less_is_a_disagreement(steps: int):
    right = race_numpy.prepare(SMALL, steps)()
    for other in (steps - 1, steps + 1):
        off = agreement.difference(race_numpy.prepare(SMALL, other)(), right)
        assert off > 5 * agreement.TOLERANCE


def test_numbers_that_are_none_or_of_another_shape_disagree():
    right = race_numpy.prepare(SMALL, 1)()
    assert agreement.difference(right, right) == 0
    for wrong in (
        right._replace(loss=np.nan),
        right._replace(eigenvalues=right.eigenvalues[:2]),
        right._replace(eigenvalues=np.full(3, np.nan)),
    ):
        assert agreement.difference(wrong, right) == np.inf


def test_who_disagrees_is_marked_and_fails_the_race(impostor: str):
    text, agreed = speed.report(OPTIONS)
    assert not agreed
    assert text.count("≠ ") == 1 + 1  # the legend's, and the impostor's time
    assert impostor in text


def test_a_failed_race_is_the_exit_status(impostor: str, capsys: pytest.CaptureFixture[str]):
    arguments = ["--parts", "race", "--sizes", "3", "--starts", "1", "--rounds", "1"]
    assert main(arguments) == 1
    del PEERS[impostor]
    assert main(arguments) == 0
    assert "n = 3, 1" in capsys.readouterr().out


def test_what_is_not_installed_is_named_and_left_out(monkeypatch: pytest.MonkeyPatch):
    for name in set(PEERS) - {OURS, REFERENCE}:
        monkeypatch.delitem(PEERS, name)
    monkeypatch.setitem(PEERS, "Absent", Peer("race_absent", "no_such_package"))
    monkeypatch.setattr(speed, "WORKLOADS", (SMALL,))
    text, agreed = speed.report(OPTIONS)
    assert agreed
    assert "left out: Absent." in text
    assert "| Absent" not in text


def test_runs_take_turns_after_a_first_call_of_each():
    order: list[str] = []

    def preparation(name: str):
        order.append(f"make {name}")
        return lambda: order.append(name) or len(order)

    timings = interleaved({name: lambda n=name: preparation(n) for name in "ab"}, rounds=2)
    assert order == ["make a", "a", "make b", "b", "a", "b", "a", "b"]
    assert [len(timing.later) for timing in timings.values()] == [2, 2]
    assert timings["b"].result == 8


def test_no_round_begins_after_the_limit():
    timings = interleaved({"a": lambda: lambda: None}, rounds=5, limit=0)
    assert len(timings["a"].later) == 1


def test_hessians_are_told_right_from_loud_and_silent():
    assert hessians.verdict(hessians.TRUE) == "right"
    assert "loud" in hessians.verdict(np.full(6, np.nan))
    assert "silence" in hessians.verdict(np.array([2.0, 2, 2, 0, 0, 0]))
    assert hessians.answer(hessians.WAYS["eigfit.hessian"])[1] == "right"
    diagonal, verdict = hessians.answer(hessians.WAYS["TensorFlow"])
    assert (diagonal, verdict) == ("2, 2, 2, 0, 0, 0", "wrong, in silence")


def test_only_the_measured_part_of_a_document_is_rewritten():
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    new = rewritten(document, "new")
    assert new == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert rewritten(new, "new") == new
    with pytest.raises(ValueError, match="no measured part"):
        rewritten("before and after", "new")


def test_tables_keep_their_columns():
    lines = table(["size", "µs"], [["n = 3", "1.0"], ["n = 300", "25,300"]]).splitlines()
    assert {len(line) for line in lines} == {len(lines[0])}
    assert lines[1] == "| ------- | -----: |"


def test_the_document_has_its_measured_part_and_every_part_its_module():
    root = Path(__file__).parent.parent
    rewritten((root / "docs" / "performance.md").read_text(encoding="utf-8"), "")
    assert all((root / "benchmarks" / f"{part.module}.py").exists() for part in PARTS.values())
