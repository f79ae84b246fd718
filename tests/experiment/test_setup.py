"""An experiment as one record: what it may be, and what a change of it brings along."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from eigfit.experiment.domains import Several
from eigfit.experiment.limits import CHOICES, RANGES
from eigfit.experiment.links import short_link
from eigfit.experiment.presets import PRINTED_START, default_target
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.fitting.optimisers import OPTIMISERS
from tests.experiment.strategies import setups, values_of

LISTS = [name for name, field in FIELDS.items() if isinstance(field.domain, Several)]


def setup_with(**fields: Any) -> Setup:
    """A Setup with fields of any type, as a caller in a hurry writes it."""
    return Setup(**fields)


@given(setups(), some.data())
def test_a_change_leaves_the_experiment_valid(setup: Setup, data: some.DataObject):
    names = ("n", "structure", "distribution", "optimiser")
    for name in data.draw(some.lists(some.sampled_from(names), min_size=1, max_size=4)):
        value = data.draw(some.sampled_from(CHOICES.get(name, tuple(range(2, 13)))))
        setup = setup.changed(name, value)
        assert getattr(setup, name) == value
        assert Setup(**vars(setup)) == setup
    setting = data.draw(some.sampled_from(OPTIMISERS[setup.optimiser].settings))
    value = data.draw(values_of(setting))
    setup = setup.changed(setting.name, value)
    assert dict(setup.rule.settings)[setting.name] == value
    assert Setup(**vars(setup)) == setup


def test_a_larger_matrix_keeps_the_target_and_repeats_its_last_value():
    setup = Setup(target=(1.0, 2.0, 3.0)).changed("n", 5)
    assert setup.target == (1.0, 2.0, 3.0, 3.0, 3.0)
    assert setup.changed("n", 2).target == (1.0, 2.0)


def test_a_smaller_matrix_moves_the_shown_eigenvalue_inside():
    assert Setup(k=2).changed("n", 2).k == 1


@pytest.mark.parametrize(("name", "value"), [("n", 4), ("structure", "toeplitz")])
def test_explicit_numbers_do_not_outlive_their_structure(name: str, value: Any):
    setup = Setup(distribution="explicit", start=PRINTED_START).changed(name, value)
    assert setup.distribution == "uniform"
    assert setup.start == ()


def test_going_explicit_keeps_the_start():
    setup = Setup(seed=3)
    explicit = setup.changed("distribution", "explicit")
    np.testing.assert_array_equal(explicit.starting_point(), setup.starting_point())


def test_another_rule_starts_with_its_own_defaults():
    setup = Setup().changed("learning_rate", 0.5).changed("optimiser", "sgd")
    assert setup.settings == ()
    assert dict(setup.rule.settings)["learning_rate"] == 0.01


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_choice_is_refused_in_a_sentence(name: str):
    with pytest.raises(ValueError, match=rf"^{name} must be one of .*; got 'nothing'$"):
        setup_with(**{name: ("nothing",) if name in LISTS else "nothing"})


@pytest.mark.parametrize("name", RANGES)
def test_a_number_out_of_range_is_refused_in_a_sentence(name: str):
    low, high = RANGES[name]
    for value in (low - 1, high + 1, 10**400, np.inf if isinstance(low, float) else -(10**400)):
        sentence = rf"^{name} must lie between .* and .*; .* does not$"
        with pytest.raises(ValueError, match=sentence):
            setup_with(**{name: (value,) if name in LISTS else value})
    for value in ("1", True, None, [1], 2.5 if isinstance(low, int) else 1j):
        with pytest.raises(TypeError, match=rf"^{name} must be a (whole )?number; got "):
            setup_with(**{name: (value,) if name in LISTS else value})


def test_numbers_are_written_as_people_write_them():
    for value, words in ((99999999.0, "99,999,999"), (-1e7, "−10,000,000"), (1e300, "1e+300")):
        with pytest.raises(ValueError, match=r"^target must lie") as refused:
            setup_with(target=(1.0, 1.0, value))
        assert str(refused.value) == (
            f"target must lie between −1,000,000 and 1,000,000; {words} does not"
        )


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [1.0, "1,1,1", None])
def test_a_list_that_is_none_is_refused_in_a_sentence(name: str, value: Any):
    with pytest.raises(TypeError, match=f"^{name} must be a tuple; got"):
        setup_with(**{name: value})


def test_equal_experiments_are_equal_however_they_were_written():
    written = setup_with(
        target=[np.float32(0.5), 1, np.int64(2)],
        seed=np.int32(3),
        settings=[("beta_1", 0.5), ("learning_rate", 1e-3)],
    )
    plain = Setup(target=(0.5, 1.0, 2.0), seed=3, settings=(("beta_1", 0.5),))
    assert written == plain
    assert hash(written) == hash(plain)
    assert short_link(written) == {"v": "1", "target": "0.5,1,2", "seed": "3", "beta_1": "0.5"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"n": 4},
            "target has 3 values but the matrix is 4×4; give one value per eigenvalue",
        ),
        (
            {"distribution": "explicit"},
            "an explicit start has 6 numbers here and any other none; got 0",
        ),
        (
            {"start": (1.0,)},
            "an explicit start has 6 numbers here and any other none; got 1",
        ),
        ({"low": 2.0}, "low must not exceed high; got 2.0 and 1.0"),
        ({"k": 3}, "k must be below n = 3; got 3"),
        (
            {"settings": (("learning_rate", -1.0),)},
            "learning_rate of adam must be a finite number above 0; got -1.0",
        ),
    ],
)
def test_fields_that_do_not_fit_each_other_are_refused_in_a_sentence(
    given: dict[str, Any], sentence: str
):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        setup_with(**given)


def test_the_default_target_is_all_ones():
    assert default_target(4) == (1.0, 1.0, 1.0, 1.0)


def test_all_who_ask_for_a_problem_share_it():
    setup = Setup(n=2, target=(1.0, 2.0))
    assert setup.problem() is replace(setup, seed=7).problem()
    assert setup.problem() is not replace(setup, target=(1.0, 3.0)).problem()
    both = setup.problem((1.0, 2.0), (0.0, 3.0))
    np.testing.assert_array_equal(both.target, [[1.0, 2.0], [0.0, 3.0]])
