"""Derivatives of the eigenvalues and of the loss by the parameters, in closed form.

With the eigenvectors V of A(r), the derivative of A by parameter j enters as G_j = V* (∂A/∂r_j) V.
Where A is not affine in r its second derivatives come by tapes and are added. What has no
derivative, a single eigenvalue inside a cluster or the loss at a kink, is refused in words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import check_index
from eigfit.eigen.decomposition import from_eigenpairs
from eigfit.eigen.sensitivity import curvature, refuse_repeated
from eigfit.eigen.spectral import equal_within
from eigfit.problem.problem import Evaluation, Problem

BLOCK_NUMBERS: Final = 2**20  # 8 MiB of matrices in float64


def gradient(problem: Problem, r: Any) -> tf.Tensor:
    """dL/dr of the loss L = Σ (t − λ)², shape [..., p], for parameters r [..., p]."""
    return problem.evaluate(r).gradient


def jacobian(problem: Problem, r: Any) -> tf.Tensor:
    """∂λ/∂r, shape [..., n, p]: row k is Re v_k* (∂A/∂r_j) v_k for each parameter j.

    Inside a cluster the rows belong to the eigenvectors that the decomposition chose.

    Source: Magnus, "On differentiating eigenvalues and eigenvectors" (1985), Theorem 1.
    """
    at = problem.evaluate(r)
    return problem.structure.jacobian(at.parameters, at.eigenvectors)


def hessian(problem: Problem, r: Any) -> tf.Tensor:
    """d²L/dr² of the loss L = Σ (t − λ)², in closed form and exact wherever it exists.

    H_jk = 2 Σ_il Λ_il (G_j)_il (G_k)_li with Λ_il = 1 − (t_i − t_l) / (λ_i − λ_l), and 1 where the
    targets are equal, on the diagonal and in clusters too; and 2 Σ_i (λ_i − t_i) v_i* ∂²A v_i where
    A is not affine in r.

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
    rises = t[..., :, None] - t[..., None, :]
    within = equal_within(values.shape[-1], problem.dtype)
    equal = tf.abs(gaps) <= within * tf.reduce_max(tf.abs(values), axis=-1)[..., None, None]
    kinks = np.argwhere((equal & tf.not_equal(rises, 0)).numpy())
    if len(kinks):
        *member, i, j = kinks[0].tolist()
        targets = np.broadcast_to(problem.target, values.shape)[tuple(member)]
        where = f" of member {tuple(member)}" if member else ""
        raise ValueError(
            f"the loss has a kink here and no Hessian: eigenvalues {i} and {j}{where} are equal to "
            f"rounding, but their targets {targets[i]:g} and {targets[j]:g} differ; "
            "move away from it a little"
        )
    factors = 1 - rises / tf.where(equal, tf.ones_like(gaps), gaps)
    V = at.eigenvectors[..., None, :, :]
    r = at.parameters[..., None, :]
    factors = tf.cast(factors, V.dtype)[..., None, :, :]

    def columns(directions: tf.Tensor) -> tf.Tensor:
        """2 Re ⟨∂A/∂r_k, V (Λ ∘ V* D V) V*⟩ for each direction, D = Σ d_j ∂A/∂r_j."""
        D = problem.structure.tangent(r, directions)
        G = tf.matmul(V, tf.matmul(D, V), adjoint_a=True) * factors
        S = tf.matmul(V, tf.matmul(G, V, adjoint_b=True))
        return 2 * problem.structure.adjoint(r, S)

    first = _by_blocks(columns, problem)
    return first + _bending(problem, at, 2 * (values - t))


def eigenvalue_hessian(problem: Problem, r: Any, k: int = 0) -> tf.Tensor:
    """d²λ_k/dr² of a simple eigenvalue, shape [..., p, p].

    It is 2 Re Σ_l (G_i)_kl (G_j)_lk / (λ_k − λ_l), and v_k* ∂²A v_k where A is not affine in r.

    Raises:
        ValueError: λ_k is repeated, to rounding, and has no second derivative.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    at = problem.evaluate(r)
    n = at.eigenvalues.shape[-1]
    check_index(k, n)
    for values in at.eigenvalues.numpy().reshape(-1, n):
        refuse_repeated(values, k)
    V = at.eigenvectors[..., None, :, :]
    r = at.parameters[..., None, :]

    def rows(directions: tf.Tensor) -> tf.Tensor:
        """v_k* D V for each of the directions, D = Σ d_j ∂A/∂r_j."""
        D = problem.structure.tangent(r, directions)
        return tf.matmul(V[..., k, None], tf.matmul(D, V), adjoint_a=True)[..., 0, :]

    first = tf.convert_to_tensor(curvature(at.eigenvalues, _by_blocks(rows, problem), k))
    return first + _bending(problem, at, tf.one_hot(k, n, dtype=problem.dtype))


def _bending(problem: Problem, at: Evaluation, weights: tf.Tensor) -> tf.Tensor:
    """Σ_i w_i v_i* (∂²A/∂r_j ∂r_k) v_i, shape [..., p, p], for weights [..., n]; 0 where affine."""
    structure, r, V = problem.structure, at.parameters, at.eigenvectors
    if structure.affine:
        return tf.zeros([], problem.dtype)
    S = from_eigenpairs(weights, V)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(r)
        slopes = tf.unstack(structure.adjoint(r, S), axis=-1)
    rows = [tape.gradient(slope, r, unconnected_gradients="zero") for slope in slopes]
    return tf.stack(rows, axis=-2)


def _by_blocks(function: Callable[[tf.Tensor], tf.Tensor], problem: Problem) -> tf.Tensor:
    """The function of all p unit directions, in blocks whose matrices fit in memory."""
    p = problem.structure.parameters
    size = max(1, BLOCK_NUMBERS // problem.n**2)
    blocks = [range(first, min(first + size, p)) for first in range(0, p, size)]
    parts = [function(tf.one_hot(block, p, dtype=problem.dtype)) for block in blocks]
    return tf.concat(parts, axis=-2)
