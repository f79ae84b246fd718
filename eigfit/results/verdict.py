"""What is known in the end, and the sentences that say so."""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What came out of a problem; the value is the sentence shown to people."""

    solved = "Solved: there are parameters with the data."
    global_minimum = "Global minimum, certified: nothing comes nearer to the data."
    unsolvable = "Provably unsolvable: no parameters have the data."
    stuck = "Stuck: no start reached the data, and nothing proves that none can; try more starts."

    def __str__(self) -> str:
        return self.name
