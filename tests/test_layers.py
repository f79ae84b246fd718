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
    {"__main__"},
    {"web", "terminal"},
    {"engine"},
    {"study"},
    {"experiment"},
    {"fitting", "solve", "gallery"},
    {"problem"},
    {"structures", "eigen"},
    {"results"},
)
BESIDE = {"figures": {"results"}, "web": {"figures", "eigfit"}}
GROUND = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
GRAPHS = ("plotly.graph_ob", "plotly.subplots", "plotly.express", "plotly.figure_factory")
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def room_of(path: Path) -> str:
    """The first name below the package: a room, or a module of the ground."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def usable(room: str) -> set[str]:
    """What a room may use: itself, the floors below, and what stands beside it."""
    floor = next((i for i, rooms in enumerate(FLOORS) if room in rooms), len(FLOORS))
    lower = set().union(*FLOORS[floor + 1 :])
    return {room} | lower | BESIDE.get(room, set()) | GROUND


def tree_of(source: str) -> ast.Module:
    """The parsed source, without annotations: they are written down and never called."""

    class Unannotated(ast.NodeTransformer):
        def visit_arg(self, node: ast.arg) -> ast.arg:
            return ast.arg(node.arg)

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            node.returns = None
            return self.generic_visit(node)

        def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
            node.annotation = ast.Constant(None)
            return self.generic_visit(node)

    return Unannotated().visit(ast.parse(source))


def imported(path: Path) -> set[str]:
    """Dotted names of everything a file imports, `from a import b` as `a.b`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return set(imports(tree, path.relative_to(ROOT).parts)) | named_imports(tree)


def imports(tree: ast.AST, parts: tuple[str, ...] = ()) -> dict[str, str]:
    """What is imported, by its full dotted name, and the name by which the file knows it."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name: alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = node.module or ""
            if node.level:
                parent = ".".join((*parts[: -node.level], *filter(None, [node.module])))
            for alias in node.names:
                names[f"{parent}.{alias.name}"] = alias.asname or alias.name
    return names


def named_imports(tree: ast.AST) -> set[str]:
    """The modules that a file imports by their names in quotes."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    ways = ("import_module", "__import__")
    return {
        str(call.args[0].value)
        for call in calls
        if ast.unparse(call.func).endswith(ways) and isinstance(call.args[0], ast.Constant)
    }


def built(source: str) -> set[str]:
    """What a source uses of Plotly's figures, by whatever name, annotations aside."""
    tree = tree_of(source)
    known = {
        name: full
        for full, name in imports(tree).items()
        if f"{full}.".startswith("plotly.") and name.isidentifier()
    }
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    full = {name.replace(root, known.get(root, root), 1)
            for name in used for root in [name.split(".")[0]]}  # fmt: skip
    full |= named_imports(tree)
    return {name for name in full if name.startswith(GRAPHS)}


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
    assert ROOMS | {"__main__"} == set().union(*FLOORS, {"figures"})


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


def test_the_web_knows_no_tensorflow_but_in_the_code_it_shows(path: Path):
    if room_of(path) == "web" and path != PACKAGE / "web" / "article" / "code.py":
        assert not uses(path, "tensorflow")
        assert not uses(path, "eigfit.tensorflow_lazily")


def test_only_figures_build_plotly_objects():
    for path in [*MODULES, *SCRIPTS, *OTHERS]:
        if not path.is_relative_to(PACKAGE / "figures"):
            assert not uses(path, "plotly.express"), path
            assert built(path.read_text(encoding="utf-8")) == set(), path


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import plotly.graph_objects as x\nx.Figure()", True),
        ("import plotly.graph_objects\nplotly.graph_objects.Figure()", True),
        ("import plotly\nplotly.graph_objs.Scatter()", True),
        ("from plotly import graph_objects\ngraph_objects.Figure()", True),
        ("from plotly.graph_objects import Figure\nFigure([])", True),
        ("from plotly.graph_objs import Figure as F\nf = F", True),
        ("from plotly import subplots\nsubplots.make_subplots()", True),
        ("import importlib\nimportlib.import_module('plotly.graph_objects').Figure()", True),
        ("import plotly.graph_objects as go\ndef f(x: go.Figure) -> go.Figure: ...", False),
        ("import plotly\nprint(plotly.__file__)", False),
    ],
)
def test_a_figure_is_seen_whatever_it_is_called(source: str, found: bool):
    assert bool(built(source)) == found


def test_an_import_is_seen_whatever_its_spelling():
    source = "importlib.import_module('streamlit'); __import__('app'); from a import b as c"
    assert named_imports(ast.parse(source)) == {"streamlit", "app"}
    assert imports(ast.parse(source)) == {"a.b": "c"}


def test_only_the_visitor_of_the_benchmarks_speaks_streamlits_protocol():
    for path in OTHERS:
        assert uses(path, "streamlit") == (path.name == "visitor.py"), path


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
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"
