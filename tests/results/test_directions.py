"""What the data cannot tell, in words."""

import numpy as np

from eigfit.results.directions import in_words, undetermined

NAMES = ("O₂⁰", "O₄⁰", "B")


def test_a_direction_is_a_sum_of_names_that_begins_with_one():
    assert in_words(np.array([2.0, 0.6, 0]), NAMES) == "O₂⁰ + 0.3 O₄⁰"
    assert in_words(np.array([-1.0, 1, 1e-9]), NAMES) == "O₂⁰ − O₄⁰"
    assert in_words(np.array([0, 0, -3.0]), NAMES) == "B"
    assert in_words(np.zeros(3), NAMES) == "nothing"


def test_a_plane_of_directions_is_told_by_short_sums_that_span_it():
    random = np.random.default_rng(0)
    plane = np.array([[1, 0.5, 0], [0, 0, 1]]).T @ random.normal(size=(2, 2))
    assert sorted(undetermined(plane, NAMES)) == ["B", "O₂⁰ + 0.5 O₄⁰"]
    assert undetermined(np.zeros((3, 0)), NAMES) == []
