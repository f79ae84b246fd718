"""An inverse eigenvalue problem: a structure, and the eigenvalues its matrix should have."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import in_precision, real_array
from eigfit.eigen.decomposition import eigh, eigh_near, from_eigenpairs
from eigfit.eigen.spectral import eigenvalues, spectral_function
from eigfit.problem.bounds import checked_bounds
from eigfit.problem.data import Data, measured
from eigfit.problem.readings import readings
from eigfit.structures.structure import Structure, signature

DTYPES: Final = ("float64", "float32")


class Evaluation(NamedTuple):
    """A problem's quantities at one r [..., p], as tensors."""

    matrix: Any  # [..., n, n]
    eigenvalues: Any  # [..., n], ascending
    eigenvectors: Any  # [..., n, n], columns
    loss: Any  # [...]
    gradient: Any  # [..., p]
    parameters: Any  # [..., p]


@dataclass(frozen=True, eq=False)
class Problem:
    """Find r such that A(r) has the eigenvalues `target`.

    Attributes:
        structure: what fills A from r.
        target: one number per eigenvalue, in any order; kept sorted, as eigenvalues come ascending,
            unless `match` numbers the levels. Shape [n], or [B, n] where each start of a batch has
            a target of its own; m numbers where fewer are known.
        of: what the numbers are: "eigenvalues" λ, "differences" λ − λ₀ from the lowest level, or
            "frequencies" √λ / 2π.
        match: which level each is: "all" in order, the "lowest" in order, the "nearest" by the best
            assignment (for `solve` alone), or m level numbers counted from 0.
        sigma: standard errors of the numbers, one or m; the loss is Σ ((t − y)/σ)², σ = 1 unless
            given.
        bounds: (low, high) of the parameters, each a number or one per parameter, infinite where
            there is none (for `solve` alone).
        dtype: "float64" or "float32", the precision of everything computed.

    Raises:
        TypeError: the structure is none, or the target holds something else than real numbers.
        ValueError: the target has not as many finite numbers as `match` says, a standard error is
            not above 0, the bounds do not fit, or a name is unknown.
    """

    structure: Structure
    target: Any
    of: str = field(default="eigenvalues", kw_only=True)
    match: Any = field(default="all", kw_only=True)
    sigma: Any = field(default=None, kw_only=True)
    bounds: Any = field(default=None, kw_only=True)
    dtype: str = field(default="float64", kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.structure, Structure):
            raise TypeError(
                f"structure must be a structure such as eigfit.symmetric(3); got {self.structure!r}"
            )
        if self.dtype not in DTYPES:
            raise ValueError(f"dtype must be one of {', '.join(DTYPES)}; got {self.dtype!r}")
        if self.plain:
            target = checked_target(self.target, self.structure.n)
        else:
            checked = measured(self.target, self.of, self.match, self.sigma, self.n)
            object.__setattr__(self, "match", checked.match)
            if self.sigma is not None:
                errors = in_precision("sigma", checked.sigma, self.dtype)
                object.__setattr__(self, "sigma", _kept(errors))
            target = checked.target
        object.__setattr__(self, "target", _kept(in_precision("target", target, self.dtype)))
        bounds = checked_bounds(self.bounds, self.structure.parameters)
        object.__setattr__(self, "bounds", bounds)

    @cached_property
    def data(self) -> Data:
        """What was measured; a ValueError where each start of a batch has a target of its own."""
        return measured(self.target, self.of, self.match, self.sigma, self.n)

    def for_starts(self, starts: int) -> Problem:
        """The same with a target for each of so many starts, shape [starts, m]."""
        metadata, (structure, target, *errors) = self.__tf_flatten__()
        target = np.broadcast_to(target, (starts, target.shape[-1]))
        return self.__tf_unflatten__(metadata, (structure, target, *errors))

    @property
    def names(self) -> tuple[str, ...]:
        """What the parameters are called."""
        return self.structure.names

    @property
    def plain(self) -> bool:
        """Whether every eigenvalue is told, as it is and equally well."""
        return self.of == "eigenvalues" and self.match == "all" and self.sigma is None

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """What is compiled in: everything but numbers."""
        return *signature(self.structure), self.of, self.match, self.sigma is None

    @property
    def parameters(self) -> int:
        """How many numbers r has."""
        return self.structure.parameters

    @property
    def n(self) -> int:
        """Rows of the matrix."""
        return self.structure.n

    def eigenvalues(self, r: tf.Tensor) -> tf.Tensor:
        """λ(A(r)), ascending, shape [..., n]; differentiable, twice where all are simple."""
        return eigenvalues(self.structure.matrix(self._checked(r)))

    def loss(self, r: tf.Tensor) -> tf.Tensor:
        """L = Σ (t − λ)², shape [...]; differentiable twice, NaN where a kink has no second one."""
        return spectral_function(self._loss_of, self.structure.matrix(self._checked(r)))

    def evaluate(self, r: tf.Tensor, near: tf.Tensor | None = None) -> Evaluation:
        """Matrix, eigenpairs, loss and dL/dr at r [..., p], from one decomposition.

        Args:
            r: parameters, shape [..., p].
            near: eigenvectors [..., n, n] of a real matrix near A(r), for `eigh_near`; LAPACK's
                decomposition starts from nothing and is taken without them.
        """
        r = tf.convert_to_tensor(self._checked(r))
        matrix = self.structure.matrix(r)
        values, V = self._decomposed(matrix) if near is None else eigh_near(matrix, near)
        if self.plain:
            residuals = values - self.target
            loss, slopes = tf.reduce_sum(tf.square(residuals), axis=-1), 2 * residuals
        else:
            loss, slopes = self._read(values)
        # dL/dr_k = Σ_i dL/dλ_i v_i* (∂A/∂r_k) v_i
        gradient = self.structure.adjoint(r, from_eigenpairs(slopes, V))
        return Evaluation(matrix, values, V, loss, gradient, r)

    def _checked(self, r: Any) -> Any:
        """The parameters as a tensor of the problem's precision, unless they are one of another."""
        r = r if tf.is_tensor(r) else in_precision("r", real_array("r", r), self.dtype)
        if r.dtype != self.dtype:
            raise TypeError(
                f"r is {tf.as_dtype(r.dtype).name} but the problem {self.dtype}; convert one"
            )
        return r

    def _decomposed(self, matrix: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Eigenvalues and eigenvectors; where the matrix is not finite, NaN and some others'."""
        if self.structure.affine:
            return eigh(matrix)
        # LAPACK refuses a whole batch for one member outside of a pencil's or function's domain.
        finite = tf.math.is_finite(tf.abs(matrix))
        finite = tf.reduce_all(finite, axis=[-2, -1], keepdims=True)
        values, V = eigh(tf.where(finite, matrix, tf.zeros_like(matrix)))
        return tf.where(finite[..., 0], values, np.nan), V

    def _read(self, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The loss of measured data and its slopes by the levels."""
        if self.match == "nearest":
            raise ValueError(
                'match="nearest" assigns levels anew at every step, which only eigfit.solve does; '
                "number the levels for a fit"
            )
        errors = 1.0 if self.sigma is None else self.sigma
        return readings(values, self.target, errors, self.of, self.match)

    def _loss_of(self, eigenvalues: tf.Tensor) -> tf.Tensor:
        if self.plain:
            return tf.reduce_sum(tf.square(self.target - eigenvalues), axis=-1)
        return self._read(eigenvalues)[0]

    # TensorFlow's protocol for passing a record of arrays into a compiled function as data.
    def __tf_flatten__(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        errors = () if self.sigma is None else (self.sigma,)
        return (self.dtype, self.of, self.match), (self.structure, self.target, *errors)

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[Any, ...], components: tuple[Any, ...]) -> Problem:
        problem = object.__new__(cls)  # inside a compiled function the target cannot be checked
        names = ("dtype", "of", "match", "structure", "target", "sigma")
        for name, value in zip(names, (*metadata, *components), strict=False):
            object.__setattr__(problem, name, value)
        return problem


def _kept(values: np.ndarray) -> np.ndarray:
    """A copy that nobody changes, as tensors are made of it once."""
    values = np.array(values)
    values.setflags(write=False)
    return values


def checked_target(target: Any, n: int) -> np.ndarray:
    """The target sorted, shape [n] or [B, n], or an error that says what is wrong with it."""
    target = real_array("target", target)
    if target.size == 0:
        raise ValueError(
            f"target is empty but the matrix is {n}×{n}; give one value per eigenvalue"
        )
    if target.ndim not in (1, 2) or target.shape[-1] != n:
        came = f"{target.size} value{'s' if target.size > 1 else ''}"
        came = came if target.ndim == 1 else f"shape {list(target.shape)}"
        raise ValueError(
            f"target has {came} but the matrix is {n}×{n}; give one value per eigenvalue"
        )
    if not np.isfinite(target).all():
        raise ValueError(
            f"target must be finite, but holds {target[~np.isfinite(target)][0]}; "
            "give a real number for each eigenvalue"
        )
    return np.sort(target)
