"""Quadratic forms v* A v by the pairs of rows in which A has entries, for many vectors at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

BLOCK_NUMBERS: Final = 2**16  # 512 KiB in float64: products that stay in a processor's cache


def over_pairs(
    V: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    p: int,
    summed: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """What `summed` makes of the products conj(v_row) v_column, block by block.

    Args:
        V: vectors as columns, shape [..., n, m].
        rows: of the entries, shape [E].
        columns: of the entries, shape [E].
        p: how many sums come back.
        summed: from products [E, N] of N vectors to float64 [p, N]; it may overwrite them.

    Returns:
        Shape [..., m, p].
    """
    *leading, n, m = V.shape
    vectors = np.moveaxis(V, -2, 0).reshape(n, -1)  # one product serves all members
    found = np.empty((vectors.shape[1], p))
    size = max(1, BLOCK_NUMBERS // max(1, len(rows)))
    for first in range(0, len(found), size):
        block = vectors[:, first : first + size]
        products = block.take(rows, axis=0)
        if np.iscomplexobj(products):
            np.conjugate(products, out=products)
        products *= block.take(columns, axis=0)
        found[first : first + size] = summed(products).T
    return found.reshape(*leading, m, p)
