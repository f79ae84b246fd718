"""A problem file is what the library would have been told."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import eigfit as ef
from eigfit.problem.files.structures import KINDS
from eigfit.problem.joint import parts_of
from tests.problem.files.contents import VALID, folder_with_files, valid_contents, written

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "problem.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "here").mkdir()
    return folder_with_files(tmp_path / "here")


def matrices(problem: ef.Problem | ef.Joint) -> list[np.ndarray]:
    """Every A(r), where r is 1, 2, 3 and so on."""
    r = np.arange(1.0, problem.parameters + 1)
    return [part.problem.structure.filled(r[part.places]) for part in parts_of(problem)]


EXPECTED = {
    "symmetric": [[[1, 3], [3, 2]]],
    "tridiagonal": [[[1, 4, 0], [4, 2, 5], [0, 5, 3]]],
    "toeplitz": [[[1, 2, 3], [2, 1, 2], [3, 2, 1]]],
    "persymmetric": [[[1, 3, 4], [3, 2, 3], [4, 3, 1]]],
    "zero_diagonal": [[[0, 1, 3], [1, 0, 2], [3, 2, 0]]],
    "fixed_diagonal": [[[1, 1], [1, 2]]],
    "pattern": [[[1, 2], [2, 2]]],
    "entries": [[[1, 1], [1, 2]]],
    "affine": [[[1, 1 - 2j], [1 + 2j, -1]]],
    "laplacian": [[[1, -1, 0], [-1, 3, -2], [0, -2, 2]]],
    "huckel": [[[1, 2], [2, 1]]],
    "spring_chain": [[[3, -2 / 2**0.5], [-2 / 2**0.5, 3 / 2]]],
    "pencil": [[[1, 2 / 2**0.5], [2 / 2**0.5, 1 / 2]]],
    "mass": [[[1, 2 / 2**0.5], [2 / 2**0.5, 1 / 2]]],
    "unknown mass": [[[2, -1], [-1, 2]]],
    "joint by name": [[[1, 2], [2, 1]], [[2, 3], [3, 1]]],
    "joint by place": [[[1, 3], [3, 1]], [[3, 2], [2, 3]]],
    "files": [[[1, 2], [2, 0]]],
}  # worked out by hand


@pytest.mark.parametrize("name", VALID)
def test_a_file_gives_the_matrix_that_it_describes(name: str, folder: Path):
    posed = ef.read_problem(written(folder, VALID[name]))
    found = matrices(posed.problem)
    assert len(found) == len(EXPECTED[name])
    for A, expected in zip(found, EXPECTED[name], strict=True):
        np.testing.assert_allclose(A, expected, rtol=1e-15, atol=1e-15)


def test_data_names_bounds_and_starts_are_taken():
    posed = ef.read_problem(ROOT / "eigfit" / "gallery" / "three_floor_frame.json")
    problem = posed.problem
    assert isinstance(problem, ef.Problem)
    assert problem.of == "frequencies"
    assert problem.names == ("k0", "k1", "k2")
    np.testing.assert_allclose(problem.data.sigma, 0.001 / 12**0.5, rtol=1e-5)
    assert problem.bounds.low.tolist() == [1, 1, 1]
    assert problem.bounds.high.tolist() == [np.inf] * 3
    assert posed.search == {"starts": 60, "low": 20_000, "high": 200_000}
    assert posed.answer.shape == (2, 3)


def test_starts_of_ones_own_are_taken(folder: Path):
    posed = ef.read_problem(written(folder, VALID["pattern"]))
    assert posed.search["start"].tolist() == [[1, 1], [2, 2]]
    assert posed.problem.names == ("a", "b")


def test_parts_share_parameters_by_the_names_in_their_entries(folder: Path):
    parts = [
        {"structure": {"kind": "entries", "matrix": [["a", "b"], ["b", 0]]}, "target": [0, 1]},
        {"structure": {"kind": "entries", "matrix": [["b"]]}, "target": [1]},
    ]
    problem = ef.read_problem(written(folder, {"parts": parts})).problem
    assert isinstance(problem, ef.Joint)
    assert problem.names == ("a", "b")
    assert [part.places.tolist() for part in problem.parts] == [[0, 1], [1]]


def test_every_kind_has_its_valid_file_and_its_place_in_the_schema():
    told = {content["structure"]["kind"] for content in VALID.values() if "structure" in content}
    assert told == set(KINDS)
    in_schema = {
        ref["$ref"].rpartition("kind_")[2] for ref in SCHEMA["$defs"]["structure"]["oneOf"]
    }
    assert in_schema == set(KINDS)
    for kind, row in KINDS.items():
        defined = SCHEMA["$defs"][f"kind_{kind}"]
        assert set(defined["properties"]) == {"kind", *row.required, *row.optional}
        assert set(defined["required"]) == {"kind", *row.required}


@pytest.mark.parametrize("content", valid_contents(), ids=lambda content: content.get("title", ""))
def test_the_schema_takes_every_valid_file(content: dict):
    VALIDATOR.validate(content)


SYMMETRIC = {"kind": "symmetric", "n": 2}
WRONG = {
    "[1, 2]": "a problem file must be an object with the fields structure, target",
    '{"structure": {"kind": "symmetric", "n": 2}}': "target is missing; a problem needs structure",
    '{"target": [1, NaN]}': "JSON has no NaN; give a finite number",
    '{"target": [1], "target": [2]}': 'the field "target" occurs twice',
    '{"target": [1, 2}': "problem.json is not JSON: Expecting ',' delimiter in line 1, column 17",
    '{"target": [1e999, 2], "structure": {"kind": "symmetric", "n": 2}}': "target[0] must be a",
    "[" * 100_000: "problem.json is nested too deeply to be read",
}


@pytest.mark.parametrize(("text", "sentence"), WRONG.items(), ids=range(len(WRONG)))
def test_what_is_no_problem_is_refused_in_a_sentence(text: str, sentence: str, folder: Path):
    with pytest.raises(ValueError, match=r".") as error:
        ef.read_problem(written(folder, text))
    assert str(error.value).startswith(sentence)


FIELDS = [
    ({"target": "abc"}, 'target must be a list of numbers, or an object with file, or with real'),
    ({"target": [1, 2, 3]}, "target has 3 values but the matrix is 2×2; give one value per"),
    ({"target": {"file": "../secret.csv"}}, "target.file must lie in the folder of the problem f"),
    ({"target": {"file": "link.csv"}}, "target.file must lie in the folder of the problem file"),
    ({"target": {"file": "absent.csv"}}, 'target.file is "absent.csv", but there is no such file'),
    ({"target": {"file": "pickled.npz"}}, 'target.file: "pickled.npz" is no NPZ file that can be'),
    ({"target": {"file": "huge.npz"}}, 'target.file: "huge.npz" is no NPZ file that can be read: '
     "a has shape [1000000, 1000000]; at most"),
    ({"target": {"file": "huge.mtx"}}, 'target.file: "huge.mtx" is no Matrix Market file that can'),
    ({"target": {"file": "arrays.npz"}}, 'target.file: "arrays.npz" is no NPZ file that can be rea'
     "d: it holds basis, t; say in `array` which one"),
    ({"target": {"file": "wrong.csv"}}, 'target.file: "wrong.csv" must have as many numbers in'),
    ({"sigma": -1}, "sigma must be above 0 and finite; got -1"),
    ({"match": "closest"}, 'match must be one of all, lowest, nearest; got "closest"'),
    ({"match": [0, 7]}, "match[1] must be a whole number from 0 to 1; got 7"),
    ({"names": ["a"]}, "structure: names must be 3 different texts"),
    ({"bound": 1}, 'there is no field "bound"; did you mean bounds?'),
    ({"bounds": {"low": 2, "high": 1}}, "bounds: low must not exceed high; got 2 and 1 for para"),
    ({"low": [1]}, "low must be one number, or one for each of 3 parameters; got [1]"),
    ({"start": [1]}, "start must be 3 numbers, one for each parameter, or a list of such lists"),
    ({"structure": {"kind": "symetric", "n": 2}}, "structure.kind must be one of symmetric, tridi"),
    ({"structure": {"kind": "symmetric", "n": 10**6}}, "structure.n must be a whole number from 1"),
    ({"structure": {"kind": "symmetric"}}, "structure.n is missing; structure needs kind and n"),
    ({"structure": {"kind": "entries", "matrix": [["-t", 1], [1, "t"]]}}, "structure.matrix[0][0] "
     "must be a number or the name of one parameter; kind affine adds them up"),
    ({"structure": {"kind": "parametric", "function": "os.system('x')"}}, "structure.kind must be"),
    ({"version": 2}, "version must be 1; got 2"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), FIELDS, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_told_by_the_name_of_its_field(change: dict, sentence: str, folder: Path):
    with pytest.raises(ValueError, match=r".") as error:
        ef.read_problem(written(folder, {"structure": SYMMETRIC, "target": [1, 2]} | change))
    assert str(error.value).startswith(sentence)


def test_a_part_is_named_by_its_number(folder: Path):
    part = {"structure": SYMMETRIC, "target": [1, 2]}
    parts = [part, part | {"target": [1, "x"]}]
    wrong = r'^parts\[1\]\.target\[1\] must be a finite number; got "x"$'
    with pytest.raises(ValueError, match=wrong):
        ef.read_problem(written(folder, {"parts": parts}))
    parts = [part, part | {"structure": {"kind": "symmetric", "n": 3}, "target": [1, 2, 3]}]
    with pytest.raises(ValueError, match=r"parts\[1\] has 6 parameters and parts\[0\] 3; say in"):
        ef.read_problem(written(folder, {"parts": parts}))


def test_a_sparse_file_of_many_rows_is_never_filled(folder: Path):
    from scipy import sparse
    from scipy.io import mmwrite

    n = 5_000
    mmwrite(folder / "large.mtx", sparse.diags_array(np.arange(1.0, n + 1)))
    structure = {"kind": "affine", "basis": [{"file": "large.mtx"}]}
    content = {"structure": structure, "target": [1, 2], "match": "lowest"}
    problem = ef.read_problem(written(folder, content)).problem
    assert isinstance(problem, ef.Problem)
    assert problem.n == n
    assert problem.structure.sparse(np.ones(1)).nnz == n  # type: ignore[attr-defined]
