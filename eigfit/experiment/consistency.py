"""How the fields of an experiment fit each other: each function gives one field's value as it fits.

They are named where a field is declared, take the setup, the field's name and its value, and raise
a ValueError where the value cannot fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from eigfit.experiment.presets import TARGETS, default_matrix
from eigfit.fitting.optimisers import OPTIMISERS, optimiser

if TYPE_CHECKING:
    from eigfit.experiment.setup import Setup

# Panels that fit on a page side by side.
MOST_MEMBERS: Final = 16


def one_per_eigenvalue(setup: Setup, name: str, value: tuple[float, ...]) -> tuple[float, ...]:
    """N numbers."""
    if len(value) != setup.n:
        raise ValueError(
            f"{name} has {len(value)} values but the matrix is {setup.n}×{setup.n}; "
            "give one value per eigenvalue"
        )
    return value


def one_per_parameter(setup: Setup, name: str, value: tuple[float, ...]) -> tuple[float, ...]:
    """P numbers where the start is explicit, else none."""
    if len(value) != (setup.parameters if setup.distribution == "explicit" else 0):
        raise ValueError(
            f"an explicit {name} has {setup.parameters} numbers here and any other none; "
            f"got {len(value)}"
        )
    return value


def above_low(setup: Setup, name: str, value: float) -> float:
    """Not below the lower end."""
    if setup.low > value:
        raise ValueError(f"low must not exceed {name}; got {setup.low} and {value}")
    return value


def of_the_rule(setup: Setup, name: str, value: Any) -> tuple[tuple[str, float | bool], ...]:
    """The settings that differ from the rule's defaults."""
    settings = dict(optimiser(setup.optimiser, **dict(value)).settings)
    return OPTIMISERS[setup.optimiser].differing(settings)


def below_n(setup: Setup, name: str, value: int) -> int:
    """The number of a row, column or eigenvalue, counted from 0."""
    if value >= setup.n:
        raise ValueError(f"{name} must be below n = {setup.n}; got {value}")
    return value


def below_p(setup: Setup, name: str, value: int) -> int:
    """The number of a parameter, counted from 0."""
    if value >= setup.parameters:
        raise ValueError(
            f"{name} must be below {setup.parameters}, as many fill the matrix; got {value}"
        )
    return value


def two_parameters(setup: Setup, name: str, value: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of two parameters, or none."""
    if value and (len(set(value)) != 2 or len(value) != 2):
        raise ValueError(f"{name} must be two different parameters; got {value}")
    for each in value:
        below_p(setup, name, each)
    return value


def each_once(setup: Setup, name: str, value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Some things to compare, none of them twice."""
    value = tuple(dict.fromkeys(value))
    if not 1 <= len(value) <= MOST_MEMBERS:
        raise ValueError(f"{name} must be 1 to {MOST_MEMBERS} to be compared; got {len(value)}")
    return value


def rows_of_n(setup: Setup, name: str, value: tuple[float, ...]) -> tuple[float, ...]:
    """Rows of n numbers, one after the other; the presets where none is given."""
    value = value or tuple(number for target in TARGETS.values() for number in target(setup.n))
    if len(value) % setup.n or len(value) // setup.n > MOST_MEMBERS:
        raise ValueError(
            f"{name} must be 1 to {MOST_MEMBERS} rows of {setup.n} numbers each; "
            f"got {len(value)} numbers"
        )
    return value


def square(setup: Setup, name: str, value: tuple[float, ...]) -> tuple[float, ...]:
    """n² numbers; the default matrix where none is given."""
    value = value or default_matrix(setup.n)
    if len(value) != setup.n**2:
        raise ValueError(f"{name} must be {setup.n**2} numbers, row by row; got {len(value)}")
    return value
