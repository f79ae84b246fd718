"""What nested derivatives say where eigenvalues meet.

The loss Σ (1 − λ)² of the symmetric 3×3 matrix of six numbers is ‖A − I‖²_F, so its Hessian is
diag(2, 2, 2, 4, 4, 4) everywhere, at A = I too, where all three eigenvalues are equal.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import eigfit as ef
from benchmarks.options import Options
from benchmarks.peers import installed
from benchmarks.table import table

TRUE = np.array([2.0, 2, 2, 4, 4, 4])
IDENTITY = np.array([1.0, 1, 1, 0, 0, 0])
INDEX = np.array([[0, 3, 5], [3, 1, 4], [5, 4, 2]])
BASIS = np.eye(6)[INDEX]  # A = BASIS · r


def _by_tapes(loss: Callable[[Any], Any]) -> np.ndarray:
    import tensorflow as tf

    r = tf.constant(IDENTITY)
    with tf.GradientTape() as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            value = loss(r)
        gradient = inner.gradient(value, r)
    return np.diag(outer.jacobian(gradient, r).numpy())


def _problem() -> ef.Problem:
    return ef.Problem(ef.symmetric(3), target=[1, 1, 1])


def eigfit_closed_form() -> np.ndarray:
    """`eigfit.hessian`."""
    return np.diag(ef.hessian(_problem(), IDENTITY))


def eigfit_loss() -> np.ndarray:
    """Nested tapes through `Problem.loss`."""
    return _by_tapes(_problem().loss)


def eigfit_spectral_function() -> np.ndarray:
    """Nested tapes through `eigfit.spectral_function`."""
    import tensorflow as tf

    def total(values: Any) -> Any:
        return tf.reduce_sum((1 - values) ** 2, axis=-1)

    return _by_tapes(lambda r: ef.spectral_function(total, tf.tensordot(BASIS, r, 1)))


def eigfit_eigenvalues() -> np.ndarray:
    """Nested tapes through `eigfit.eigenvalues`."""
    import tensorflow as tf

    return _by_tapes(lambda r: tf.reduce_sum((1 - ef.eigenvalues(tf.tensordot(BASIS, r, 1))) ** 2))


def tensorflow_tapes() -> np.ndarray:
    """Nested tapes through `tf.linalg.eigh`."""
    import tensorflow as tf

    return _by_tapes(
        lambda r: tf.reduce_sum((1 - tf.linalg.eigh(tf.tensordot(BASIS, r, 1))[0]) ** 2)
    )


def _by_jax(eigenvalues: Callable[[Any], Any]) -> np.ndarray:
    import jax  # pyright: ignore[reportMissingImports]
    import jax.numpy as jnp  # pyright: ignore[reportMissingImports]

    jax.config.update("jax_enable_x64", True)
    hessian = jax.hessian(lambda r: jnp.sum((1 - eigenvalues(r[INDEX])) ** 2))
    return np.diag(np.asarray(hessian(jnp.asarray(IDENTITY))))


def jax_hessian() -> np.ndarray:
    """`jax.hessian` through `jnp.linalg.eigvalsh`."""
    import jax.numpy as jnp  # pyright: ignore[reportMissingImports]

    return _by_jax(jnp.linalg.eigvalsh)


def jax_eigh_package() -> np.ndarray:
    """`jax.hessian` through the package `eigh`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it warns that there is no GPU
        import eigh  # pyright: ignore[reportMissingImports]
    return _by_jax(lambda matrix: eigh.eigh(matrix)[0])


def _by_pytorch(eigenvalues: Callable[[Any], Any]) -> np.ndarray:
    import torch  # pyright: ignore[reportMissingImports]

    index = torch.as_tensor(INDEX)
    hessian = torch.autograd.functional.hessian(
        lambda r: torch.sum((1 - eigenvalues(r[index])) ** 2), torch.as_tensor(IDENTITY)
    )
    return np.diag(np.asarray(hessian))


def pytorch_hessian() -> np.ndarray:
    """`torch.autograd.functional.hessian` through `torch.linalg.eigvalsh`."""
    import torch  # pyright: ignore[reportMissingImports]

    return _by_pytorch(torch.linalg.eigvalsh)


def xitorch_hessian() -> np.ndarray:
    """The same through `xitorch.linalg.symeig`."""
    import xitorch  # pyright: ignore[reportMissingImports]
    import xitorch.linalg  # pyright: ignore[reportMissingImports]

    def eigenvalues(matrix: Any) -> Any:
        operator = xitorch.LinearOperator.m(matrix, is_hermitian=True)
        return xitorch.linalg.symeig(operator)[0]

    return _by_pytorch(eigenvalues)


class Way(NamedTuple):
    """A row of the registry: what gives the diagonal, and the package it needs."""

    diagonal: Callable[[], np.ndarray]
    package: str


WAYS: dict[str, Way] = {
    "eigfit.hessian": Way(eigfit_closed_form, "tensorflow"),
    "tapes, Problem.loss": Way(eigfit_loss, "tensorflow"),
    "tapes, eigfit.spectral_function": Way(eigfit_spectral_function, "tensorflow"),
    "tapes, eigfit.eigenvalues": Way(eigfit_eigenvalues, "tensorflow"),
    "TensorFlow": Way(tensorflow_tapes, "tensorflow"),
    "JAX": Way(jax_hessian, "jax"),
    "JAX, package eigh": Way(jax_eigh_package, "eigh"),
    "PyTorch": Way(pytorch_hessian, "torch"),
    "PyTorch, package xitorch": Way(xitorch_hessian, "xitorch"),
}


def verdict(diagonal: np.ndarray) -> str:
    """What such an answer is worth: right, loud or silent."""
    if np.allclose(diagonal, TRUE, rtol=1e-9, atol=0):
        return "right"
    return "no number, loudly" if np.isnan(diagonal).any() else "wrong, in silence"


def answer(way: Way) -> tuple[str, str]:
    """The diagonal as text, and its verdict; a refusal is an answer too."""
    try:
        diagonal = way.diagonal()
    except Exception as refusal:
        return "none", f"refused: {type(refusal).__name__}"
    return ", ".join(f"{value:.4g}" for value in diagonal), verdict(diagonal)


def report(options: Options) -> tuple[str, bool]:
    """The table in Markdown, and whether `eigfit.hessian` is right."""
    del options  # the same for all sizes
    present = {name: way for name, way in WAYS.items() if installed(way.package)}
    rows = [[name, *answer(way)] for name, way in present.items()]
    absent = ", ".join(name for name in WAYS if name not in present)
    left_out = f"\n\nNot installed and left out: {absent}." if absent else ""
    head = ["by nested derivatives", "diagonal", "verdict"]
    return table(head, rows) + left_out, rows[0][-1] == "right"
