"""Ready experiments to start from, each a link; a new one is one row of `READY`."""

from __future__ import annotations

from typing import Final, NamedTuple

from eigfit.experiment.presets import PRINTED_START, TARGETS
from eigfit.experiment.setup import Setup

# Three levels, of which each bends away from the next before they meet: E moves the first entry.
AVOIDING: Final = (0.0, 0.15, 0.15, 0.15, 1.0, 0.15, 0.15, 0.15, -1.0)


class Ready(NamedTuple):
    """A row of the registry.

    Attributes:
        title: two or three words.
        words: what is to be seen, in a sentence.
        setup: the experiment.
        page: the name of the page that shows it.
    """

    title: str
    words: str
    setup: Setup
    page: str = "fit"


def _ready(**fields: object) -> Setup:
    return Setup(play="yes", **fields)  # pyright: ignore[reportArgumentType]


READY: Final[dict[str, Ready]] = {
    "identity": Ready(
        "All ones",
        "Three eigenvalues of 1 leave one matrix: the identity, from every start.",
        _ready(),
    ),
    "published": Ready(
        "The published start",
        "The six numbers printed in the article that this experiment comes from.",
        _ready(distribution="explicit", start=PRINTED_START),
    ),
    "distinct": Ready(
        "One spectrum, many matrices",
        "Four starts reach the same three eigenvalues, each by another matrix.",
        _ready(target=(-1.0, 0.5, 2.0)),
        "compare",
    ),
    "clusters": Ready(
        "Two clusters",
        "Six eigenvalues gather in two places, three in each.",
        _ready(n=6, target=TARGETS["Two clusters"](6), settings=(("learning_rate", 0.005),)),
    ),
    "trap": Ready(
        "The Toeplitz trap",
        "Constant diagonals: from 63 of 100 starts this ends in a local minimum.",
        _ready(
            n=5, structure="toeplitz", target=(-5.0, -1.0, 0.0, 2.0, 9.0), seed=1,
            settings=(("learning_rate", 0.05),), steps_per_frame=10,
        ),
    ),
    "unreachable": Ready(
        "Out of reach",
        "With zeros on its diagonal no matrix has three eigenvalues of 1: their sum would be 0.",
        _ready(structure="zero_diagonal", settings=(("learning_rate", 0.005),)),
    ),
    "too_fast": Ready(
        "Too large a rate",
        "Each step of plain gradient descent overshoots farther than the one before.",
        _ready(
            optimiser="sgd", settings=(("learning_rate", 0.52),), log_x="yes", steps_per_frame=20,
        ),
    ),
    "avoiding": Ready(
        "Levels that avoid each other",
        "Move one entry of a matrix: two eigenvalues come near, and turn away.",
        Setup(matrix=AVOIDING),
        "derivatives",
    ),
}  # fmt: skip
