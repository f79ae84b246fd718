"""What the data determine, of many solutions at once, beside least squares one by one."""

import numpy as np
import pytest

from eigfit.solve.determined import determined


@pytest.mark.parametrize(("m", "q", "p"), [(3, 0, 5), (5, 2, 5), (9, 0, 4), (1, 3, 4)])
def test_solutions_with_other_ends_keep_their_order_and_their_covariance(m, q, p):
    random = np.random.default_rng(m)
    sizes = 10.0 ** np.arange(p)
    J, pairs = sizes * random.normal(size=(7, m, p)), sizes * random.normal(size=(7, q, p))
    fixed = np.array([0, 1, 0, 2, 1, 0, 2])[:, None] == np.arange(1, p + 1)
    fixed[6] = True
    for i, told in enumerate(determined(J, pairs, np.ones(7), fixed, True)):
        free = ~fixed[i]
        rows = (np.concatenate([J[i], pairs[i]]) / sizes)[:, free]
        inside = (told.covariance * np.outer(sizes, sizes))[np.ix_(free, free)]
        assert told.rank == min(m + q, free.sum())
        assert told.null_space.shape == (p, free.sum() - told.rank)
        np.testing.assert_allclose(J[i] @ told.null_space, 0, atol=1e-9)
        assert (told.null_space[fixed[i]] == 0).all()
        assert (told.covariance[fixed[i]] == 0).all()
        if told.rank == free.sum():
            np.testing.assert_allclose(inside, np.linalg.inv(rows.T @ rows), rtol=1e-7)
        else:
            assert np.isinf(inside.diagonal()).all()


def test_without_known_errors_the_residuals_tell_the_variance():
    J = np.random.default_rng(0).normal(size=(2, 6, 2))
    none = np.empty((2, 0, 2))
    told = determined(J, none, np.array([8.0, 12.0]), np.zeros((2, 2), bool), False)
    for one, jacobian, variance in zip(told, J, (2.0, 3.0), strict=True):
        np.testing.assert_allclose(one.covariance, variance * np.linalg.inv(jacobian.T @ jacobian))
    assert determined(J[:0], none[:0], np.empty(0), np.zeros((0, 2), bool), False) == []
