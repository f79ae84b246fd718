"""The derivatives of a setup's matrix and of its loss, written out: formulas beside tapes.

Everything comes as NumPy arrays, so that pages and figures need no tensors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.eigen.sensitivity import curvature, directional_derivatives, repeated, sensitivity
from eigfit.experiment.setup import Setup
from eigfit.problem.derivatives import hessian
from eigfit.problem.differences import compare_with_differences
from eigfit.problem.problem import Problem
from eigfit.results.convention import CONVENTIONS
from eigfit.structures.named import STRUCTURES, symmetric


class Sensitivities(NamedTuple):
    """dλ_k/dA in each convention, beside TensorFlow's tape and finite differences."""

    matrices: dict[str, np.ndarray]
    errors: dict[str, float]  # against finite differences, as a share of the largest entry
    steps: dict[str, np.ndarray]  # of the differences, for each entry
    tape: np.ndarray  # what TensorFlow's tape returns
    sum_over_all: np.ndarray  # Σ_k dλ_k/dA in the tape's convention
    outside: object  # what the tape returns for what was computed outside of it


class ChainRule(NamedTuple):
    """The chain rule of a loss at r, factor by factor."""

    eigenvalues: np.ndarray  # [n]
    matrix: np.ndarray  # A(r), [n, n]
    by_eigenvalues: np.ndarray  # ∂L/∂λ, [n]
    by_matrix: np.ndarray  # ∂λ_k/∂A, [n, n, n]
    basis: np.ndarray  # ∂A/∂r_m, [p, n, n]
    product: np.ndarray  # Σ_k ∂L/∂λ_k ⟨∂λ_k/∂A, ∂A/∂r_m⟩, [p]
    tape: np.ndarray  # TensorFlow's dL/dr, [p]


class SecondOrder(NamedTuple):
    """The Hessian of the loss at a matrix: the closed form, and what nested tapes make of it."""

    closed: np.ndarray | None  # [p, p], None at a kink
    kink: str  # the sentence that says so, else empty
    curvatures: np.ndarray | None  # the eigenvalues of the closed form, [p]
    nested: np.ndarray  # through tf.linalg.eigh, [p, p]


def lower_triangle(matrix: np.ndarray) -> np.ndarray:
    """The symmetric matrix that is read: the lower triangle, mirrored."""
    return np.tril(matrix) + np.tril(matrix, -1).T


def matrix_of(setup: Setup) -> np.ndarray:
    """The setup's matrix as typed, [n, n]; both triangles of it."""
    return np.reshape(setup.matrix, (setup.n, setup.n))


def spectrum(setup: Setup) -> tuple[np.ndarray, np.ndarray]:
    """Ascending eigenvalues [n] and eigenvectors as columns [n, n] of the setup's matrix."""
    values, V = np.linalg.eigh(matrix_of(setup))  # reads the lower triangle alone
    return values, V


def starting_matrix(setup: Setup) -> np.ndarray:
    """A(r) at the start of the setup's experiment."""
    structure, r = STRUCTURES[setup.structure].build(setup.n), setup.starting_point()
    return structure.filled(r)


def cluster_along(setup: Setup) -> tuple[range, np.ndarray]:
    """The cluster of λ_k of the setup's matrix, and its slopes along the setup's entry."""
    return directional_derivatives(matrix_of(setup), _entry(setup), setup.k)


def sensitivities(setup: Setup) -> Sensitivities:
    """dλ_k/dA of the setup's matrix."""
    A, k = matrix_of(setup), setup.k

    def read_lower(A: np.ndarray) -> float:
        return np.linalg.eigvalsh(A)[k]

    def read_both(A: np.ndarray) -> float:
        return np.linalg.eigvalsh((A + A.T) / 2)[k]

    functions = {"symmetric": read_both, "lower": read_lower}
    places = {"symmetric": lower_triangle(A), "lower": A}
    matrices = {name: sensitivity(A, k, name).numpy() for name in CONVENTIONS}  # pyright: ignore
    compared = {
        name: compare_with_differences(functions[name], matrices[name], places[name])
        for name in CONVENTIONS
    }
    variable = tf.Variable(A)
    with tf.GradientTape(persistent=True) as tape:
        values = tf.linalg.eigh(variable)[0]
        one = values[k]
    outside = tf.linalg.eigh(variable)[0][k]
    return Sensitivities(
        matrices,
        {name: found.error for name, found in compared.items()},
        {name: found.step for name, found in compared.items()},
        tape.gradient(one, variable).numpy(),
        tape.gradient(values, variable).numpy(),
        tape.gradient(outside, variable),
    )


def chain_rule(setup: Setup) -> ChainRule:
    """The chain rule at the start of the setup's experiment."""
    problem, r = setup.problem(), setup.starting_point()
    at = problem.evaluate(r)
    eigenvalues, V = at.eigenvalues.numpy(), at.eigenvectors.numpy()
    by_eigenvalues = 2 * (eigenvalues - problem.target)
    by_matrix = np.einsum("ik,jk->kij", V, V)
    basis = problem.structure.tangent(r, np.eye(len(r))).numpy()
    product = np.einsum("k,kij,mij->m", by_eigenvalues, by_matrix, basis)
    variable = tf.Variable(r)
    with tf.GradientTape() as recorded:
        values = tf.linalg.eigh(problem.structure.matrix(variable))[0]
        loss = tf.reduce_sum((problem.target - values) ** 2)
    tape = recorded.gradient(loss, variable).numpy()
    return ChainRule(
        eigenvalues, at.matrix.numpy(), by_eigenvalues, by_matrix, basis, product, tape
    )


def second_order(setup: Setup) -> SecondOrder:
    """The Hessian of Σ (t − λ)² by the entries of the setup's matrix, diagonal by diagonal."""
    structure = symmetric(setup.n)
    problem = Problem(structure, setup.target)
    A = lower_triangle(matrix_of(setup))
    r = np.concatenate([np.diag(A, k) for k in range(setup.n)])
    closed, kink, curvatures = None, "", None
    try:
        closed = hessian(problem, r).numpy()
        curvatures = np.linalg.eigvalsh(closed)
    except ValueError as error:
        kink = str(error)
    return SecondOrder(closed, kink, curvatures, nested_hessian(problem, r))


def nested_hessian(problem: Problem, r: np.ndarray) -> np.ndarray:
    """The Hessian by nested tapes through `tf.linalg.eigh`, wrong where eigenvalues are equal."""
    variable = tf.constant(r)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(variable)
        with tf.GradientTape() as inner:
            inner.watch(variable)
            values = tf.linalg.eigh(problem.structure.matrix(variable))[0]
            loss = tf.reduce_sum(tf.square(problem.target - values))
        slope = inner.gradient(loss, variable)
    # Row after row: a parallel loop would be traced anew each time, for several times as long.
    return outer.jacobian(slope, variable, experimental_use_pfor=False).numpy()


class Path(NamedTuple):
    """The eigenvalues of A + s E, and their predictions from s = 0."""

    s: np.ndarray  # [S]
    eigenvalues: np.ndarray  # [S, n]
    first: np.ndarray  # λ + s λ', [S, n]
    second: np.ndarray  # λ + s λ' + s² λ''/2, [S, n]; NaN where λ is repeated


def path(setup: Setup, points: int = 241) -> Path:
    """The way of the setup's matrix along one entry and its mirror."""
    n, A, E = setup.n, lower_triangle(matrix_of(setup)), _entry(setup)
    s = np.linspace(-setup.reach, setup.reach, points)
    values, V = spectrum(setup)
    G = V.T @ E @ V
    slopes, bends = np.diag(G).copy(), np.empty(n)
    for k in range(n):
        if repeated(values, k):
            slopes[k] = bends[k] = np.nan
        else:
            bends[k] = curvature(values, G[k, None], k)[0, 0]
    first = values + s[:, None] * slopes
    return Path(
        s,
        np.linalg.eigvalsh(A + s[:, None, None] * E),
        first,
        first + s[:, None] ** 2 * bends / 2,
    )


def repeated_matrix(setup: Setup) -> tuple[float, ...]:
    """The nearest matrix to the setup's whose two nearest eigenvalues are equal, row by row."""
    values, V = spectrum(setup)
    k = int(np.argmin(np.diff(values)))
    values[k : k + 2] = values[k : k + 2].mean()
    moved = V @ np.diag(values) @ V.T
    return tuple(((moved + moved.T) / 2).ravel().tolist())


def _entry(setup: Setup) -> np.ndarray:
    """E, one at the setup's entry and at its mirror."""
    E = np.zeros((setup.n, setup.n))
    E[setup.row, setup.column] = E[setup.column, setup.row] = 1.0
    return E
