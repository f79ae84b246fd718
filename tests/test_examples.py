"""README's code and all examples run as they stand, from another folder."""

import ast
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def values(block: str, names: dict[str, Any]) -> list[Any]:
    """Run a block, and give what its bare expressions give."""
    found = []
    for statement in ast.parse(block).body:
        if isinstance(statement, ast.Expr):
            expression = compile(ast.Expression(statement.value), "README.md", "eval")
            found.append(eval(expression, names))
        else:
            exec(compile(ast.Module([statement], []), "README.md", "exec"), names)
    return found


def test_the_code_of_the_readme_runs_and_gives_what_it_says(capsys: pytest.CaptureFixture):
    first, second, third, fourth = BLOCKS
    names: dict[str, Any] = {}
    values(first, names)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("0 ")
    assert "converged" in printed
    np.testing.assert_allclose(names["step"].matrix, np.eye(3), atol=1e-4)
    error, smooth = values(second, names)
    np.testing.assert_allclose(names["H"], np.diag([2, 2, 2, 4, 4, 4]), atol=1e-12)
    assert error < 1e-12
    np.testing.assert_allclose(smooth, np.log(3 * np.e), rtol=1e-12)
    hertz, springs = values(third, names)
    np.testing.assert_allclose(hertz, [7.2, 21, 30.4], atol=0.05)
    assert springs == ("k0", "k1", "k2")
    values(fourth, names)
    assert len(names["found"]) == 2
    assert "in 2 distinct solutions." in capsys.readouterr().out


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs_to_convergence(path: Path, capsys: pytest.CaptureFixture):
    runpy.run_path(str(path), run_name="__main__")
    *_, last = re.findall(r"loss (\S+)", capsys.readouterr().out)
    assert float(last) <= 1e-8


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(
        r"`((?:examples|scripts|benchmarks|docs|eigfit|tests|pages)/[\w./]*)`", README
    )
    named += re.findall(r"\]\(([\w./]+)\)", README)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_scripts_from_anywhere_import_the_package_that_the_environment_holds():
    # In isolation Python looks neither here nor where the variable PYTHONPATH says.
    code = "import eigfit; print(eigfit.__file__)"
    found = subprocess.run(
        [sys.executable, "-I", "-c", code],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert (Path(found.stdout.strip()).parents[1] / "pyproject.toml").exists(), "not a checkout"


def test_the_environment_holds_its_checkout_and_mends_itself(tmp_path: Path):
    checkout = tmp_path / "a checkout, ü"
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "eigfit").mkdir()
    (checkout / "eigfit" / "__init__.py").touch()
    shutil.copy(ROOT / "scripts" / "environment.sh", checkout / "scripts")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    script = "source scripts/environment.sh && hold_checkout"
    code = "import eigfit; print(ascii(eigfit.__file__))"
    for _ in range(2):
        subprocess.run(["bash", "-euc", script], cwd=checkout, check=True)
        found = subprocess.run(
            [checkout / ".venv/bin/python", "-I", "-c", code],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert ast.literal_eval(found.stdout) == str(checkout / "eigfit" / "__init__.py")
