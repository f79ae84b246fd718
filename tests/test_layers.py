"""Who may import whom: the engine computes, figures draw, the web asks; nothing points back."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "eigfit"

# Each module may import the ones in the rows above its own, and its own package.
ROWS = (
    {"tensorflow_lazily", "history", "arrays"},
    {"structures", "eigen"},
    {"problem", "spectral"},
    {"derivatives", "optimisers"},
    {"program"},
    {"fit"},
    {"domains"},
    {"setup"},
    {"links", "outcomes", "lessons"},
    {"comparison"},
    {"scripts", "files"},
    {"web"},
)
FIGURES_MAY_IMPORT = {"history", "figures"}
ROW_OF = {module: row for row, modules in enumerate(ROWS) for module in modules}
CORE = set(ROW_OF) - {"web"}


def module_of(path: Path) -> str:
    """The first name below the package: a module of the core, `figures` or `web`."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """Dotted names of everything a file imports, `from a import b` as `a.b`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = node.module or ""
            if node.level:
                above = path.relative_to(ROOT).parts[: -node.level]
                parent = ".".join((*above, *filter(None, [node.module])))
            names |= {f"{parent}.{alias.name}" for alias in node.names}
    return names


def called(path: Path) -> set[str]:
    """The dotted names of everything a file calls."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {ast.unparse(node.func) for node in calls if isinstance(node, ast.Call)}


def uses(path: Path, library: str) -> bool:
    return any(name == library or name.startswith(f"{library}.") for name in imported(path))


def modules_used(path: Path) -> set[str]:
    """The modules of the package that a file imports; the whole package counts as `eigfit`."""
    parts = [name.split(".") for name in imported(path)]
    return {name[1] if len(name) > 1 else "eigfit" for name in parts if name[0] == "eigfit"}


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]
SCRIPTS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
SCRIPTS = [path for path in SCRIPTS if path.exists()]
OTHERS = [*sorted((ROOT / "examples").glob("*.py")), *sorted((ROOT / "benchmarks").glob("*.py"))]


@pytest.fixture(params=MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_every_module_has_its_row(path: Path):
    assert module_of(path) in {*ROW_OF, "figures"}, f"give {path.name} a row in ROWS"


def test_imports_point_one_way_only(path: Path):
    module = module_of(path)
    if module == "figures":
        allowed = FIGURES_MAY_IMPORT
    else:
        allowed = {other for other in ROW_OF if ROW_OF[other] < ROW_OF[module]}
    if module == "web":
        allowed = allowed | {"web", "figures", "eigfit"}
    assert modules_used(path) <= allowed


def test_the_core_knows_neither_streamlit_nor_plotly(path: Path):
    if module_of(path) in CORE:
        assert not uses(path, "streamlit")
        assert not uses(path, "plotly")


def test_figures_know_neither_tensorflow_nor_streamlit(path: Path):
    if module_of(path) == "figures":
        assert not uses(path, "tensorflow")
        assert not uses(path, "eigfit.tensorflow_lazily")
        assert not uses(path, "streamlit")


def test_only_figures_build_plotly_objects():
    for path in [*MODULES, *SCRIPTS, *OTHERS]:
        if not path.is_relative_to(PACKAGE / "figures"):
            assert not uses(path, "plotly.express"), path
            built = [name for name in called(path) if name.startswith("go.")]
            assert built == [], path


def test_only_the_web_pages_and_app_import_streamlit():
    for path in [*MODULES, *OTHERS]:
        if not path.is_relative_to(PACKAGE / "web"):
            assert not uses(path, "streamlit"), path


def test_nothing_in_the_package_imports_a_page(path: Path):
    assert not uses(path, "pages")
    assert not uses(path, "app")


def test_importing_the_package_and_its_figures_loads_neither_tensorflow_nor_streamlit():
    figures = ", eigfit.figures" if (PACKAGE / "figures" / "__init__.py").exists() else ""
    code = (
        f"import sys, eigfit{figures}\n"
        "print([name for name in ('tensorflow', 'keras', 'streamlit') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"
