"""Derivatives of eigenvalues and of the loss, in closed form, and a check of any of them.

With the eigenvectors V of A(r), the derivative of A by parameter j enters as G_j = Vᵀ A_j V. What
has no derivative, a single eigenvalue inside a cluster or the loss at a kink, is refused in words.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.arrays import real_array
from eigfit.history import Convention, check_index, outer_square
from eigfit.problem import Problem
from eigfit.spectral import equal_within


def sensitivity(A: Any, k: int = 0, convention: Convention = "symmetric") -> tf.Tensor:
    """dλ_k/dA, the gradient of the k-th smallest eigenvalue of a symmetric matrix.

    For a unit eigenvector v of a simple eigenvalue the derivative is v vᵀ: moving A by E moves λ_k
    by vᵀ E v to first order. At a repeated eigenvalue there is no derivative; what comes back then
    belongs to the one eigenvector the decomposition chose, and `directional_derivatives` says how
    the cluster moves.

    Args:
        A: real matrices, shape [..., n, n], of which only the lower triangle is read; float64
            unless they come as float32.
        k: which eigenvalue, counted from 0 in ascending order.
        convention: `"symmetric"` is v vᵀ. `"lower"` is what TensorFlow's tape returns, the
            derivative with respect to the entries that are read: below the diagonal twice v vᵀ,
            as such an entry stands for its mirror too, and zero above.

    Returns:
        A tensor of shape [..., n, n].

    Raises:
        TypeError: A holds something else than real numbers, or k is not a whole number.
        ValueError: A is not square, k is not one of its eigenvalues, or the convention is unknown.

    Source: Magnus, "On differentiating eigenvalues and eigenvectors" (1985), Theorem 1.
    """
    A = _square(A)
    check_index(k, A.shape[-1])
    return outer_square(tf.linalg.eigh(A)[1][..., k], convention)


def directional_derivatives(A: Any, E: Any, k: int = 0) -> tuple[range, np.ndarray]:
    """How the cluster of λ_k moves when A moves towards E.

    The m eigenvalues equal to λ_k leave their common value, along A + s E with s rising from 0,
    with the slopes that are the eigenvalues of E compressed to the cluster's eigenvectors. For a
    simple eigenvalue that is the one number vᵀ E v.

    Args:
        A: a symmetric matrix [n, n], of which the lower triangle is read.
        E: the direction, symmetric [n, n], likewise.
        k: an eigenvalue of the cluster.

    Returns:
        The indices of the cluster, and its m slopes, ascending.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    values, G = _in_eigenvectors(A, E)
    if values.ndim > 1:
        raise ValueError(
            f"A must be one matrix [n, n], as clusters differ; got shape {list(np.shape(A))}"
        )
    check_index(k, len(values))
    cluster = _cluster(values, k)
    block = G[cluster.start : cluster.stop, cluster.start : cluster.stop]
    return cluster, np.linalg.eigvalsh(block)


def second_derivative(A: Any, E: Any, k: int = 0) -> np.ndarray:
    """d²/ds² of the k-th eigenvalue of A + s E at s = 0: 2 Σ_l (v_lᵀ E v_k)² / (λ_k − λ_l).

    Neighbours push each other away: a level above bends λ_k down, one below bends it up.

    Args:
        A: symmetric matrices [..., n, n], of which the lower triangle is read; float64 unless they
            come as float32.
        E: the directions, symmetric [..., n, n], likewise.
        k: which eigenvalue.

    Returns:
        A number, or one for each member, shape [...].

    Raises:
        ValueError: λ_k is repeated, to rounding, and has no second derivative.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    values, G = _in_eigenvectors(A, E)
    n = values.shape[-1]
    check_index(k, n)
    for member in values.reshape(-1, n):
        _refuse_repeated(member, k)
    others = np.arange(n) != k
    gaps = values[..., k, None] - values[..., others]
    return 2 * np.sum(G[..., others, k] ** 2 / gaps, axis=-1)


def gradient(problem: Problem, r: Any) -> tf.Tensor:
    """dL/dr of the loss L = Σ (t − λ)², shape [..., p], for parameters r [..., p]."""
    return problem.evaluate(r).gradient


def jacobian(problem: Problem, r: Any) -> tf.Tensor:
    """∂λ/∂r, shape [..., n, p]: row k is v_kᵀ A_j v_k for each parameter j.

    Inside a cluster the rows belong to the eigenvectors that the decomposition chose.

    Source: Magnus, "On differentiating eigenvalues and eigenvectors" (1985), Theorem 1.
    """
    V = problem.evaluate(r).eigenvectors
    return tf.linalg.matrix_transpose(tf.linalg.diag_part(_rotated_basis(problem, V)))


def hessian(problem: Problem, r: Any) -> tf.Tensor:
    """d²L/dr² of the loss L = Σ (t − λ)², in closed form and exact wherever it exists.

    H_jk = 2 Σ_il Λ_il (G_j)_il (G_k)_il with Λ_il = 1 − (t_i − t_l) / (λ_i − λ_l), and 1 where the
    targets are equal, on the diagonal and in clusters too.

    Args:
        problem: whose loss.
        r: parameters, shape [..., p].

    Returns:
        Symmetric matrices [..., p, p].

    Raises:
        ValueError: equal eigenvalues have different targets: a kink, which is no minimum and has no
            Hessian. Eigenvalues count as equal within 4 n roundings of the largest, the accuracy to
            which they are known.

    Source: Lewis and Sendov, "Twice differentiable spectral functions" (2001), Theorem 3.3.
    """
    at = problem.evaluate(r)
    values, t = at.eigenvalues, tf.convert_to_tensor(problem.target)
    gaps = values[..., :, None] - values[..., None, :]
    rises = t[:, None] - t
    within = equal_within(values.shape[-1], problem.dtype)
    equal = tf.abs(gaps) <= within * tf.reduce_max(tf.abs(values), axis=-1)[..., None, None]
    kinks = np.argwhere((equal & tf.not_equal(rises, 0)).numpy())
    if len(kinks):
        *member, i, j = kinks[0].tolist()
        where = f" of member {tuple(member)}" if member else ""
        raise ValueError(
            f"the loss has a kink here and no Hessian: eigenvalues {i} and {j}{where} are equal to "
            f"rounding, but their targets {problem.target[i]:g} and {problem.target[j]:g} differ; "
            "move away from it a little"
        )
    factors = 1 - rises / tf.where(equal, tf.ones_like(gaps), gaps)
    G = _rotated_basis(problem, at.eigenvectors)
    return 2 * tf.einsum("...il,...jil,...kil->...jk", factors, G, G)


def eigenvalue_hessian(problem: Problem, r: Any, k: int = 0) -> tf.Tensor:
    """d²λ_k/dr² of a simple eigenvalue: 2 Σ_l (G_i)_kl (G_j)_kl / (λ_k − λ_l), shape [..., p, p].

    Raises:
        ValueError: λ_k is repeated, to rounding, and has no second derivative.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    at = problem.evaluate(r)
    n = at.eigenvalues.shape[-1]
    check_index(k, n)
    for values in at.eigenvalues.numpy().reshape(-1, n):
        _refuse_repeated(values, k)
    gaps = at.eigenvalues[..., k, None] - at.eigenvalues
    own = tf.one_hot(k, n, dtype=gaps.dtype)
    weights = (1 - own) / (gaps + own)
    row = _rotated_basis(problem, at.eigenvectors)[..., k, :]
    return 2 * tf.einsum("...l,...il,...jl->...ij", weights, row, row)


class Check(NamedTuple):
    """A derivative beside its finite differences."""

    differences: np.ndarray  # by central differences, in the derivative's shape
    error: float  # the largest deviation, as a share of the largest entry
    step: float  # the step of the differences


def check(function: Callable[[np.ndarray], Any], derivative: Any, x: Any) -> Check:
    """A derivative compared with central differences of its function.

    Of the steps 1e-1, 1e-2, … of the largest number in x the one is taken at which the differences,
    extrapolated after Richardson from a step and its half, change least, so that neither curvature
    nor rounding rules.

    Args:
        function: from an array like x to numbers of any shape.
        derivative: its derivative at x, shape [*shape of the function, *shape of x].
        x: where.
    """
    x = real_array("x", x)
    derivative = np.asarray(derivative, dtype=float)
    scale = float(np.abs(x).max()) or 1.0
    steps = [scale * 10.0**-digits for digits in range(1, 9)]
    tried = [_differences(function, x, step) for step in steps]
    changes = [np.abs(a - b).max() for a, b in itertools.pairwise(tried)]
    best = int(np.argmin(changes)) + 1
    found = tried[best].reshape(derivative.shape)
    size = max(float(np.abs(found).max()), float(np.finfo(float).tiny))
    return Check(found, float(np.abs(found - derivative).max()) / size, steps[best])


def _differences(function: Callable, x: np.ndarray, step: float) -> np.ndarray:
    """Richardson's (4 D(h/2) − D(h)) / 3 of central differences, right to h⁴."""

    def central(h: float) -> np.ndarray:
        columns = []
        for place in np.ndindex(x.shape):
            ahead, behind = x.copy(), x.copy()
            ahead[place] += h
            behind[place] -= h
            difference = np.asarray(function(ahead), float) - np.asarray(function(behind), float)
            columns.append(difference / (ahead[place] - behind[place]))
        return np.stack(columns, axis=-1)

    return (4 * central(step / 2) - central(step)) / 3


def _rotated_basis(problem: Problem, V: tf.Tensor) -> tf.Tensor:
    """G_j = Vᵀ A_j V for all parameters, shape [..., p, n, n]."""
    basis = tf.constant(problem.structure.basis, problem.dtype)
    return tf.einsum("...ai,jab,...bl->...jil", V, basis, V)


def _square(A: Any) -> tf.Tensor:
    if not tf.is_tensor(A):
        single = getattr(A, "dtype", None) == np.float32
        A = tf.convert_to_tensor(A if single else real_array("A", A))
    if A.shape.rank < 2 or A.shape[-1] != A.shape[-2]:
        raise ValueError(f"A must be square, [..., n, n]; got shape {A.shape.as_list()}")
    return tf.convert_to_tensor(A)


def _in_eigenvectors(A: Any, E: Any) -> tuple[np.ndarray, np.ndarray]:
    precision = np.float32 if getattr(A, "dtype", None) == np.float32 else np.float64
    A, E = (real_array(name, M).astype(precision) for name, M in (("A", A), ("E", E)))
    if A.ndim < 2 or A.shape[-2] != A.shape[-1] or E.shape != A.shape:
        raise ValueError(
            f"A and E must be square and of one size; got shapes {list(A.shape)} and "
            f"{list(E.shape)}"
        )
    values, V = np.linalg.eigh(A)
    E = np.tril(E) + np.swapaxes(np.tril(E, -1), -1, -2)
    return values, np.swapaxes(V, -1, -2) @ E @ V


def _cluster(values: np.ndarray, k: int) -> range:
    """The indices of the eigenvalues equal to λ_k, to the accuracy they are known."""
    equal = np.diff(values) <= equal_within(len(values), values.dtype) * np.abs(values).max()
    start, stop = k, k + 1
    while start > 0 and equal[start - 1]:
        start -= 1
    while stop < len(values) and equal[stop - 1]:
        stop += 1
    return range(start, stop)


def _refuse_repeated(values: np.ndarray, k: int) -> None:
    cluster = _cluster(values, k)
    if len(cluster) > 1:
        raise ValueError(
            f"λ_{k} is one of {len(cluster)} equal eigenvalues and has no derivative of its own; "
            "directional_derivatives says how the cluster moves"
        )
