"""What a host may lower, and what becomes of links that ask for more."""

import os
import subprocess
import sys

import pytest

from eigfit.experiment.host import most

LINK = """
from eigfit.experiment.links import read_link, short_link
from eigfit.experiment.setup import Setup
setup, moved = read_link({"v": "1", "n": "12", "max_steps": "50000", "starts": "1024"})
print(setup.n, setup.max_steps, setup.starts, *moved)
print(Setup().max_steps, Setup().starts, short_link(Setup()))
"""


def test_a_host_lowers_what_is_built_in():
    assert most("N", 3, 12, {"EIGFIT_MAX_N": " 8 "}) == 8


@pytest.mark.parametrize("environment", [{}, {"EIGFIT_MAX_N": ""}, {"EIGFIT_MAX_STEPS": "9"}])
def test_what_no_host_speaks_of_stays_as_it_is(environment: dict[str, str]):
    assert most("N", 3, 12, environment) == 12


@pytest.mark.parametrize("text", ["13", "2", "-5", "8.0", "1e1", "many", "²", "९", "0x8"])
def test_what_is_no_lower_limit_is_refused_in_a_sentence(text: str):
    with pytest.raises(
        ValueError, match=f"EIGFIT_MAX_N must be .* 3 to 12, or unset; got '{text}'"
    ):
        most("N", 3, 12, {"EIGFIT_MAX_N": text})


def test_a_link_beyond_the_hosts_limits_is_moved_into_them():
    limits = {"EIGFIT_MAX_N": "8", "EIGFIT_MAX_STEPS": "3000", "EIGFIT_MAX_STARTS": "100"}
    found = subprocess.run(
        [sys.executable, "-c", LINK],
        env={**os.environ, **limits}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert found.stdout == "8 3000 100 n max_steps starts\n3000 100 {}\n", found.stderr
