"""dλ/dA against TensorFlow's tape, finite differences and the published numbers."""

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from eigfit.problem import derivatives

A = np.array(
    [
        [0.6102723, 0.17637432, 0.38962376],
        [0.3735156, 0.6306771, 0.19141042],
        [0.34370267, 0.7677151, 0.4024818],
    ],
    dtype=np.float32,
)
EIGENVALUES = (-0.25994763, 0.34044334, 1.5629349)
SMALLEST_BY_ENTRY = [
    [5.3867564e-4, 0, 0],
    [3.0038984e-2, 0.41877732, 0],
    [-3.5372321e-2, -0.98626012, 0.58068389],
]
PRINTED = 5e-7  # a few float32 roundings (6e-8) of numbers about 1


def symmetric_matrix(n: int, seed: int = 0) -> np.ndarray:
    half = np.random.default_rng(seed).normal(size=(n, n))
    return half + half.T


def test_the_published_eigenvalues_and_sensitivity_come_from_the_tape():
    variable = tf.Variable(tf.constant(A))
    with tf.GradientTape() as tape:
        values, _ = tf.linalg.eigh(variable)
        smallest = values[0]
    np.testing.assert_allclose(values, EIGENVALUES, atol=PRINTED)
    np.testing.assert_allclose(
        np.asarray(tape.gradient(smallest, variable)), SMALLEST_BY_ENTRY, atol=PRINTED, rtol=0
    )


def test_the_published_sensitivity_comes_in_closed_form():
    found = ef.sensitivity(A, 0, "lower")
    assert found.dtype == tf.float32
    np.testing.assert_allclose(found, SMALLEST_BY_ENTRY, atol=PRINTED, rtol=0)


@pytest.mark.parametrize("n", range(2, 7))
def test_lower_is_what_the_tape_returns(n: int):
    variable = tf.Variable(tf.constant(symmetric_matrix(n)))
    for k in range(n):
        with tf.GradientTape() as tape:
            value = tf.linalg.eigh(variable)[0][k]
        # The tape divides by gaps between eigenvalues, here above 0.1: 1e-16 / 0.1 and sums.
        np.testing.assert_allclose(
            ef.sensitivity(variable, k, "lower"),
            np.asarray(tape.gradient(value, variable)),
            atol=1e-12,
        )


@pytest.mark.parametrize("n", range(2, 7))
def test_symmetric_matches_finite_differences_along_symmetric_directions(n: int):
    matrix, h = symmetric_matrix(n), 1e-5
    direction = symmetric_matrix(n, seed=1)
    ahead = np.linalg.eigvalsh(matrix + h * direction)
    behind = np.linalg.eigvalsh(matrix - h * direction)
    found = [np.sum(ef.sensitivity(matrix, k).numpy() * direction) for k in range(n)]
    # Truncation h² times the third derivative (up to 1e3 with close eigenvalues), rounding 1e-10.
    np.testing.assert_allclose(found, (ahead - behind) / (2 * h), atol=1e-6)


def test_a_batch_of_matrices_is_a_batch_of_sensitivities():
    matrices = np.stack([symmetric_matrix(4), symmetric_matrix(4) + np.diag(range(4))])
    batch = ef.sensitivity(matrices, 2)
    for matrix, found in zip(matrices, batch, strict=True):
        np.testing.assert_allclose(found, ef.sensitivity(matrix, 2), atol=1e-14)


def test_a_steps_sensitivity_is_that_of_its_matrix():
    problem = ef.Problem(ef.symmetric(3), [1, 2, 3])
    step = next(ef.fit(problem, ef.optimiser("adam"), ef.random_start(problem, 0)))
    for k in range(3):
        for convention in ("symmetric", "lower"):
            expected = ef.sensitivity(step.matrix, k, convention)
            # Two decompositions of one matrix, whose eigenvalues lie 0.1 or more apart.
            np.testing.assert_allclose(step.sensitivity(k, convention), expected, atol=1e-13)


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_a_matrix_that_is_not_square_is_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="A must be square"):
        ef.sensitivity(np.zeros(shape))


@pytest.mark.parametrize("k", [-1, 3])
def test_an_eigenvalue_that_is_not_there_is_refused(k: int):
    with pytest.raises(ValueError, match=f"one of the 3 eigenvalues, 0 to 2; got {k}"):
        ef.sensitivity(A, k)


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="convention must be one of symmetric, lower"):
        ef.sensitivity(A, 0, "upper")  # type: ignore[arg-type]


PROBLEMS = {
    name: ef.Problem(row.build(4), (-1.0, 0.0, 1.0, 3.0)) for name, row in ef.STRUCTURES.items()
}


@pytest.fixture(params=PROBLEMS)
def problem(request: pytest.FixtureRequest) -> ef.Problem:
    return PROBLEMS[request.param]


def spectrum_of(problem: ef.Problem):
    return lambda r: np.linalg.eigvalsh(problem.structure.filled(r))


def slopes_of(problem: ef.Problem):
    """dλ_k/dr_j = v_kᵀ A_j v_k by NumPy: differences of it are quick, and know nothing of tapes."""
    basis = problem.structure.basis()

    def slopes(r: np.ndarray) -> np.ndarray:
        _, V = np.linalg.eigh(problem.structure.filled(r))
        return np.einsum("ik,pij,jk->kp", V, basis, V)

    return slopes


def test_the_jacobian_matches_finite_differences(problem: ef.Problem):
    r = ef.random_start(problem, 1, low=-1)
    found = ef.compare_with_differences(spectrum_of(problem), ef.jacobian(problem, r), r)
    assert found.error < 1e-9
    batch = np.stack([r, r + 0.3])
    together = ef.jacobian(problem, batch)
    assert together.shape == (2, 4, problem.structure.parameters)
    np.testing.assert_allclose(together[0], ef.jacobian(problem, r), atol=1e-14)


def test_the_gradient_is_the_jacobian_times_the_residuals(problem: ef.Problem):
    r = ef.random_start(problem, 2, low=-1)
    residuals = spectrum_of(problem)(r) - problem.target
    np.testing.assert_allclose(
        ef.gradient(problem, r), 2 * residuals @ ef.jacobian(problem, r).numpy(), atol=1e-13
    )


def test_the_hessian_matches_finite_differences_of_the_gradient(problem: ef.Problem):
    r = ef.random_start(problem, 3, low=-1)
    H = ef.hessian(problem, r).numpy()
    spectrum, slopes = spectrum_of(problem), slopes_of(problem)
    gradient = lambda r: 2 * (spectrum(r) - problem.target) @ slopes(r)  # noqa: E731
    assert ef.compare_with_differences(gradient, H, r).error < 1e-8
    np.testing.assert_allclose(H, H.T, atol=1e-13 * np.abs(H).max())


def test_the_hessian_of_an_eigenvalue_matches_finite_differences(problem: ef.Problem):
    r = ef.random_start(problem, 4, low=-1)
    slopes = slopes_of(problem)
    np.testing.assert_allclose(ef.jacobian(problem, r), slopes(r), atol=1e-13)
    for k in (0, 2):
        H = ef.eigenvalue_hessian(problem, r, k)
        assert ef.compare_with_differences(lambda r, k=k: slopes(r)[k], H, r).error < 1e-8


def test_the_hessians_of_the_eigenvalues_make_that_of_the_loss(problem: ef.Problem):
    r = ef.random_start(problem, 5, low=-1)
    J = ef.jacobian(problem, r).numpy()
    residuals = spectrum_of(problem)(r) - problem.target
    bends = sum(residuals[k] * ef.eigenvalue_hessian(problem, r, k).numpy() for k in range(4))
    H = ef.hessian(problem, r).numpy()
    np.testing.assert_allclose(2 * (J.T @ J + bends), H, atol=1e-11 * np.abs(H).max())


def test_directions_in_blocks_give_the_whole_hessian(
    problem: ef.Problem, monkeypatch: pytest.MonkeyPatch
):
    starts = np.stack([ef.random_start(problem, seed, low=-1) for seed in (6, 7)])
    whole = [ef.hessian(problem, starts), ef.eigenvalue_hessian(problem, starts, 1)]
    monkeypatch.setattr(derivatives, "BLOCK_NUMBERS", 3 * problem.n**2)  # three directions each
    blocks = [ef.hessian(problem, starts), ef.eigenvalue_hessian(problem, starts, 1)]
    for one, other in zip(whole, blocks, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_the_hessian_exists_where_the_matrix_is_zero():
    problem = ef.Problem(ef.symmetric(3), (1.0, 1.0, 1.0))
    np.testing.assert_array_equal(ef.hessian(problem, [0.0] * 6), np.diag([2, 2, 2, 4, 4, 4]))


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_kink_is_named_at_any_scale(scale: float):
    V = np.linalg.qr(symmetric_matrix(3))[0]
    A = scale * V @ np.diag([1.0, 1, 2]) @ V.T
    kink = np.concatenate([np.diag(A, k) for k in range(3)])
    apart = np.array([1.0, 2, 3, 0, 0, 0])
    problem = ef.Problem(ef.symmetric(3), [[7.0, 8, 9], [0.0, 1, 2]])
    with pytest.raises(
        ValueError, match=r"eigenvalues 0 and 1 of member \(1,\) are .* 0 and 1 differ"
    ):
        ef.hessian(problem, np.stack([apart, kink]))
    # Under equal targets there is none.
    np.testing.assert_allclose(
        ef.hessian(ef.Problem(ef.symmetric(3), [5.0, 5, 5]), kink),
        np.diag([2, 2, 2, 4, 4, 4]),
        atol=1e-14,
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_newton_step_solves_the_starting_experiment(dtype: str):
    problem = ef.Problem(ef.symmetric(3), (1.0, 1.0, 1.0), dtype=dtype)
    start = ef.random_start(problem, 0)
    step = np.linalg.solve(ef.hessian(problem, start), ef.gradient(problem, start))
    rounding = float(np.finfo(dtype).eps)
    np.testing.assert_allclose(start - step, [1, 1, 1, 0, 0, 0], atol=20 * rounding)


@pytest.mark.parametrize("n", [2, 5])
def test_the_second_derivative_along_a_direction_matches_differences(n: int):
    A, E = symmetric_matrix(n, 1), symmetric_matrix(n, 2)
    for k in range(n):
        h = 1e-3
        ahead, here, behind = (np.linalg.eigvalsh(A + s * h * E)[k] for s in (1, 0, -1))
        found = ef.second_derivative(A, E, k)
        # h² of the fourth derivative.
        np.testing.assert_allclose(found, (ahead - 2 * here + behind) / h**2, rtol=1e-3, atol=1e-4)


def test_two_levels_push_each_other_away():
    # λ = ±√(s² + g²): the curvature at s = 0 is ±1/g.
    A, E = np.array([[0, 0.1], [0.1, 0]]), np.diag([1.0, -1.0])
    np.testing.assert_allclose(ef.second_derivative(A, E, 0), -10)
    np.testing.assert_allclose(ef.second_derivative(A, E, 1), 10)


def test_a_cluster_leaves_with_the_slopes_of_the_compressed_direction():
    A, E = np.diag([1.0, 1, 1, 4]), symmetric_matrix(4, 7)
    cluster, slopes = ef.directional_derivatives(A, E, 1)
    assert cluster == range(3)
    h = 1e-7
    moved = (np.linalg.eigvalsh(A + h * E)[:3] - 1) / h
    np.testing.assert_allclose(slopes, moved, atol=1e-5)  # h times the second derivative
    alone, slope = ef.directional_derivatives(A, E, 3)
    assert alone == range(3, 4)
    np.testing.assert_allclose(slope, E[3, 3])


def test_a_single_eigenvalue_of_a_cluster_is_refused():
    problem = ef.Problem(ef.symmetric(3), (1.0, 1.0, 1.0))
    words = "λ_0 is one of 2 equal eigenvalues"
    with pytest.raises(ValueError, match=words):
        ef.second_derivative(np.diag([1.0, 1, 2]), np.eye(3), 0)
    with pytest.raises(ValueError, match=words):
        ef.eigenvalue_hessian(problem, [1.0, 1, 2, 0, 0, 0], 0)
    with pytest.raises(ValueError, match=words):
        ef.eigenvalue_hessian(problem, [[1.0, 2, 3, 0, 0, 0], [1.0, 1, 2, 0, 0, 0]], 0)
    with pytest.raises(ValueError, match="k must number one of the 3 eigenvalues, 0 to 2; got -1"):
        ef.eigenvalue_hessian(problem, [1.0, 2, 3, 0, 0, 0], -1)
    assert ef.second_derivative(np.diag([1.0, 1, 2]), np.eye(3), 2) == 0


def test_matrices_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="A and E must be square and of one size"):
        ef.second_derivative(np.eye(2), np.eye(3))
    with pytest.raises(ValueError, match="k must number one of the 2 eigenvalues"):
        ef.directional_derivatives(np.eye(2), np.eye(2), 2)


def test_second_derivatives_come_in_batches_and_in_float32():
    A, E = (np.stack([symmetric_matrix(3, seed), symmetric_matrix(3, seed + 1)]) for seed in (1, 5))
    together = ef.second_derivative(A, E, 1)
    for i in range(2):
        np.testing.assert_allclose(together[i], ef.second_derivative(A[i], E[i], 1), rtol=1e-12)
    V = np.linalg.qr(symmetric_matrix(3, 2))[0].astype(np.float32)
    repeated = (V @ np.diag([1, 1, 2]).astype(np.float32) @ V.T).astype(np.float32)
    with pytest.raises(ValueError, match="one of 2 equal eigenvalues"):
        ef.second_derivative(repeated, np.eye(3, dtype=np.float32), 0)
    with pytest.raises(ValueError, match="A must be one matrix"):
        ef.directional_derivatives(A, E)
