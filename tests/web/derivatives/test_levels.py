"""Which levels meet along a path."""

import numpy as np
import pytest

from eigfit.web.derivatives.levels import _met


@pytest.mark.parametrize(
    ("equal", "expected"),
    [
        ([[False, False, False]], range(0)),
        ([[False, True, False]], range(1, 3)),
        # Three in one place are more than two pairs in another.
        ([[True, False, True, False, True], [True, True, False, False, False]], range(3)),
        ([[True, False, True, True, False]], range(2, 5)),
    ],
)
def test_the_most_that_meet_in_one_place_are_found(equal: list[list[bool]], expected: range):
    assert _met(np.array(equal)) == expected
