"""What a solver needs of a structure comes without TensorFlow."""

import subprocess
import sys
from pathlib import Path

CODE = """
import sys, importlib, pkgutil
import numpy as np
import eigfit as ef
import eigfit.structures

ef.symmetric(3).filled(np.ones(6))
assert "scipy" not in sys.modules  # menus need none either
for module in pkgutil.iter_modules(eigfit.structures.__path__):
    importlib.import_module(f"eigfit.structures.{module.name}")

from tests.structures.kinds import AFFINE, BENDING

for name, build in (AFFINE | BENDING).items():
    if "parametric" not in name:
        structure = build()
        r = np.linspace(0.5, 1.5, 4 * structure.parameters).reshape(4, structure.parameters)
        _, V = np.linalg.eigh(structure.filled(r))
        structure.slopes(r, V)
        structure.modes(r, V)
        if structure.affine:
            structure.inner(V), structure.gram(), structure.basis()
        if isinstance(structure, ef.Affine):
            structure.sparse(r[0])
assert "tensorflow" not in sys.modules
print("without")
"""


def test_the_numpy_side_never_imports_tensorflow():
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "without"
