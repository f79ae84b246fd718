"""What each field may be, and each item of a list, for menus and sliders."""

from __future__ import annotations

from typing import Final

from eigfit.experiment.domains import Choice, Range, Several
from eigfit.experiment.setup import FIELDS

_ITEMS: Final = {
    name: field.domain.item if isinstance(field.domain, Several) else field.domain
    for name, field in FIELDS.items()
}
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    name: item.options for name, item in _ITEMS.items() if isinstance(item, Choice)
}
RANGES: Final[dict[str, Range]] = {
    name: item for name, item in _ITEMS.items() if isinstance(item, Range)
}
