"""Which ready experiment is open."""

from dataclasses import replace

import pytest

from eigfit.experiment.ready import READY
from eigfit.experiment.setup import Setup
from eigfit.web.ready import HOME, opened_in


@pytest.mark.parametrize("name", [name for name, ready in READY.items() if ready.page == HOME])
def test_one_of_the_first_page_is_known_however_it_is_looked_at(name: str):
    looked_at = replace(READY[name].setup, k=1, log_x="yes", play="no")
    assert opened_in(looked_at) == name


def test_another_one_is_none_of_them_nor_one_that_came_there_by_another_way():
    assert opened_in(Setup(seed=12)) is None
    aside = Setup().changed("target", (1.0, 1.0, 2.0)).after(Setup(), 100)
    back = Setup().after(aside, 200)
    assert back.target == Setup().target
    assert back.leg_ends() == (100, 200)
    assert opened_in(back) is None
