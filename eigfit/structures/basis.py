"""The matrices of an affine structure as people bring them: dense or sparse, checked on entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.structures.affine import Affine
from eigfit.structures.structure import checked_names

# By which share of its largest entry a matrix may differ from its adjoint, as computed ones do.
ROUNDED: Final = 1e-10
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
    sparse = [_is_sparse(A) for A in basis] if isinstance(basis, list | tuple) else [False]
    if any(sparse):
        if not all(sparse):
            raise TypeError(
                "basis must be an array [p, n, n] or a list of sparse matrices; got a list of "
                f"both, where matrix {sparse.index(False)} is dense"
            )
        return from_sparse(basis, constant, names)
    if _is_sparse(basis):
        raise TypeError("basis must be a list of sparse matrices; got one matrix, give [matrix]")
    basis = _numbers("basis", basis)
    if basis.ndim != 3 or basis.shape[1] != basis.shape[2] or not basis.size:
        raise ValueError(
            f"basis must have shape [p, n, n], p square matrices; got {list(basis.shape)}"
        )
    n = basis.shape[-1]
    constant = constant.toarray() if _is_sparse(constant) else constant
    constant = _numbers("constant", np.zeros((n, n)) if constant is None else constant)
    if constant.shape != (n, n):
        raise ValueError(
            f"constant must be of the size of the basis, {(n, n)}; got {constant.shape}"
        )
    _check_hermitian([*basis, constant], [*(f"matrix {k} of the basis" for k in range(len(basis)))])
    every = np.concatenate([basis, constant[None]])
    every = (every + every.conj().swapaxes(-1, -2)) / 2
    if not every.imag.any():
        every = every.real
    rows, columns = np.nonzero(np.triu((every != 0).any(axis=0)))
    entries = np.ascontiguousarray(every[:, rows, columns])
    return _affine(n, (rows, columns), entries[:-1], entries[-1], names, False)


def from_sparse(basis: Sequence[Any], constant: Any, names: Sequence[str] | None = None) -> Affine:
    """The affine structure of SciPy sparse matrices, checked as `affine` does."""
    from scipy.sparse import coo_array, csr_array, triu

    n = basis[0].shape[-1]
    constant = csr_array((n, n)) if constant is None else csr_array(constant)
    matrices = [csr_array(A) for A in (*basis, constant)]
    titles = [*(f"matrix {k} of the basis" for k in range(len(basis)))]
    for A, title in zip(matrices, [*titles, "constant"], strict=True):
        if A.dtype.kind not in "iufbc":
            raise TypeError(f"{title} must hold numbers; got {A.dtype}")
        if A.shape != (n, n) or not n:
            raise ValueError(
                f"{title} must be a square matrix of the size of the first, {n} rows; got shape "
                f"{A.shape}"
            )
    _check_hermitian(matrices, titles)
    upper = [coo_array(triu((A + A.conj().T) / 2)) for A in matrices]
    places = [A.row.astype(np.int64) * n + A.col for A in upper]
    union = np.unique(np.concatenate(places))
    values = np.concatenate([A.data for A in upper])
    if not values.imag.any():
        values = values.real
    number = np.repeat(np.arange(len(upper)), [A.nnz for A in upper])
    entry = np.searchsorted(union, np.concatenate(places))
    weights = csr_array((values, (number, entry)), shape=(len(upper), len(union)))
    moving = weights[:-1] if len(basis) * len(union) > LARGEST_DENSE else weights[:-1].toarray()
    places = union // n, union % n
    return _affine(n, places, moving, weights[-1:].toarray()[0], names, True)


def _affine(
    n: int,
    places: tuple[np.ndarray, ...],
    weights: Any,
    constant: np.ndarray,
    names: Sequence[str] | None,
    kept_sparse: bool,
) -> Affine:
    rows, columns = (place.astype(np.int32) for place in places)
    named = checked_names(names, weights.shape[0])
    return Affine(n, rows, columns, weights, constant, named, kept_sparse)


def _is_sparse(A: Any) -> bool:
    return type(A).__module__.startswith("scipy.sparse")


def _numbers(name: str, values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "iufbc" and array.size:
            raise TypeError
    except (TypeError, ValueError):
        raise TypeError(f"{name} must hold real or complex numbers; got {values!r}") from None
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _check_hermitian(matrices: Sequence[Any], titles: Sequence[str]) -> None:
    """Raise an error unless each matrix, dense or sparse, is finite and its own adjoint."""
    for A, title in zip(matrices, [*titles, "constant"], strict=True):
        entries = A if isinstance(A, np.ndarray) else A.data
        if not np.isfinite(entries).all():
            raise ValueError(f"{title} must be finite; replace entries that are NaN or infinite")
        off = abs(A - A.conj().T)
        if entries.size and off.max() > ROUNDED * abs(entries).max():
            i, j = np.unravel_index(off.argmax(), off.shape)
            raise ValueError(
                f"{title} must be symmetric, or Hermitian where it is complex, but entry "
                f"({i}, {j}) is {A[i, j]} and entry ({j}, {i}) is {A[j, i]}"
            )
