"""Matrices by any function of TensorFlow operations; its derivatives are its tapes'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import real_array, whole_number
from eigfit.structures.matrices import ROUNDED
from eigfit.structures.structure import check_parameters, checked_names, entry_type, not_affine

# Where a function is tried out: numbers that no formula has as a special case.
TRIED: Final = 0.3, 0.7


@dataclass(frozen=True, eq=False)
class Parametric:
    """A(r) by a TensorFlow function; made by `parametric`.

    Attributes:
        function: from r [p] to A [n, n].
        n: rows of the matrix.
        parameters: p, how many numbers r has.
        complex: whether A has complex entries.
        batched: whether the function takes [B, p] to [B, n, n] too.
        names: what each parameter is called; empty inside compiled functions.
    """

    function: Callable[[Any], Any]
    n: int
    parameters: int
    complex: bool
    batched: bool
    names: tuple[str, ...] = ()

    @property
    def affine(self) -> bool:
        """False: nothing is known of the function."""
        return False

    def filled(self, r: Any) -> np.ndarray:
        """A(r), shape [..., n, n], by TensorFlow."""
        r = real_array("r", r)
        check_parameters(r.shape, self.parameters)
        found = self.matrix(tf.constant(r.reshape(-1, self.parameters))).numpy()
        return found.reshape(*r.shape[:-1], self.n, self.n)

    def slopes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """∂λ_i/∂r_k = Re v_i* (∂A/∂r_k) v_i, shape [..., m, p], by TensorFlow's forward mode."""
        r, V = real_array("r", r), np.asarray(V)
        check_parameters(r.shape, self.parameters)
        columns = V.reshape(-1, *V.shape[-2:])
        columns = columns.astype(np.complex128) if self.complex else columns
        members = tf.constant(r.reshape(-1, self.parameters))
        found = self.jacobian(members, tf.constant(columns)).numpy()
        return found.reshape(*V.shape[:-2], V.shape[-1], self.parameters)

    def modes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """V itself: there is no mass."""
        return V

    def inner(self, S: np.ndarray) -> np.ndarray:
        """Refused, as ∂A/∂r_k depends on r."""
        raise not_affine("inner")

    def gram(self) -> np.ndarray:
        """Refused, as ∂A/∂r_k depends on r."""
        raise not_affine("gram")

    def basis(self) -> np.ndarray:
        """Refused, as ∂A/∂r_k depends on r."""
        raise not_affine("basis")

    def matrix(self, r: tf.Tensor) -> tf.Tensor:
        """A(r), shape [..., n, n]; differentiable as often as the function is."""
        r = tf.convert_to_tensor(r if tf.is_tensor(r) else real_array("r", r))
        check_parameters(r.shape.as_list(), self.parameters)
        return self._traced(self._matrix, r)

    def tangent(self, r: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
        """Σ d_k ∂A/∂r_k at r, shape [..., n, n], by TensorFlow's forward mode."""
        return self._traced(self._tangent, r, tf.cast(direction, r.dtype))

    def adjoint(self, r: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        """Re ⟨∂A/∂r_k, S⟩ at r for every k, shape [..., p], by a tape."""
        return self._traced(self._adjoint, r, S)

    def jacobian(self, r: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
        """∂λ_i/∂r_k as `slopes` gives it, shape [..., n, p]."""
        return self._traced(self._jacobian, r, V)

    def _matrix(self, r: tf.Tensor) -> tf.Tensor:
        if r.shape.rank == 1:
            A = self.function(r)
        else:
            members = tf.reshape(r, [-1, self.parameters])
            batches = self.function if self.batched else partial(tf.vectorized_map, self.function)
            A = tf.reshape(batches(members), tf.concat([tf.shape(r)[:-1], [self.n, self.n]], 0))
        A = tf.cast(A, entry_type(r.dtype, self.complex))
        return (A + tf.linalg.adjoint(A)) / 2

    def _tangent(self, r: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
        shape = tf.broadcast_dynamic_shape(tf.shape(r), tf.shape(direction))
        r, direction = tf.broadcast_to(r, shape), tf.broadcast_to(direction, shape)
        with tf.autodiff.ForwardAccumulator(r, direction) as accumulator:
            A = self._matrix(r)
        return accumulator.jvp(A, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    def _adjoint(self, r: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        leading = tf.broadcast_dynamic_shape(tf.shape(r)[:-1], tf.shape(S)[:-2])
        r = tf.broadcast_to(r, tf.concat([leading, [self.parameters]], 0))
        with tf.GradientTape() as tape:
            tape.watch(r)
            A = self._matrix(r)
            along = tf.reduce_sum(tf.math.real(tf.math.conj(A) * tf.cast(S, A.dtype)))
        return tape.gradient(along, r, unconnected_gradients="zero")

    def _jacobian(self, r: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
        p = self.parameters
        units = tf.eye(p, dtype=r.dtype)
        units = tf.reshape(units, tf.concat([[p], tf.ones_like(tf.shape(r)[:-1]), [p]], 0))
        D = tf.cast(self._tangent(r, units), V.dtype)  # one member for each parameter
        found = tf.math.real(tf.reduce_sum(tf.math.conj(V) * tf.matmul(D, V), axis=-2))
        return tf.stack(tf.unstack(found, p), axis=-1)

    def _traced(self, method: Callable[..., Any], *tensors: Any) -> Any:
        """What a method gives: traced once, as tracing a batch takes a second, unless it is now."""
        if not tf.executing_eagerly():
            return method(*tensors)
        name = method.__name__
        if name not in self._compiled:
            self._compiled[name] = tf.function(method, autograph=False, reduce_retracing=True)
        return self._compiled[name](*tensors)

    @cached_property
    def _compiled(self) -> dict[str, Any]:
        return {}

    # What is compiled stays in its process.
    def __reduce__(self) -> tuple[Any, ...]:
        return Parametric, (*self.__tf_flatten__()[0], self.names)

    # TensorFlow's protocol for passing a record of arrays into a compiled function as data.
    def __tf_flatten__(self) -> tuple[tuple[Any, ...], tuple[()]]:
        return (self.function, self.n, self.parameters, self.complex, self.batched), ()

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[Any, ...], components: tuple[()]) -> Parametric:
        return cls(*metadata)


def parametric(
    function: Callable[[Any], Any],
    n: int,
    parameters: int,
    names: Sequence[str] | None = None,
) -> Parametric:
    """The structure of a TensorFlow function r → A(r).

    Args:
        function: takes r as a tensor [p], float64 (or float32, in problems of that precision), and
            returns a symmetric matrix [n, n] of that precision, or a Hermitian one of the complex
            type that goes with it. It is made of TensorFlow operations that have derivatives, and
            traced once: no Python condition on numbers of r, no NumPy. Batches are mapped by
            TensorFlow's `vectorized_map`, unless the function takes [B, p] to [B, n, n] itself,
            which is faster and found out by a trial.
        n: rows of the matrix.
        parameters: p, how many numbers r has.
        names: of the parameters, r0, r1, … unless given.

    Raises:
        TypeError: the function is none, cannot be traced, or does not return such numbers.
        ValueError: it does not return n×n matrices, or, as a trial shows, one that is not its own
            adjoint; or the names are not one for each.
    """
    if not callable(function):
        raise TypeError(f"function must be a function of r; got {function!r}")
    whole_number("n", n, 1)
    p = whole_number("parameters", parameters, 1)
    named = checked_names(names, p)
    try:
        traced = tf.function(function, autograph=False)
        A = traced(tf.constant(np.linspace(*TRIED, p)))
    except Exception as error:
        raise TypeError(
            "function must take a tensor [p] and be made of TensorFlow operations; tried with "
            f"{p} numbers it raised {type(error).__name__}: {str(error).strip().splitlines()[0]}"
        ) from error
    if not tf.is_tensor(A) or A.dtype not in (tf.float64, tf.complex128):
        came = A.dtype.name if tf.is_tensor(A) else type(A).__name__
        raise TypeError(f"function must return float64 or complex128 from float64; got {came}")
    A = A.numpy()
    if A.shape != (n, n):
        raise ValueError(
            f"function must return a matrix of shape {[n, n]} from {p} numbers; got {[*A.shape]}"
        )
    off = np.abs(A - A.conj().T)
    if np.isfinite(A).all() and off.max() > ROUNDED * np.abs(A).max():
        i, j = np.unravel_index(off.argmax(), off.shape)
        raise ValueError(
            f"function must return matrices that are symmetric, or Hermitian where complex; at "
            f"r = {np.linspace(*TRIED, p).tolist()} entry ({i}, {j}) is {A[i, j]:g} and entry "
            f"({j}, {i}) is {A[j, i]:g}"
        )
    return Parametric(function, n, p, np.iscomplexobj(A), _takes_batches(traced, p), named)


def _takes_batches(function: Callable[[Any], Any], p: int) -> bool:
    """Whether the function gives for members together what it gives for each."""
    for members in (2, 3):
        r = np.linspace(*TRIED, members * p).reshape(members, p)
        expected = np.stack([function(tf.constant(one)).numpy() for one in r])
        try:
            found = function(tf.constant(r)).numpy()
        except Exception:  # it takes single ones only, whatever TensorFlow calls that
            return False
        if found.shape != expected.shape or not np.allclose(
            found, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max(), equal_nan=True
        ):
            return False
    return True
