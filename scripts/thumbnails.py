"""Draws the pictures of the ready experiments, each from its own run: `static/ready/*.svg`."""

from pathlib import Path

import numpy as np

from eigfit.experiment.ready import READY, Ready
from eigfit.figures.thumbnails import thumbnail
from eigfit.results.history import History
from eigfit.study import derivatives
from eigfit.study.comparison import comparison

FOLDER = Path(__file__).parent.parent / "static" / "ready"
FAR = 1e3  # times what a run began with: from there on a diverging one says nothing more


def picture(ready: Ready) -> str:
    """The SVG of a ready experiment."""
    if ready.page == "derivatives":
        found = derivatives.path(ready.setup)
        return thumbnail(found.s, found.eigenvalues[:, None])
    history = History(thinned=True)
    compared = ready.page == "compare"
    for step in comparison(ready.setup).steps() if compared else ready.setup.steps():
        history.append(step)
    eigenvalues = history.eigenvalues if compared else history.eigenvalues[:, None]
    size = np.abs(eigenvalues).max(axis=(1, 2))
    seen = size <= FAR * max(size[0], 1.0)
    return thumbnail(history.numbers[seen], eigenvalues[seen], ready.setup.target)


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, ready in READY.items():
        (FOLDER / f"{name}.svg").write_text(picture(ready), encoding="utf-8")


if __name__ == "__main__":
    main()
