"""Links as strangers write them, through what reads them and through the pages."""

import sys
from types import FrameType
from typing import Any

import pytest

from benchmarks.hostile import links
from eigfit.experiment.links import read_link
from eigfit.experiment.setup import Setup
from tests.web.pages import setup_of, unopened

pytestmark = pytest.mark.usefixtures("quick_pages")

SEEDS = range(4)
EACH = 60
WORST = (
    *(
        "earlier=" + "1;" * 49_000,
        "earlier=" + "5:tolerance:1;" * 7000,
        "earlier=1" + ":x" * 49_000,
    ),
    *("targets=" + "1," * 100_000, "hide=" + "run," * 50_000, "optimisers=" + "adam," * 50_000),
    *("&".join(f"{i}={i}" for i in range(5000)), "seed=" + "9" * 200_000, "target=" + "," * 99_999),
)
# Of the sizes and rules of the default, so that one program serves them all.
PAGES = (
    "hide=" + "run," * 1990 + "run",
    "v=%00&target=nan,inf,1e300&low=1e300&high=-1e300&seed=-0",
    "v=1&%ff=%fe&<script>=1&n[]=4&__class__=x&=&embed=true",
    "targets=1e6,-1e6,1e-300&vary=targets&matrix=" + "0," * 8 + "0&k=2&row=2&column=1",
    "matrix=" + "1e6," * 8 + "-1e6&reach=1e9&parameter=77&convention=lower",
    "vary=learning_rates&learning_rates=1e-8,1000,1e-8&learning_rate=1e300&log_x=yes",
    "earlier=1:learning_rate:0.1;2:learning_rate:0.2;200000:tolerance:1&max_steps=0",
    "low=-1000&high=-1000&tolerance=1e-300&steps_per_frame=2000&epsilon=1e-300&beta_1=0.9999999999",
)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_query_gives_an_experiment_that_its_link_gives_back(seed: int):
    for query in links.queries(seed, EACH):
        assert links.broken_rule(query) == "", query[:300]


def test_the_same_seed_gives_the_same_queries():
    assert list(links.queries(7, 20)) == list(links.queries(7, 20))
    assert list(links.queries(7, 20)) != list(links.queries(8, 20))


@pytest.mark.parametrize("query", WORST, ids=lambda query: query[:20])
def test_the_work_for_a_link_is_bounded_by_its_length(query: str):
    link, calls = links.parsed(query), 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    read_link({})  # what is made once is made
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        setup, _ = read_link(link)
    finally:
        sys.setprofile(before)
    assert Setup(**vars(setup)) == setup
    assert calls < 50_000 + 20 * len(query)


@pytest.mark.parametrize("query", PAGES, ids=lambda query: query[:20])
@pytest.mark.parametrize("page", ["app.py", "pages/compare.py", "pages/derivatives.py"])
def test_a_page_opens_under_any_link(page: str, query: str):
    link = links.parsed(query)
    at = unopened(page)
    for name, value in link.items():
        if name != "embed":  # which Streamlit keeps to itself
            at.query_params[name] = value
    at.run()
    assert not at.exception
    assert setup_of(at) == read_link(link)[0]
    at.run()
    assert not at.exception
