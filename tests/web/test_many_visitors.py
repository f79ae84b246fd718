"""Many visitors at once, over Streamlit's own protocol; no time is judged here."""

import asyncio

from benchmarks.load import visits
from tests.serving import Server

SESSIONS = 12


def test_all_who_stay_converge_and_nobody_sees_an_error(server: Server):
    seen = asyncio.run(visits(server.address, SESSIONS, SESSIONS))
    assert [visit.errors for visit in seen] == [[]] * SESSIONS
    assert [visit.converged for visit in seen] == [not visit.left_early for visit in seen]
    assert sum(visit.left_early for visit in seen) == 1
