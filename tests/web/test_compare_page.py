"""The Compare page: its members, its table, its survey."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.web.pages import drawn, frame_of, linked, opened, run_of, setup_of, status


@pytest.mark.parametrize(
    ("link", "members"),
    [
        ({}, 4),
        ({"members": "1"}, 1),
        ({"vary": "optimisers", "optimisers": "adam,sgd"}, 2),
        ({"vary": "learning_rates"}, 4),
        ({"vary": "targets"}, 4),
        ({"members": "1000000000"}, 16),
    ],
    ids=str,
)
def test_the_members_a_link_asks_for_are_compared(link: dict[str, str], members: int):
    at = opened("pages/compare.py", v="1", n="2", max_steps="3", **link)
    assert run_of(at).record.last.loss.shape == (members,)
    ended = "Stopped at the step limit" if members == 1 else f"{members} at the step limit"
    assert ended in status(at)


def test_targets_are_edited_a_line_each():
    at = opened("pages/compare.py", v="1", vary="targets", n="2", max_steps="3")
    at.text_area(key="target_lines").set_value("1, 2\n0.1, 7").run()
    assert not at.exception
    assert setup_of(at).targets == (1.0, 2.0, 0.1, 7.0)
    at.text_area(key="target_lines").set_value("[−1; 2e0]\n 0,5 7").run()
    assert setup_of(at).targets == (-1.0, 2.0, 0.5, 7.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("1", "Line 1: 2 numbers are needed; got 1"),
        ("1, 2\none, two", "Line 2: a number is needed"),
        ("", "A line of 2 numbers is needed"),
        ("1,2\n3", "Line 2: 2 numbers are needed; got 1"),
        ("\n".join(["1,2"] * 17), "16"),
        ("1, 1e9", "1,000,000"),
    ],
)
def test_targets_that_cannot_be_had_stay_in_their_field(wrong: str, words: str):
    at = opened("pages/compare.py", v="1", vary="targets", n="2", max_steps="3")
    before = setup_of(at).targets
    at.text_area(key="target_lines").set_value(wrong).run()
    assert not at.exception
    assert setup_of(at).targets == before
    assert at.text_area(key="target_lines").value == wrong
    said = [
        text.value.replace("\\", "") for text in at.markdown if ":material/error:" in text.value
    ]
    assert len(said) == 1
    assert words in said[0]


def test_rates_are_handed_over_as_numbers_to_sort_by():
    rates = "0.001,0.002,0.01"
    at = opened(
        "pages/compare.py", v="1", n="2", max_steps="3", vary="learning_rates", learning_rates=rates
    )
    members = frame_of(at)["members"]
    assert [row[0] for row in members["texts"]] == [f"rate {rate}" for rate in rates.split(",")]
    assert [row[0] for row in members["values"]] == [0.001, 0.002, 0.01]


def vary(at: AppTest, kind: str) -> AppTest:
    at.session_state["vary"] = kind
    return drawn(at)


def test_what_varies_keeps_its_run_while_one_looks_at_another():
    at = opened("pages/compare.py", v="1", n="2", max_steps="9", members="2")
    starts = run_of(at)
    rules = run_of(vary(at, "optimisers"))
    assert rules is not starts
    assert rules.record.last.loss.shape == (4,)
    assert run_of(vary(at, "starts")) is starts
    assert "2 at the step limit" in status(at)
    assert run_of(vary(at, "optimisers")) is rules


def test_a_run_that_was_left_is_not_gone_back_to_where_another_is_asked_for():
    at = opened("pages/compare.py", v="1", n="2", max_steps="9", members="2")
    starts = run_of(at)
    vary(at, "optimisers")
    at.session_state["seed"] = 5
    drawn(at)
    again = run_of(vary(at, "starts"))
    assert again is not starts
    assert again.record.last.loss.shape == (2,)


def test_of_each_kind_at_most_one_run_is_kept():
    at = opened("pages/compare.py", v="1", n="2", max_steps="9", members="2")
    for kind in ("optimisers", "learning_rates", "targets", "starts", "targets", "optimisers"):
        vary(at, kind)
    kept = at.session_state["kept_runs"]
    assert sorted(kept) == ["learning_rates", "starts", "targets"]
    assert run_of(at) not in kept.values()


def test_a_run_that_plays_goes_on_playing_as_another_and_waits_where_it_was_left():
    at = opened("pages/compare.py", v="1", n="2", members="2", tolerance="0")
    starts = run_of(at)
    starts.playing = True
    assert run_of(vary(at, "optimisers")).playing
    assert not starts.playing
    run_of(at).playing = False
    assert run_of(vary(at, "starts")) is starts
    assert not starts.playing


def test_a_link_pins_a_member_until_others_are_compared():
    at = opened("pages/compare.py", v="1", n="2", max_steps="9", baseline="2")
    assert frame_of(at)["members"]["baseline"] == 1
    assert linked(at)["baseline"] == "2"
    assert "baseline" not in linked(vary(at, "optimisers"))
    assert frame_of(at)["members"]["baseline"] is None


def test_a_frame_says_what_it_comes_to_and_carries_every_matrix():
    at = opened("pages/compare.py", v="1", n="2", max_steps="9", members="3")
    members = frame_of(at)["members"]
    assert members["words"].startswith("3 starts, 3 different matrices, ")
    assert np.shape(members["matrices"]) == (3, 2, 2)
    assert len(set(members["colours"])) == 3


def ends_by_numpy(starts: int, learning_rate: float, max_steps: int, tolerance: float):
    """The step at which each seed's 2×2 matrix is near the identity, −1 where it never is.

    Adam as its paper has it (Kingma and Ba, 2015, algorithm 1), on LAPACK's eigenvalues.
    """
    r = np.array([np.random.default_rng(seed).uniform(0, 1, 3) for seed in range(starts)])
    mean, square, ended = np.zeros_like(r), np.zeros_like(r), np.full(starts, -1)
    for number in range(max_steps + 1):
        values, V = np.linalg.eigh(r[:, [[0, 2], [2, 1]]])
        ended[(ended < 0) & (((1 - values) ** 2).sum(axis=1) <= tolerance)] = number
        G = np.einsum("bk,bik,bjk->bij", 2 * (values - 1), V, V)
        gradient = np.stack([G[:, 0, 0], G[:, 1, 1], 2 * G[:, 0, 1]], axis=1)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        rate = learning_rate * np.sqrt(1 - 0.999 ** (number + 1)) / (1 - 0.9 ** (number + 1))
        r = r - rate * mean / (np.sqrt(square) + 1e-7)
    return ended


def test_a_survey_tells_the_statistics_of_its_starts():
    link = {"learning_rate": "0.01", "max_steps": "40", "tolerance": "1e-1"}
    at = opened("pages/compare.py", v="1", n="2", starts="16", members="2", **link)
    at.button(key="run_survey").click().run()
    assert not at.exception
    run = at.session_state["survey"]
    while run.moving:
        run.advance()
    at.run()
    assert not at.exception
    ended = ends_by_numpy(16, 0.01, 40, 1e-1)
    low, middle, high = np.quantile(ended[ended >= 0], [0.1, 0.5, 0.9])
    share = (ended >= 0).mean()
    assert 0 < share < 1
    assert {metric.label: metric.value for metric in at.metric} == {
        "Step limit": f"{1 - share:.1%}",
        "Converged": f"{share:.1%}",
        "10 % of the converged within": f"{low:,.0f} steps",
        "Half of the converged within": f"{middle:,.0f} steps",
        "90 % of the converged within": f"{high:,.0f} steps",
    }
