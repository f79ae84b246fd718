"""A matrix as text is read back, with its eigenvalues."""

import io
import re

import numpy as np
import pytest

from eigfit.results.texts import FORMATS, as_csv, as_latex, as_numpy


def from_numpy(text: str) -> np.ndarray:
    return eval(text, {"np": np})


def from_latex(text: str) -> np.ndarray:
    found = re.fullmatch(
        r"\\left\(\\begin\{array\}\{r+\}\n(.*)\n\\end\{array\}\\right\)", text, re.S
    )
    assert found
    plain = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", found[1])
    return np.array([[float(entry) for entry in row.split("&")] for row in plain.split(r"\\")])


def from_csv(text: str) -> np.ndarray:
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)


READERS = {"NumPy": from_numpy, "LaTeX": from_latex, "CSV": from_csv}
random = np.random.default_rng(0)
MATRICES = {
    "2": np.array([[1.0, -0.5], [-0.5, 2.0]]),
    "12": random.normal(size=(12, 12)),
    "small and large": np.array([[1e-9, -2.5e20, 0.0], [1 / 3, -0.0, 1e6], [5e-324, 0.1, 7.0]]),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("A", MATRICES.values(), ids=MATRICES)
def test_a_text_reads_back_to_the_same_matrix(name: str, A: np.ndarray):
    np.testing.assert_array_equal(READERS[name](FORMATS[name](A)), A)


@pytest.mark.parametrize("name", FORMATS)
def test_a_text_in_single_precision_has_the_digits_of_that(name: str):
    A = (MATRICES["12"] / 7).astype(np.float32)
    text = FORMATS[name](A)
    np.testing.assert_array_equal(READERS[name](text).astype(np.float32), A)
    assert max(map(len, re.findall(r"\d+", text))) < 12


def test_a_row_is_a_line():
    A = MATRICES["2"]
    assert as_numpy(A) == "np.array([[1.0, -0.5],\n          [-0.5, 2.0]])"
    assert as_csv(A) == "1.0,-0.5\n-0.5,2.0"
    assert as_latex(A).splitlines()[1:3] == [r"1.0 & -0.5 \\", "-0.5 & 2.0"]
