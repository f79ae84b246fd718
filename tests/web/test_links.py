"""Every page, opened under links of all kinds."""

import pytest

from eigfit.web.runs import OPENING_STEPS
from tests.web.pages import (
    PAGES,
    caption,
    linked,
    opened,
    run_of,
    setup_of,
    status,
    targets,
    unopened,
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("link", [{}, {"n": "2", "matrix": "nan", "k": "1e9", "vary": "<b>"}])
def test_every_page_opens_whatever_the_link(page: str, link: dict[str, str]):
    at = unopened(page, **link)
    for _ in range(2):
        at.run()
        assert not at.exception
        assert not at.error


@pytest.mark.parametrize("page", ["app.py", "pages/fit.py", "pages/compare.py"])
def test_a_page_opens_on_a_run_under_way(page: str):
    at = opened(page)
    assert run_of(at).reached == OPENING_STEPS
    assert f"Paused at step {OPENING_STEPS}" in status(at)
    assert "The link" not in caption(at)
    assert linked(at) == {}


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"target": "nan,1,1"}, "`target`: `nan,1,1` became `1,1,1`"),
        ({"target": "1,2"}, "`target`: `1,2` became `1,1,1`"),
        (
            {"optimiser": "<script>alert(1)</script>"},
            "`optimiser` could not be read and is `adam`",
        ),
        ({"structure": "x" * 100_000}, "`structure` could not be read and is `symmetric`"),
        ({"learning_rate": "-1"}, "`learning_rate`: `-1` became `0.001`"),
        ({"learning_rate": "1e999"}, "`learning_rate`: `1e999` became `0.001`"),
        (
            {"distribution": "explicit", "start": "1,2"},
            "`distribution`: `explicit` became `uniform`; `start` is left out",
        ),
        ({"low": "3", "high": "-3"}, "`low`: `3` became `0`; `high`: `-3` became `1`"),
        ({"unknown": "1", "script": "2"}, "`unknown` is left out; `script` is left out"),
        ({"x" * 200: "1"}, "1 other setting left out"),
        (
            {"\n\n[win](//evil.example)": "1", "![](//evil.example/i)": "2", "k": "9"},
            "`k`: `9` became `0`; 2 other settings left out",
        ),
        ({"n": "99"}, "`n`: `99` became `12`"),
        ({"v": "7", "seed": "0"}, "version `7` was read as version `1`"),
        ({"earlier": "x"}, "what changed on the way (`earlier`) could not be read"),
        ({"k": "7", "log_x": "maybe", "convention": ""}, "`k`: `7` became `0`"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_what_a_link_cannot_have_is_named_with_what_it_became(link: dict[str, str], said: str):
    at = opened(**link)
    assert "The link asked for something that cannot be: " in caption(at)
    assert said in caption(at)
    assert set(linked(at)) <= {"v", "n"}
    assert set(targets(at)) == {1.0}


def test_a_link_without_a_version_is_read_and_that_is_said():
    assert "carries no version" in caption(opened(seed="2"))
    assert "The link" not in caption(opened(seed="2", v="1"))


def test_an_address_from_before_a_change_does_not_undo_it():
    at = opened(n="2", seed="3", v="1")
    before = dict(at.query_params)
    at.button(key="new_start").click().run()
    assert setup_of(at).seed == 4
    for name, value in before.items():
        at.query_params[name] = value
    at.button(key="new_start").click().run()
    assert setup_of(at).seed == 5


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("learning_rate", "0.00099999", 0.00099999), ("tolerance", "1.0000001e-8", 1.0000001e-8)],
)
def test_a_value_close_to_a_stop_of_its_slider_stays_itself(name: str, text: str, value: float):
    at = opened(n="2", v="1", **{name: text})
    at.button(key="step").click().run()
    assert not at.exception
    assert linked(at)[name] == repr(value)
    assert run_of(at).changed_at is None


def test_what_was_ignored_is_forgotten_with_the_first_change():
    at = opened(unknown="1")
    assert caption(at)
    at.select_slider(key="steps_per_frame").set_value(500).run()
    assert not at.exception
    assert "The link" not in caption(at)


def test_a_size_out_of_range_becomes_the_largest():
    at = opened(n="999", structure="toeplitz")
    assert at.slider(key="n").value == 12
    assert len(targets(at)) == 12


def test_a_seed_out_of_range_becomes_the_first():
    assert opened(seed="-5").number_input(key="seed").value == 0


def test_a_link_sets_the_controls():
    at = opened(
        n="2", target="-1,2.5", learning_rate="0.03", log_x="yes", convention="lower", k="1"
    )
    assert targets(at) == [-1.0, 2.5]
    assert at.select_slider(key="learning_rate").value == 0.03
    assert at.selectbox(key="k").value == 1


def test_the_numbers_of_a_link_fill_the_explicit_start():
    at = opened(distribution="explicit", start="1,2,3,0.5,0.25,0.125")
    assert at.text_area(key="start").value == "1, 2, 3, 0.5, 0.25, 0.125"


def test_extreme_numbers_of_a_link_are_shown():
    at = opened(target="1e999,-1e999,1e-300", low="-1e999", high="1e999", dtype="float32")
    assert targets(at) == [1e6, -1e6, 1e-300]


def test_hidden_groups_are_left_out():
    at = opened(v="1", hide="matrix,start", max_steps="3")
    assert not [slider for slider in at.slider if slider.key == "n"]
    assert at.select_slider(key="learning_rate").value == 0.001
