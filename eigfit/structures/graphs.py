"""Matrices of graphs: Laplacians of weighted ones, and Hückel's of molecules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from eigfit.checks import whole_of
from eigfit.structures.affine import Affine
from eigfit.structures.basis import from_entries


def laplacian(edges: Any, n: int | None = None, names: Sequence[str] | None = None) -> Affine:
    """Laplacians of a graph whose edge weights are the parameters: Σ w_ij (e_i − e_j)(e_i − e_j)ᵀ.

    The lowest eigenvalue is 0 and all are 0 or above while the weights are; the rows add up to 0.

    Args:
        edges: pairs of vertices counted from 0, shape [p, 2]; w of an edge is its parameter.
        n: how many vertices, as many as the edges name unless given.
        names: of the weights, w01 for the edge from 0 to 1 (w1_10 from ten vertices on) unless
            given.

    Returns:
        A structure of n×n matrices with one parameter for each edge, kept sparse.

    Raises:
        TypeError: the edges are no whole numbers.
        ValueError: the edges are no pairs, one is a loop, occurs twice or names no vertex.

    Source: Chung, Spectral Graph Theory (1997), section 1.4.
    """
    edges, n = _checked_pairs("edges", edges, n)
    p = len(edges)
    i, j = np.sort(edges, axis=1).T
    between = "_" if n > 10 else ""
    named = [f"w{a}{between}{b}" for a, b in edges.tolist()] if names is None else names
    rows, columns = np.concatenate([i, j, i]), np.concatenate([i, j, j])
    values = np.repeat([1.0, 1.0, -1.0], p)
    return from_entries(n, p, np.tile(np.arange(p), 3), rows, columns, values, named)


def huckel(bonds: Any, n: int | None = None, names: Sequence[str] | None = None) -> Affine:
    """Hückel's Hamiltonian of a molecule, r = (α, β): α on every site, β on every bond.

    Its eigenvalues are the energies of the π orbitals in the units of α and β. The sign of β
    changes nothing where the sites fall into two kinds that are bonded to each other alone.

    Args:
        bonds: pairs of sites counted from 0, shape [bonds, 2].
        n: how many sites, as many as the bonds name unless given.
        names: α, β unless given.

    Returns:
        A structure of n×n matrices with two parameters, kept sparse.

    Raises:
        TypeError: the bonds are no whole numbers.
        ValueError: the bonds are no pairs, one is a loop, occurs twice or names no site.

    Source: Hückel, "Quantentheoretische Beiträge zum Benzolproblem I" (1931).
    """
    bonds, n = _checked_pairs("bonds", bonds, n)
    sites = np.arange(n)
    i, j = np.sort(bonds, axis=1).T
    number = np.repeat([0, 1], [n, len(bonds)])
    rows, columns = np.concatenate([sites, i]), np.concatenate([sites, j])
    named = ("α", "β") if names is None else names
    return from_entries(n, 2, number, rows, columns, np.ones(len(rows)), named)


def _checked_pairs(name: str, pairs: Any, n: int | None) -> tuple[np.ndarray, int]:
    """The pairs [p, 2] of numbers from 0 to n − 1, and n."""
    try:
        pairs = np.asarray(pairs)
    except ValueError:
        raise ValueError(f"{name} must be pairs of two whole numbers; got {pairs!r}") from None
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not len(pairs):
        raise ValueError(f"{name} must be pairs, shape [p, 2]; got shape {list(pairs.shape)}")
    if pairs.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole numbers counted from 0; got {pairs.dtype}")
    n = int(pairs.max()) + 1 if n is None else whole_of("n", n, "2 or above")
    outside = pairs[(pairs < 0) | (pairs >= n)]
    if len(outside):
        raise ValueError(f"{name} must name numbers from 0 to {n - 1}; got {outside[0]}")
    seen: set[tuple[int, int]] = set()
    for pair in np.sort(pairs, axis=1).tolist():
        if pair[0] == pair[1] or tuple(pair) in seen:
            why = "joins a number to itself" if pair[0] == pair[1] else "occurs twice"
            raise ValueError(f"{name} must join different numbers, each pair once; {pair} {why}")
        seen.add((pair[0], pair[1]))
    return pairs, n
