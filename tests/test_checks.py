"""Numbers as they enter, in text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eigfit.checks import number_from


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
