"""How programs are compiled: the same numbers either way, and no state taken along unseen."""

import importlib
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from eigfit.fitting import compiling
from eigfit.fitting.compiling import by_xla, in_one_thread

A = tf.constant([[2.0, 1.0], [0.0, 3.0]], tf.float64)
TIMES = tf.constant(5)


def power(matrix: Any, times: Any) -> tuple[Any, Any]:
    """A power of a matrix by a loop, and the number of turns it took."""
    start = tf.constant(0), tf.eye(2, dtype=matrix.dtype)
    count, product = tf.while_loop(
        lambda count, _: count < times,
        lambda count, product: (count + 1, tf.matmul(product, matrix)),
        start,
    )
    return product, count


@pytest.mark.parametrize("compiled_by", [by_xla, in_one_thread])
def test_a_compiled_function_gives_what_the_function_gives(compiled_by: Any):
    compiled = compiled_by(power, A, TIMES)
    for matrix, times in ((A, TIMES), (2 * A, tf.constant(3))):
        product, count = compiled(matrix, times)
        expected = np.linalg.matrix_power(matrix.numpy(), int(times))
        np.testing.assert_allclose(product, expected, rtol=1e-14)
        assert int(count) == int(times)


def test_what_a_function_holds_on_to_must_be_given():
    with pytest.raises(ValueError, match="give them as arguments"):
        by_xla(lambda matrix: matrix @ A, A)


def test_where_tensorflow_has_no_choice_of_executor_the_usual_one_runs(
    monkeypatch: pytest.MonkeyPatch,
):
    class Without:
        """An importlib that finds no module of that name."""

        def import_module(self, name: str) -> Any:
            """Find nothing."""
            raise ImportError(name)

    monkeypatch.setattr(compiling, "importlib", Without())
    product, _ = in_one_thread(power, A, TIMES)(A, TIMES)
    np.testing.assert_allclose(product, np.linalg.matrix_power(A.numpy(), 5), rtol=1e-14)


def test_small_operations_run_in_the_thread_that_calls():
    context = importlib.import_module("tensorflow.python.eager.context")
    seen = []

    def watched(matrix: Any) -> Any:
        seen.append(context.context().function_call_options.executor_type)
        return matrix + 1

    in_one_thread(watched, A)
    assert seen == ["SINGLE_THREADED_EXECUTOR"]
