"""Published derivatives of functions of a spectrum: a number is checked, no parameters sought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.eigen.spectral import spectral_function


@dataclass(frozen=True, eq=False)
class Derivative:
    """d²F(λ(A + s E))/ds² at s = 0, for all symmetric E a multiple of ⟨E, E⟩.

    Attributes:
        function: F of the eigenvalues [..., n], symmetric in them, by TensorFlow.
        at: A, shape [n, n].
        answer: the published multiple.
        tolerance: by which share a computed one may differ.
        title: a few words.
        field: of science or engineering.
        source: who published it, and where.
        units: of the numbers.
        notes: what else is to be known.
    """

    function: Callable[[Any], Any]
    at: np.ndarray
    answer: float
    tolerance: float
    title: str
    field: str
    source: str
    units: str
    notes: str

    def along(self, E: np.ndarray) -> float:
        """The second derivative along E [n, n], divided by ⟨E, E⟩; needs TensorFlow."""
        E = np.asarray(E, float)
        s = tf.constant(0.0, tf.float64)
        with tf.GradientTape() as outer:
            outer.watch(s)
            with tf.GradientTape() as inner:
                inner.watch(s)
                value = spectral_function(self.function, self.at + s * E)
            slope = inner.gradient(value, s)
        return float(outer.gradient(slope, s)) / float((E * E).sum())


def _stretched(values: Any) -> Any:
    """Ogden's energy of one term, Σ (λ_i^(a/2) − 1) with a = 3."""
    return tf.reduce_sum(values**1.5 - 1, axis=-1)


DERIVATIVES: dict[str, Derivative] = {
    "ogden_hessian_at_identity": Derivative(
        _stretched, np.eye(3), 0.75, 1e-12,
        title="Curvature of Ogden's energy at rest",
        field="Mechanics of rubber",
        source=(
            "Closed form; asked for in casadi/casadi issue 2815, adtzlr/felupe issue 67 and "
            "adtzlr/tensortrax issue 93"
        ),
        units="none",
        notes=(
            "No inverse problem: the second derivative of ψ(C) = Σ (λ_i^(a/2) − 1), a = 3, along "
            "any symmetric E at C = I, where three eigenvalues are equal and nested derivatives of "
            "an eigendecomposition fail. It is (a/2)(a/2 − 1) ⟨E, E⟩ = ¾ ⟨E, E⟩."
        ),
    ),
}  # fmt: skip
