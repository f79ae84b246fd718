"""What docs/problems.md says is done as it stands: its code, its files and its commands."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import eigfit as ef
from eigfit.terminal.commands import run

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```(python|json|sh)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LARGEST = 300_000  # bytes of all pictures


def test_the_page_runs_from_above_to_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    written, commands = [], 0
    for block in BLOCKS.finditer(PAGE):
        kind, text = block.groups()
        if kind == "python":
            exec(compile(text, "docs/problems.md", "exec"), names)
        elif kind == "json":
            (name,) = re.findall(r"`(\w+\.json)`:\s*$", PAGE[: block.start()])
            Path(name).write_text(text, encoding="utf-8")
            written.append(name)
        else:
            for line in text.splitlines():
                python, module, package, *arguments = shlex.split(line)
                assert (python, module, package) == ("python", "-m", "eigfit")
                assert run(arguments) == 0, line
                commands += 1
    assert written == ["chain.json", "qubit.json", "beads.json"]
    assert commands == 8
    told = capsys.readouterr().out
    assert "in 4 distinct solutions" in told
    only = names["only"]
    np.testing.assert_allclose(only.parameters, [503.1, 585.8, 710.5], atol=0.05)
    np.testing.assert_allclose(only.standard_errors, [5.0, 12.8, 10.1], atol=0.05)
    assert np.abs((only.parameters - [500, 600, 700]) / only.standard_errors).max() < 2
    assert names["first"].rank == 2
    assert np.isinf(names["first"].standard_errors).all()
    np.testing.assert_allclose(names["bands"].parameters, [0.4, -1, 0.15], atol=1e-9)


def test_every_problem_of_the_gallery_is_told_with_its_picture():
    told = re.findall(
        r"^\*\*(.+?)\*\*, `(\w+)`\. .+\n\n!\[.+\]\((problems/\w+\.svg)\)$", PAGE, re.M
    )
    assert sorted(name for _, name, _ in told) == list(ef.gallery())
    for title, name, picture in told:
        assert title == ef.gallery(name).title
        assert picture == f"problems/{name}.svg"
    pictures = list((ROOT / "docs" / "problems").iterdir())
    assert sorted(path.stem for path in pictures) == list(ef.gallery())
    assert sum(path.stat().st_size for path in pictures) < LARGEST
