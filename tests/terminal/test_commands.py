"""What a person at a terminal sees, and what scripts around it get."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import eigfit as ef
from eigfit.problem.files.read import read_problem
from eigfit.terminal import progress, solving
from eigfit.terminal.commands import run

ROOT = Path(__file__).parents[2]
SOLVABLE: dict[str, Any] = {"structure": {"kind": "toeplitz", "n": 2}, "target": [1, 3]}


def written(folder: Path, content: Any, name: str = "problem.json") -> str:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def as_json(capsys: pytest.CaptureFixture, *arguments: str) -> tuple[int, Any]:
    status = run([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ef.gallery())
def test_every_problem_of_the_gallery_is_answered(name: str, capsys: pytest.CaptureFixture):
    one = ef.gallery(name)
    if isinstance(one, ef.Derivative):
        assert run(["check", name]) == 0
        assert "Met: 0.75" in capsys.readouterr().out
        return
    status, told = as_json(capsys, "solve", name, "--tolerance", "1e-14")
    assert status == told["exit_status"] == (3 if one.distance else 0)
    assert told["certificate"]["distance"] == pytest.approx(one.distance)
    for r in one.answer:
        images = [image for solution in told["solutions"] for image in solution["equivalents"]]
        assert np.abs(np.array(images) - r).max(axis=1).min() <= one.tolerance
    if one.solutions is not None:
        assert len(told["solutions"]) == one.solutions


def test_the_answer_is_told_with_names_errors_and_what_is_not_determined(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    content = {
        "title": "Two of three",
        "structure": {"kind": "entries", "matrix": [["O₂⁰", 0], [0, "B"]]},
        "names": ["O₂⁰", "B", "spare"],
        "target": [1, 4],
        "sigma": 0.1,
        "low": 0,
        "high": 5,
        "starts": 4,
    }
    assert run(["solve", written(tmp_path, content)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Two of three\n\nSolved: ")
    assert "Rank 2 of 3. These cannot be told from the data:\n  spare" in told
    assert "1.00            0.10" in told
    assert "∞" in told


def test_sums_that_the_data_do_not_tell_are_written_out(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    basis = [[[1, 0], [0, 2]], [[-0.5, 0], [0, -1]]]
    content = {"structure": {"kind": "affine", "basis": basis}, "names": ["x", "y"],
               "target": [1, 2]}  # fmt: skip
    status, told = as_json(capsys, "solve", written(tmp_path, content))
    assert status == 0
    assert told["solutions"][0]["undetermined"] == ["x + 2 y"]
    assert told["solutions"][0]["standard_errors"] == [None, None]
    assert run(["check", written(tmp_path, content)]) == 0
    assert "Rank 1 of 2 at random points" in capsys.readouterr().out


def test_the_exit_status_is_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture):
    assert run(["solve", written(tmp_path, SOLVABLE)]) == 0
    assert run(["solve", "schur_horn_diag123_infeasible"]) == 3
    assert run(["check", "schur_horn_diag123_infeasible"]) == 3
    away = {"kind": "affine", "basis": [[[1, 0], [0, -1]]], "constant": [[0, 1], [1, 0]]}
    beyond = {"structure": away, "target": [-0.5, 0.5], "sigma": [0.01, 0.01]}
    assert run(["check", written(tmp_path, beyond)]) == 3
    assert run(["solve", written(tmp_path, beyond)]) == 3
    said = capsys.readouterr().out
    assert "χ² = 5000 with 1 degree of freedom, more than chance" in said
    assert "These standard errors do not hold" in said, "the levels turn at 0"
    assert run(["solve", "fno1987_ex1_additive8", "--max-iterations", "0"]) == 4
    assert run(["solve", str(tmp_path / "absent.json")]) == 2
    assert "nothing there" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["solve"], ["solve", "x.json", "--starts", "0"], ["solve", "x.json", "--starts", "1e9"],
        ["solve", "x.json", "--rule", "magic"], ["solve", "x.json", "--low", "abc"], ["sove"],
        ["solve", "x.json", "--seed", "-1"], ["solve", "x.json", "--tolerance", "small"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_arguments_that_are_none_end_with_status_2(arguments: list[str], capsys):
    with pytest.raises(SystemExit) as end:
        run(arguments)
    assert end.value.code == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tolerance", "nan"], "tolerance must be a number from 0 to below 1"),
        (["--low", "5", "--high", "1"], "low must not exceed high"),
        (["--low", "1,2,3"], "--low must be one finite number, or one for each of 2 parameters"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler is 'tcp://127.0.0.1:1', where no"),
    ],
)
def test_values_that_do_not_fit_are_told_in_a_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr("eigfit.terminal.cluster.PATIENCE", "0.2s")
    assert run(["solve", written(tmp_path, SOLVABLE), *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"eigfit: {sentence}")
    assert told.count("\n") == 1


def test_a_cluster_without_dask_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(["solve", written(tmp_path, SOLVABLE), "--scheduler", "tcp://x:1"]) == 2
    assert capsys.readouterr().err == "eigfit: --scheduler needs Dask; install eigfit[cluster]\n"


def test_a_problem_too_large_for_memory_is_refused_before_it_is_tried(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(solving, "MOST_MEMORY", 2**20)
    assert run(["solve", "mos2_three_band"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("eigfit: 40 starts of 8 parameters need about ")


def test_the_process_says_the_same_without_tensorflow_and_from_any_folder(tmp_path: Path):
    code = (
        "import sys; sys.modules['tensorflow'] = None; from eigfit.terminal.commands import run; "
    )
    code += "sys.exit(run(['solve', 'three_floor_frame', '--starts', '20']))"
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env={"PYTHONPATH": str(ROOT), "PATH": ""},
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stderr == "", "no bar where nobody watches"
    assert "52535.6" in found.stdout
    module = subprocess.run(
        [sys.executable, "-m", "eigfit", "show", "toy_3x3_identity"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert module.returncode == 0
    assert "Published: r0 = 1, r1 = 1, r2 = 1, r3 = 0" in module.stdout


def test_a_problem_shown_can_be_copied_and_solved(tmp_path: Path, capsys: pytest.CaptureFixture):
    assert run(["show", "mos2_three_band", "--save", str(tmp_path)]) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]
    posed = read_problem(tmp_path / "mos2_three_band.json")
    assert posed.problem.parameters == 8
    assert run(["show", "mos2_three_band", "--save", str(tmp_path)]) == 2
    assert run(["show", "three_floor_frame", "--file"]) == 0
    *_, last = capsys.readouterr().out.partition("Written")
    json.loads(last[last.index("{") :])


def test_a_bar_is_drawn_for_somebody_who_watches_and_wiped_away(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress.Progress() as bar:
        bar(50, 200)
    told = capsys.readouterr().err
    assert "50 of 200 starts" in told
    assert told.endswith("\r\x1b[K")


def test_a_check_warns_of_starts_that_are_far_too_small(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    content = {"structure": {"kind": "spring_chain", "masses": [1, 1]}, "of": "frequencies",
               "target": [300, 800]}  # fmt: skip
    assert run(["check", written(tmp_path, content)]) == 0
    assert "give low and high of the size of the parameters" in capsys.readouterr().out
