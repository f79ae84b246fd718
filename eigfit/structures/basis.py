"""Affine structures from matrices as people bring them: dense or sparse, checked on entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.structures.affine import Affine
from eigfit.structures.matrices import check_hermitian, is_sparse, numbers
from eigfit.structures.structure import checked_names

# How many numbers what p sparse matrices add to their entries may be to stand in an array.
LARGEST_DENSE: Final = 2**20


def affine(basis: Any, constant: Any = None, names: Sequence[str] | None = None) -> Affine:
    """The structure A(r) = A₀ + Σ r_k A_k.

    Args:
        basis: the A_k, real symmetric or complex Hermitian: an array [p, n, n], or a list of p
            SciPy sparse matrices, which are kept sparse: `sparse(r)` is A(r) then, and from 2,001
            rows on it is never filled. Roundings by which a matrix differs from its adjoint are
            taken out. An A_k may be zero.
        constant: A₀ [n, n], dense or sparse, zero unless given.
        names: of the parameters, r0, r1, … unless given.

    Returns:
        A structure with p parameters, complex where an imaginary part is.

    Raises:
        TypeError: the basis or the constant holds something else than numbers, or sparse and dense
            matrices are mixed.
        ValueError: a matrix is not square, not of the others' size, not its own adjoint or not
            finite, there is none, or the names are not one for each.
    """
    sparse = [is_sparse(A) for A in basis] if isinstance(basis, list | tuple) else [False]
    if any(sparse):
        if not all(sparse):
            raise TypeError(
                "basis must be an array [p, n, n] or a list of sparse matrices; got a list of "
                f"both, where matrix {sparse.index(False)} is dense"
            )
        return _from_sparse(basis, constant, names)
    if is_sparse(basis):
        raise TypeError("basis must be a list of sparse matrices; got one matrix, give [matrix]")
    basis = numbers("basis", basis)
    if basis.ndim != 3 or basis.shape[1] != basis.shape[2] or not basis.size:
        raise ValueError(
            f"basis must have shape [p, n, n], p square matrices; got {list(basis.shape)}"
        )
    n = basis.shape[-1]
    constant = constant.toarray() if is_sparse(constant) else constant
    constant = np.zeros((n, n)) if constant is None else numbers("constant", constant)
    if constant.shape != (n, n):
        raise ValueError(
            f"constant must be of the size of the basis, {(n, n)}; got {constant.shape}"
        )
    for name, A in zip(_titles(len(basis)), [*basis, constant], strict=True):
        check_hermitian(name, A)
    every = np.concatenate([basis, constant[None]])
    every = _real_if_so((every + every.conj().swapaxes(-1, -2)) / 2)
    rows, columns = np.nonzero(np.triu((every != 0).any(axis=0)))
    if not len(rows):
        raise ValueError("basis and constant are zero everywhere; give matrices with entries")
    places = rows.astype(np.int32), columns.astype(np.int32)
    entries = np.ascontiguousarray(every[:, rows, columns])
    return Affine(n, *places, entries[:-1], entries[-1], checked_names(names, len(basis)))


def from_entries(
    n: int,
    p: int,
    number: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    values: np.ndarray,
    names: Sequence[str] | None = None,
) -> Affine:
    """The affine structure, kept sparse, of entries on and above the diagonal.

    Args:
        n: rows of the matrix.
        p: how many parameters.
        number: of the matrix that each entry belongs to, p for the constant; shape [N].
        rows: of the entries; what stands in one place of one matrix is added up.
        columns: of the entries, none below its row.
        values: of the entries.
        names: of the parameters, r0, r1, … unless given.
    """
    from scipy.sparse import csr_array

    places, entry = np.unique(rows.astype(np.int64) * n + columns, return_inverse=True)
    weights = csr_array((_real_if_so(values), (number, entry)), shape=(p + 1, len(places)))
    constant, weights = weights[p:].toarray()[0], weights[:p]
    if p * len(places) <= LARGEST_DENSE:
        weights = weights.toarray()
    rows, columns = (place.astype(np.int32) for place in (places // n, places % n))
    return Affine(n, rows, columns, weights, constant, checked_names(names, p), True)


def _from_sparse(basis: Sequence[Any], constant: Any, names: Sequence[str] | None) -> Affine:
    from scipy.sparse import coo_array, csr_array, triu

    n = basis[0].shape[-1]
    constant = csr_array((n, n)) if constant is None else constant
    constant = constant if is_sparse(constant) else numbers("constant", constant)
    matrices = [csr_array(A) for A in (*basis, constant)]
    for name, A in zip(_titles(len(basis)), matrices, strict=True):
        if A.dtype.kind not in "iufbc":
            raise TypeError(f"{name} must hold real or complex numbers; got {A.dtype}")
        if A.shape != (n, n) or not n:
            raise ValueError(
                f"{name} must be a square matrix of {n} rows, as the first one is wide; got shape "
                f"{A.shape}"
            )
        check_hermitian(name, A)
    upper = [coo_array(triu((A + A.conj().T) / 2)) for A in matrices]
    number = np.repeat(np.arange(len(upper)), [A.nnz for A in upper])
    rows, columns, values = (
        np.concatenate(parts)
        for parts in zip(*((A.row, A.col, A.data) for A in upper), strict=True)
    )
    return from_entries(n, len(basis), number, rows, columns, values, names)


def _titles(p: int) -> list[str]:
    return [*(f"matrix {k} of the basis" for k in range(p)), "constant"]


def _real_if_so(values: np.ndarray) -> np.ndarray:
    """The values without imaginary parts that are all zero."""
    return values if np.imag(values).any() else np.real(values)
