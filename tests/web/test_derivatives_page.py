"""The Derivatives page, with the numbers it computes beside it."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.web.pages import linked, settled, setup_of, wait_for_numbers, words


def test_the_derivatives_page_shows_its_checks():
    text = words(settled("pages/derivatives.py"))
    assert text.count("Finite differences of step") == 2
    assert (
        "The products add up to **-0.72607663**; the tape's $dL/dr_{0}$ is **-0.72607663**" in text
    )
    assert "# None" in text
    assert "The eigenvalues of the Hessian are 2, 2, 2, 4, 4, 4." in text
    assert "lower triangle only" in text
    assert "0e+00" not in text, "what is exactly the same is called so"


def after_click(button: str) -> AppTest:
    """The page after that button, once its numbers have come anew."""
    at = settled("pages/derivatives.py", v="1")
    at.button(key=button).click()
    return wait_for_numbers(at.run())


def test_a_repeated_eigenvalue_shows_the_tapes_error_and_the_clusters_slopes():
    at = after_click("identity_matrix")
    text = words(at)
    assert "The nested tapes are wrong by **4**" in text
    assert "leave their common value with slopes 0, 0, 1." in text
    assert linked(at)["matrix"] == "1,0,0,0,1,0,0,0,1"


def test_merging_two_eigenvalues_is_one_click():
    text = words(after_click("merge"))
    assert "The nested tapes are wrong by" in text
    assert "are equal to rounding" in text


def test_a_kink_is_said_in_words():
    at = settled("pages/derivatives.py", v="1", target="0,1,2", matrix="1,0,0,0,1,0,0,0,1")
    assert "has a kink here and no Hessian" in words(at)


@pytest.mark.parametrize("n", ["2", "7", "12"])
def test_the_derivatives_page_shows_every_size(n: str):
    at = settled("pages/derivatives.py", v="1", n=n, structure="tridiagonal", distribution="normal")
    assert "The products add up to" in words(at)
    assert ("Shown up to n = 6" in words(at)) == (int(n) > 6)


def test_levels_that_avoid_each_other_are_named_with_their_gap():
    at = settled("pages/derivatives.py", v="1", n="2", matrix="0,0.25,0.25,0", row="0", column="0")
    # The levels of [[s, ¼], [¼, 0]] are (s ± √(s² + ¼))/2: nearest at s = 0, with a gap of ½.
    assert "The levels λ₀ and λ₁ come nearest, within 0.5 at s = 0," in words(at)


def test_levels_that_nothing_couples_meet():
    at = settled("pages/derivatives.py", v="1", n="2", matrix="0,0,0,0.5", row="0", column="0")
    assert "The levels λ₀ and λ₁ meet: along this path nothing couples them." in words(at)


def test_all_that_meet_in_one_place_are_named():
    ones = "1,0,0,0,1,0,0,0,1"  # two levels stay at 1, and the third goes through it at s = 0
    at = settled("pages/derivatives.py", v="1", n="3", matrix=ones, row="0", column="0")
    assert "The levels λ₀, λ₁ and λ₂ meet: along this path nothing couples them." in words(at)


@pytest.mark.parametrize(
    ("key", "matrix"),
    [("first_matrix", "2,-1,-1,2"), ("identity_matrix", "1,0,0,1"), ("start_matrix", "3,5,5,4")],
)
def test_a_matrix_is_taken_from_elsewhere(key: str, matrix: str):
    start = {"distribution": "explicit", "start": "3,4,5"}
    at = settled("pages/derivatives.py", v="1", n="2", matrix="7,8,8,9", **start)
    at.button(key=key).click().run()
    assert not at.exception
    assert ",".join(f"{entry:g}" for entry in setup_of(at).matrix) == matrix


def test_the_spectrum_is_that_of_the_lower_triangle():
    at = settled("pages/derivatives.py", v="1", n="2", matrix="2,99,1,2")
    assert [metric.value for metric in at.metric] == ["1", "3"]
    assert "This matrix is not symmetric" in words(at)
