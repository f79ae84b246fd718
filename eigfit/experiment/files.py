"""Runs as files to take away: one tidy CSV of the steps, one JSON of experiment and results."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.experiment.limits import RANGES
from eigfit.experiment.links import VERSION, Refusal, full_link, read_link, refusals
from eigfit.experiment.setup import Setup
from eigfit.results.history import History

FORMAT: Final = "eigfit"
LARGEST_FILE: Final = 1_000_000  # characters; what `run_as_json` writes is far smaller


class SavedRun(NamedTuple):
    """A run as a file holds it.

    Attributes:
        setup: the experiment, with what changed on the way.
        page: where it was saved.
        step: how far it had come.
        refusals: what could not be had as the file has it.
    """

    setup: Setup
    page: str
    step: int
    refusals: tuple[Refusal, ...]


def run_as_csv(history: History, members: Sequence[str]) -> str:
    """One row for each step of each member until it ended: member, step, loss, λ₀, λ₁, ….

    Numbers are written so that reading them gives the same float64.
    """
    head = csv_head(history.eigenvalues.shape[-1])
    return "".join([head, *csv_rows(history, members, history.ended)])


def csv_head(n: int) -> str:
    """The first line of the table of all steps, for n eigenvalues."""
    return _lines([["member", "step", "loss", *(f"λ{k}" for k in range(n))]])


def csv_rows(history: History, members: Sequence[str], ended: Any) -> list[str]:
    """The lines of each member for the steps of a history, up to that at which it has ended."""
    steps = len(history)
    losses = history.losses.reshape(steps, -1)
    eigenvalues = history.eigenvalues.reshape(steps, len(members), -1)
    ended = np.atleast_1d(ended)
    lines = []
    for i, member in enumerate(members):
        shown = history.numbers <= ended[i] if ended[i] >= 0 else np.full(steps, True)
        rows = np.column_stack([losses[shown, i], eigenvalues[shown, i]]).tolist()
        numbers = history.numbers[shown].tolist()
        lines.append(_lines([member, k, *row] for k, row in zip(numbers, rows, strict=True)))
    return lines


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def run_as_json(setup: Setup, page: str, history: History, members: Sequence[str]) -> str:
    """The experiment and how each member stands, as `read_run` takes it back."""
    last = history.last
    steps = [last] if np.ndim(last.loss) == 0 else [last.member(i) for i in range(len(members))]
    results = [
        {
            "member": member,
            "status": str(step.status),
            "steps": int(last.number if ended < 0 else ended),
            "loss": float(step.loss),
            "parameters": step.parameters.tolist(),
            "eigenvalues": step.eigenvalues.tolist(),
            "matrix": step.matrix.tolist(),
        }
        for member, step, ended in zip(members, steps, np.atleast_1d(history.ended), strict=True)
    ]
    content = {
        "format": FORMAT,
        "version": VERSION,
        "page": page,
        "step": last.number,
        "setup": full_link(setup),
        "results": results,
    }
    return json.dumps(content, indent=1)


def read_run(text: str) -> SavedRun:
    """The run of a file; what is outside of what it may be is moved or left out, and named.

    Raises:
        ValueError: the text was not written by `run_as_json`.
    """
    try:
        content: Any = json.loads(text) if len(text) <= LARGEST_FILE else None
        if content["format"] != FORMAT or not isinstance(content["page"], str):
            raise ValueError
        step = int(content["step"])
        link = {str(name): str(value) for name, value in content["setup"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise ValueError(
            "this file is not a run saved by eigfit; choose a JSON file from Share & save"
        ) from None
    link |= {"v": str(content["version"])} if "version" in content else {}
    setup, ignored = read_link(link)
    step = min(max(step, 0), RANGES["max_steps"].high)
    return SavedRun(setup, content["page"], step, refusals(link, setup, ignored))
