"""The table of all steps of a run, made anew: what pages keep of a run is thinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.engine import calls, workplace
from eigfit.engine.protocols import Course
from eigfit.engine.run import SLICE
from eigfit.experiment.files import csv_head
from eigfit.results.history import History

# Of a run with more eigenvalues than that, the table would be larger than 150 MB.
MOST_EIGENVALUES: Final = 8_000_000


def too_long(record: History) -> bool:
    """Whether the table of all steps that lead to the record's last would be too large."""
    return record.last.number * record.last.eigenvalues.size > MOST_EIGENVALUES


def all_steps_as_csv(course: Course, reached: int, ended: Any, members: Sequence[str]) -> str:
    """What `run_as_csv` gives of a history of all steps.

    Args:
        course: of these members.
        reached: the number of the last step.
        ended: the step at which each member has ended, −1 where it has not.
        members: their names.
    """
    parts: list[list[str]] = [[] for _ in members]
    last, seconds = None, SLICE
    while last is None or not (last.final or last.number >= reached):
        arguments = course, last, reached, ended, tuple(members), seconds
        found = workplace.submit_aside(calls.rows, *arguments).result()
        if found is None:  # its time has gone into compiling
            seconds *= 2
            continue
        lines, last = found
        for part, text in zip(parts, lines, strict=True):
            part.append(text)
    head = csv_head(np.shape(last.eigenvalues)[-1])
    return "".join([head, *(text for part in parts for text in part)])
