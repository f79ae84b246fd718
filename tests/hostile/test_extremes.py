"""Runs at the ends of what numbers are: each ends truthfully, and no chart shows what is none."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

import numpy as np
import pytest

from eigfit.experiment.links import read_link
from eigfit.experiment.setup import Setup
from eigfit.figures import heatmaps, lines, member_lines
from eigfit.figures.figure import Figure
from eigfit.fitting.fit import fit
from eigfit.fitting.optimisers import OPTIMISERS, optimiser
from eigfit.problem.problem import DTYPES, Problem
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.structures.named import STRUCTURES
from tests.sent import sent

N = 3
STEPS = 6
RATES = (1e-12, 1e-6, 1.0, 1e3, 1e6, 1e12)
SIZES = (1e300, -1e300, 1e-300, 1e150, 1e38, 1e6, 0.0)
TARGETS = (
    *((size,) * N for size in SIZES),
    *((1e300, 1e-300, 0.0), (-1e300, 0.0, 1e300), (1e6, -1e6, 1e-300), (1.0, 1.0 + 1e-15, 1.0)),
)


def starts(p: int) -> np.ndarray:
    """Exact degeneracy: nothing, equal numbers, an identity where the structure has one."""
    identity = np.zeros(p)
    identity[0] = 1.0
    full = [np.eye(N)[np.tril_indices(N)]] if p == N * (N + 1) // 2 else []
    return np.array([np.zeros(p), np.ones(p), -np.full(p, 1e-300), identity, *full])


def history_of(steps: Iterator[Step]) -> History:
    history = History(thinned=True)
    for step in islice(steps, STEPS + 1):
        history.append(step)
    return history


def charts(history: History, target: tuple[float, ...], log_x: bool) -> Iterator[Figure]:
    """All that Fit or Compare draws of it."""
    last = history.last
    if np.ndim(last.loss):
        count = len(last.loss)
        yield member_lines.panels(history, [target] * count, ["run"] * count, log_x=log_x)
        yield member_lines.losses(history, ["run"] * count, 1e-8, log_x=log_x, cursor=2)
        last = last.member(0)
    else:
        yield lines.spectrum(history, target, log_x=log_x, cursor=1)
        yield lines.loss(history, 1e-8, log_x=log_x)
    yield heatmaps.matrix(last, heatmaps.colour_limit(last.matrix, target))
    for k in range(N):
        yield heatmaps.gradient(last, k, "symmetric")
        yield heatmaps.gradient(last, k, "lower")


def assert_shows_numbers_only(history: History, target: tuple[float, ...]) -> None:
    for log_x in (False, True):
        for figure in charts(history, target, log_x):
            for trace in sent(figure)["traces"]:
                for name in ("x", "y", "z"):
                    assert None not in np.ravel(np.array(trace.get(name, []), object)), name


def assert_is_true(history: History, tolerance: float) -> None:
    """What it says of each start is so."""
    last = history.last
    losses, statuses = np.atleast_1d(last.loss), np.atleast_1d(last.status)
    assert np.isfinite(losses).all()
    for values in (last.eigenvalues, last.parameters, last.gradient, last.matrix):
        assert np.isfinite(values).all()
    for loss, status in zip(losses, statuses, strict=True):
        assert isinstance(status, Status)
        assert (status == Status.converged) == (loss <= tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", STRUCTURES)
def test_runs_from_degenerate_starts_at_any_rate_towards_any_target(name: str, dtype: str):
    structure = STRUCTURES[name].build(N)
    batch = starts(structure.parameters)
    for rate, target in product(RATES, TARGETS):
        rules = optimiser("adam", learning_rate=rate)
        if np.abs(target).max() >= (1e38 if dtype == "float32" else 1e300):
            with pytest.raises(ValueError, match=r"^[^\n]{20,250}$"):
                history_of(fit(Problem(structure, target, dtype=dtype), rules, batch))
            continue
        steps = fit(Problem(structure, target, dtype=dtype), rules, batch, max_steps=STEPS)
        history = history_of(steps)
        assert history.final
        assert_is_true(history, 1e-8)
        if rate in (1e-12, 1e12):
            assert_shows_numbers_only(history, target)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rule", OPTIMISERS)
def test_every_rule_ends_truthfully_at_any_rate(rule: str, dtype: str):
    target = (1e6, -1e6, 0.0)
    for rate in RATES:
        problem = Problem(STRUCTURES["symmetric"].build(N), target, dtype=dtype)
        history = history_of(
            fit(problem, optimiser(rule, learning_rate=rate), starts(6), max_steps=STEPS)
        )
        assert history.final
        assert_is_true(history, 1e-8)
        assert_shows_numbers_only(history, target)


@pytest.mark.parametrize("rate", ["1e-12", "1e12", "1e300"])
@pytest.mark.parametrize("size", ["1e300", "1e-300", "-1e300"])
def test_an_extreme_link_gives_a_single_run_that_can_be_drawn(rate: str, size: str):
    link: dict[str, Any] = {"target": f"{size},0,1", "learning_rate": rate, "max_steps": str(STEPS)}
    setup, _ = read_link(link | {"distribution": "explicit", "start": "0,0,0,0,0,0"})
    assert setup.distribution == "explicit"
    history = history_of(setup.steps())
    assert history.final
    assert_is_true(history, setup.tolerance)
    assert_shows_numbers_only(history, setup.target)


def test_a_run_to_infinity_is_drawn_to_its_last_finite_step():
    setup = replace(Setup(max_steps=3000), optimiser="sgd").changed("learning_rate", 1e3)
    history = History(thinned=True)
    for step in setup.steps():
        history.append(step)
    assert history.last.status == Status.diverged
    assert_is_true(history, setup.tolerance)
    assert_shows_numbers_only(history, setup.target)


def test_every_setting_of_a_rule_may_be_as_extreme_as_it_may_be():
    for rule, row in OPTIMISERS.items():
        for setting in row.settings:
            for value in (1e-300, 1e300, -1e300, 1 - 1e-16, 0.0):
                if isinstance(setting.default, bool) or not setting.requirement.holds(value):
                    continue
                if setting.name == "momentum" and value == 0.0:
                    continue  # another program
                problem = Problem(STRUCTURES["symmetric"].build(N), (1.0, 0.0, -1.0))
                settings = {"momentum": 0.5} if "momentum" in [s.name for s in row.settings] else {}
                rules = optimiser(rule, **(settings | {setting.name: value}))
                history = history_of(fit(problem, rules, starts(6), max_steps=STEPS))
                assert history.final, (rule, setting.name, value)
                assert_is_true(history, 1e-8)
