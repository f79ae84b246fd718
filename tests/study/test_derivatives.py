"""The derivatives of a setup, written out, against LAPACK and against each other."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from eigfit.experiment.setup import Setup
from eigfit.study import derivatives

PUBLISHED = Setup()
OTHER = Setup(n=4, target=(-1.0, 0.0, 1.0, 2.0), seed=3, k=2)


@pytest.mark.parametrize("setup", [PUBLISHED, OTHER], ids=["published", "other"])
def test_both_conventions_agree_with_their_differences_and_the_tape(setup: Setup):
    found = derivatives.sensitivities(setup)
    assert max(found.errors.values()) < 1e-9
    np.testing.assert_allclose(found.tape, found.matrices["lower"], atol=1e-14)
    np.testing.assert_allclose(found.sum_over_all, np.eye(setup.n), atol=1e-14)
    assert found.outside is None


@pytest.mark.parametrize("structure", ef.STRUCTURES)
def test_the_product_of_the_chain_rule_is_the_tapes_gradient(structure: str):
    setup = replace(OTHER, structure=structure)
    found = derivatives.chain_rule(setup)
    np.testing.assert_allclose(found.product, found.tape, atol=1e-13)
    np.testing.assert_allclose(found.matrix, derivatives.starting_matrix(setup), atol=1e-15)
    np.testing.assert_allclose(found.eigenvalues, np.linalg.eigvalsh(found.matrix), atol=1e-14)


def test_what_is_said_to_be_the_tapes_comes_from_a_tape(monkeypatch: pytest.MonkeyPatch):
    exact = tf.linalg.eigh

    def misleading(A: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The right eigenvalues, whose derivatives a tape takes for twice what they are."""
        values, V = exact(A)
        return 2 * values - tf.stop_gradient(values), V

    monkeypatch.setattr(tf.linalg, "eigh", misleading)
    chain, first = derivatives.chain_rule(OTHER), derivatives.sensitivities(OTHER)
    np.testing.assert_allclose(chain.tape, 2 * chain.product, atol=1e-12)
    np.testing.assert_allclose(first.tape, 2 * first.matrices["lower"], atol=1e-13)
    np.testing.assert_allclose(first.sum_over_all, 2 * np.eye(OTHER.n), atol=1e-13)
    second = derivatives.second_order(OTHER)
    assert second.closed is not None
    assert np.abs(second.nested - second.closed).max() > 1


def test_nested_tapes_are_right_apart_and_wrong_together():
    found = derivatives.second_order(PUBLISHED)
    assert found.closed is not None
    np.testing.assert_allclose(found.nested, found.closed, atol=1e-12)
    identity = replace(PUBLISHED, matrix=tuple(np.eye(3).ravel()))
    found = derivatives.second_order(identity)
    assert found.closed is not None
    np.testing.assert_allclose(found.closed - found.nested, np.diag([0, 0, 0, 4, 4, 4]), atol=1e-14)
    assert found.curvatures is not None
    np.testing.assert_allclose(found.curvatures, [2, 2, 2, 4, 4, 4], rtol=1e-14)


def test_a_kink_is_said_and_not_computed():
    found = derivatives.second_order(
        replace(PUBLISHED, matrix=tuple(np.eye(3).ravel()), target=(0.0, 1.0, 2.0))
    )
    assert found.closed is None
    assert found.curvatures is None
    assert "kink" in found.kink


def test_merging_makes_the_nearest_two_equal_and_moves_least():
    A = derivatives.lower_triangle(np.reshape(PUBLISHED.matrix, (3, 3)))
    values = np.linalg.eigvalsh(A)
    merged = np.reshape(derivatives.repeated_matrix(PUBLISHED), (3, 3))
    mean = values[:2].mean()
    np.testing.assert_allclose(np.linalg.eigvalsh(merged), [mean, mean, values[2]], atol=1e-14)
    # Hoffman and Wielandt: no matrix with that spectrum is nearer.
    np.testing.assert_allclose(np.linalg.norm(merged - A), np.ptp(values[:2]) / np.sqrt(2))


@pytest.mark.parametrize("setup", [PUBLISHED, replace(OTHER, row=1, column=3)])
def test_predictions_along_a_path_are_right_to_their_order(setup: Setup):
    def errors(reach: float) -> tuple[float, float]:
        found = derivatives.path(replace(setup, reach=reach), points=3)
        ends = (np.abs(found.eigenvalues - part)[-1].max() for part in (found.first, found.second))
        first, second = ends
        return first, second

    (far_first, far_second), (near_first, near_second) = errors(0.04), errors(0.02)
    # Half the way: a quarter of the error of first order, an eighth of that of second.
    assert near_first / far_first == pytest.approx(1 / 4, rel=0.2)
    assert near_second / far_second == pytest.approx(1 / 8, rel=0.3)


def test_there_are_no_predictions_where_there_is_no_derivative():
    found = derivatives.path(replace(PUBLISHED, matrix=tuple(np.diag([1.0, 1, 2]).ravel())))
    assert np.isnan(found.second[:, :2]).all()
    assert np.isfinite(found.second[:, 2]).all()


def test_a_cluster_is_found_with_its_slopes():
    cluster, slopes = derivatives.cluster_along(
        replace(PUBLISHED, matrix=tuple(np.eye(3).ravel()), row=1, column=0)
    )
    assert cluster == range(3)
    np.testing.assert_allclose(slopes, [-1, 0, 1], atol=1e-15)
