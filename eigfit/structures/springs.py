"""Masses in a row, joined by springs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from eigfit.checks import real_array
from eigfit.structures.affine import Affine
from eigfit.structures.basis import from_entries
from eigfit.structures.mass import checked_mass, with_mass


def spring_chain(
    masses: Any,
    ground: float | None = None,
    end: float | None = 0.0,
    names: Sequence[str] | None = None,
) -> Affine:
    """A chain of known masses joined by unknown springs: K(k) x = ω² M x.

    Spring k_i stands before mass i, k_0 between the first one and the ground. The eigenvalues are
    ω² = (2π f)², in s⁻² where masses are in kg and springs in N/m; they are above 0 while all
    springs are and one of them holds the chain. Such are shear buildings, k_i their storeys.

    Args:
        masses: one for each row, n positive numbers.
        ground: stiffness of the spring to the ground, where it is known; 0 for none. Unless given,
            it is a parameter, the first.
        end: the same of a spring behind the last mass; None where it is a parameter, the last.
        names: of the parameters, k0, k1, … by the mass they stand before unless given.

    Returns:
        An affine structure of L⁻¹ K L⁻ᵀ with M = L Lᵀ; its `modes` are the shapes x.

    Raises:
        TypeError: a mass or a stiffness is no number.
        ValueError: a mass is not positive, a known stiffness below 0 or not finite, no spring is
            unknown, or the names are not one for each.

    Source: Gladwell, Inverse Problems in Vibration (2nd ed. 2004), section 2.2.
    """
    masses = real_array("masses", masses)
    if masses.ndim != 1 or not masses.size:
        raise ValueError(
            f"masses must be a list of numbers, one for each mass; got shape {list(masses.shape)}"
        )
    n = len(masses)
    sizes = np.ones(n + 1)
    known = np.zeros(n + 1, bool)
    for place, name, stiffness in ((0, "ground", ground), (n, "end", end)):
        if stiffness is not None:
            known[place], sizes[place] = True, _stiffness(name, stiffness)
    unknown = np.flatnonzero(~known)
    if not len(unknown):
        raise ValueError("one mass between known springs leaves nothing to find; make one None")
    p = len(unknown)
    number = np.where(known, p, np.cumsum(~known) - 1)
    mass = np.arange(n)
    entries = (
        np.concatenate([number[:-1], number[1:], number[1:-1]]),
        np.concatenate([mass, mass, mass[:-1]]),
        np.concatenate([mass, mass, mass[1:]]),
        np.concatenate([sizes[:-1], sizes[1:], -sizes[1:-1]]),
    )
    named = [f"k{i}" for i in unknown] if names is None else names
    return with_mass(from_entries(n, p, *entries, named), checked_mass(masses, n))


def _stiffness(name: str, stiffness: float) -> float:
    k = real_array(name, stiffness)
    if k.ndim or not (np.isfinite(k) and k >= 0):
        raise ValueError(f"{name} must be one stiffness, 0 or above, or None; got {stiffness!r}")
    return float(k)
