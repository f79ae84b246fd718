"""How a start stands, and the sentences that say so."""

from __future__ import annotations

from enum import Enum


class Status(Enum):
    """How a start stands; the value is the sentence shown to people."""

    running = "Running."
    converged = "Converged: the loss has reached the tolerance."
    stalled = "Stalled: the loss has stopped falling before it reached the tolerance."
    diverged = (
        "Diverged: the numbers grow beyond all bounds; the last finite step is shown. "
        "Try a smaller learning rate."
    )
    step_limit = "Stopped at the step limit, before the loss reached the tolerance."

    def __str__(self) -> str:
        return self.name

    @property
    def brief(self) -> str:
        """The same in a word or two, for one among others; it holds of a run that pauses too."""
        words = {Status.running: "under way", Status.step_limit: "at the step limit"}
        return words.get(self, self.name)

    @property
    def final(self) -> bool:
        """Whether the start has ended."""
        return self is not Status.running
