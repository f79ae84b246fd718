"""Eigenvalues of a matrix, their derivatives, and functions of the spectrum."""
