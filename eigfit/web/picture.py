"""What the live view of a page is made of: a run, and the picture of each of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from eigfit.engine.run import Run
from eigfit.figures.figure import Figure
from eigfit.results.history import History
from eigfit.results.step import Step


class Members(NamedTuple):
    """The members of a comparison beside their charts, each in the order of all.

    Attributes:
        words: what it comes to, in a sentence.
        columns: the headings of the table.
        texts: its rows; below a line break stands how a member compares with the baseline.
        values: what the rows are sorted by.
        matrices: A of each as numbers of colours, shape [B, n, n].
        colours: of their curves.
        baseline: the member that is pinned, None for none.
    """

    words: str
    columns: tuple[str, ...]
    texts: list[list[str]]
    values: list[list[Any]]
    matrices: np.ndarray
    colours: Sequence[str]
    baseline: int | None


class Picture(NamedTuple):
    """What a page shows of a step.

    Attributes:
        charts: the figures, by the keys of their places.
        figures: numbers in words, under their names.
        members: of a comparison.
    """

    charts: dict[str, Figure]
    figures: dict[str, str]
    members: Members | None = None


class LiveView(NamedTuple):
    """What the live view of a page is made of.

    Attributes:
        run: what is advanced and drawn.
        steps: from one frame to the next.
        draw: the picture of a step; its second argument is the step number to mark, if any. It is
            called by threads that no script runs in.
        open: what is done with the member whose row is opened.
        pin: what is done with the number of the member that is to be the baseline, counted from 1,
            0 for none.
    """

    run: Run[History]
    steps: int
    draw: Callable[[Step, int | None], Picture]
    open: Callable[[int], None] | None = None
    pin: Callable[[int], None] | None = None
