"""Who may import whom: the engine computes, figures draw, the web asks; nothing points back."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "eigfit"

# The floors of the house from the top down: a room may use what lies below it. Single modules are
# the ground that all of them stand on.
FLOORS = (
    {"web"},
    {"engine"},
    {"study"},
    {"experiment"},
    {"fitting"},
    {"problem"},
    {"structures", "eigen"},
    {"results"},
)
BESIDE = {"figures": {"results"}, "web": {"figures", "eigfit"}}
GROUND = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def room_of(path: Path) -> str:
    """The first name below the package: a room, or a module of the ground."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def usable(room: str) -> set[str]:
    """What a room may use: itself, the floors below, and what stands beside it."""
    floor = next((i for i, rooms in enumerate(FLOORS) if room in rooms), len(FLOORS))
    lower = set().union(*FLOORS[floor + 1 :])
    return {room} | lower | BESIDE.get(room, set()) | (set() if room in GROUND else GROUND)


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


def test_every_room_has_its_floor():
    assert ROOMS == set().union(*FLOORS, {"figures"})


def test_imports_point_downwards_only(path: Path):
    assert modules_used(path) <= usable(room_of(path))


def test_the_core_knows_neither_streamlit_nor_plotly(path: Path):
    room = room_of(path)
    assert room == "web" or not uses(path, "streamlit")
    assert room in ("web", "figures") or not uses(path, "plotly")


def test_figures_know_no_tensorflow(path: Path):
    if room_of(path) == "figures":
        assert not uses(path, "tensorflow")
        assert not uses(path, "eigfit.tensorflow_lazily")


def test_only_figures_build_plotly_objects():
    for path in [*MODULES, *SCRIPTS, *OTHERS]:
        if not path.is_relative_to(PACKAGE / "figures"):
            assert not uses(path, "plotly.express"), path
            built = [name for name in called(path) if name.startswith("go.")]
            assert built == [], path


def test_examples_and_benchmarks_need_no_streamlit():
    for path in OTHERS:
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
