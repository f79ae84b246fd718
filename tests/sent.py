"""What a browser is sent of a figure."""

import json
from typing import Any

from eigfit.figures.figure import Figure, as_json


def sent(figure: Figure) -> Any:
    """A figure as it arrives; a ValueError where one of its own numbers is none.

    The points of its traces are arrays and may have gaps, which arrive as None.
    """
    whole = figure._asdict()
    json.dumps(whole, default=lambda array: None, allow_nan=False)
    return json.loads(as_json(whole))
