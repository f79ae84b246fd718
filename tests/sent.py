"""What a browser is sent of a figure."""

import json
from typing import Any

import numpy as np

from eigfit.figures.figure import Figure, as_json


def sent(figure: Figure) -> Any:
    """A figure as it arrives; a ValueError where one of its own numbers is none.

    The points of its traces are arrays and may have gaps, which arrive as None.
    """
    whole = figure._asdict()
    json.dumps(whole, default=_without_points, allow_nan=False)
    return json.loads(as_json(whole))


def _without_points(value: Any) -> Any:
    return None if isinstance(value, np.ndarray) else value.item()
