"""Numbers as they enter, in text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eigfit.checks import number_from, numbers_from

# How a list is written, as what joins numbers and what stands around them.
WAYS = {
    "Python": (", ", "[", "]"), "a tuple": (", ", "(", ",)"), "NumPy": (" ", "[", "]"),
    "an array": (", ", "array([", "], dtype=float32)"), "MATLAB": ("; ", "[", "]"),
    "a column": ("\n", "", "\n"), "a sheet": ("\t", "", ""), "a line": (",", "", ""),
    "LaTeX": (" & ", r"\begin{pmatrix} ", r" \end{pmatrix}"), "a set": (", ", r"\{", r"\}"),
    "LaTeX, a column": (r" \\ ", r"\left[\begin{array}{c} ", r" \end{array}\right]"),
    "formulas": (r",\, ", "$(", ")$"), "rows": ("],\n [", "[[", "]]"),
    "NumPy's own numbers": ("), np.float64(", "[np.float64(", ")]"),
}  # fmt: skip
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.5e-3", 0.0025),
        ("1e-3", 0.001),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("−2.5e−3", -0.0025),
        ("-.5", -0.5),
        ("+5.", 5.0),
        ("  7\u00a0", 7.0),
        ("0,5", 0.5),
        ("-2,53", -2.53),
        (",125", 0.125),
        ("0,125", 0.125),
        ("2,5e-3", 0.0025),
        ("1234,567", 1234.567),
        ("1,2345", 1.2345),
        ("1.000", 1.0),
        ("-0", 0.0),
        ("0e5", 0.0),
        ("5e-324", 5e-324),
        ("0." + "1" * 400, 1 / 9),
    ],
)
def test_what_people_type_is_read(text: str, number: float):
    assert number_from(text) == number


@pytest.mark.parametrize(
    "text",
    "|one|1_000|1 000|0x10|1e|e3|1e3.5|--1|1.2.3|1,2,3|1.000,5|nan|inf|-∞|½|1+1|2,5 m|.".split("|"),
)
def test_what_is_no_number_is_refused_with_what_was_typed(text: str):
    with pytest.raises(ValueError, match=rf"a number is needed.*; got {re.escape(repr(text))}"):
        number_from(text)


@pytest.mark.parametrize("text", ["1,000", "-12,345", "999,999", "1,000e3"])
def test_a_comma_that_may_set_off_thousands_is_refused(text: str):
    with pytest.raises(ValueError, match="could mean thousands or decimals"):
        number_from(text)


@pytest.mark.parametrize("text", ["1e309", "-2e400", "1e-400", "0.00001e-320"])
def test_a_number_too_large_or_small_is_refused_and_not_rounded(text: str):
    with pytest.raises(ValueError, match="a number must be 0 or from"):
        number_from(text)


def test_a_long_text_is_named_by_its_beginning():
    with pytest.raises(ValueError, match="got 'xxx") as caught:
        number_from("x" * 10_000)
    assert len(str(caught.value)) < 120


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_is_written_is_read_to_its_last_digit(number: float):
    assert number_from(repr(number)) == number


@pytest.mark.parametrize("way", WAYS)
@given(numbers=st.lists(FINITE, min_size=1, max_size=12), minus=st.sampled_from("-−–"))
def test_a_list_is_read_however_it_is_written(way: str, numbers: list[float], minus: str):
    between, opening, closing = WAYS[way]
    # A list in another precision is named so by NumPy; the digits are what is read.
    written = between.join(repr(number).replace("-", minus) for number in numbers)
    text = f"{opening}{written}{closing}"
    assert numbers_from(text) == numbers_from(text, len(numbers)) == numbers


@given(
    numbers=st.lists(st.integers(-999_999, 999_999).map(lambda k: k / 10), min_size=2, max_size=9),
    between=st.sampled_from(["; ", " ", "\n", ", ", "\t"]),
)
def test_a_comma_is_one_of_decimals_where_separators_would_give_too_many_numbers(numbers, between):
    text = between.join(f"{number:.1f}".replace(".", ",") for number in numbers)
    assert numbers_from(text, len(numbers)) == numbers
    assert len(numbers_from(text, 2 * len(numbers))) == 2 * len(numbers)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("−1{,}5 & 2", [-1.5, 2]),
        ("1{,}5 & 0.5", [1.5, 0.5]),
        (r"$2.5\cdot 10^{-3}$, 3 × 10^2", [0.0025, 300]),
        ("[1,2;3,4]", [1, 2, 3, 4]),
        ("1,2\n3,4", [1, 2, 3, 4]),
        ("", []),
    ],
)
def test_lists_as_papers_and_programs_write_them_are_read(text: str, numbers: list[float]):
    assert numbers_from(text, len(numbers)) == numbers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1, 2", "3 or 9 numbers are needed; got 2"),
        ("1, 2, x", "a number is needed, such as -0.25 or 2.5e-3; got 'x'"),
        ("1,, 2", "a number is missing between two commas"),
        ("1; 1e400; 2", "a number must be 0 or from"),
        ("1{,}000 & 2 & 3", "could mean thousands"),
        ("1,000; 2; 3", "3 or 9 numbers|could mean thousands"),
        ("1 ... 3", "got '...'"),
        ("1" * 20_001, "a list must be at most 20000 characters; got 20001"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_a_sentence(text: str, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        numbers_from(text, 3, 9)
