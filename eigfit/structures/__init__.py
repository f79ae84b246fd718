"""How parameters r fill a matrix A(r)."""
