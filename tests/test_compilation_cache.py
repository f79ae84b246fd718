"""What XLA has compiled is kept for the next process, and never in anybody's way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eigfit import compilation_cache

FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
WARM = "from eigfit import tensorflow_lazily as tf; tf.float64\n"  # it knows its cache from here on
FIRST_STEP = """
import eigfit as ef
problem = ef.Problem(ef.symmetric(2), [1, 2])
print(next(ef.fit(problem, ef.optimiser("adam"), [1, 2, 3])).loss)
"""


def in_a_new_process(code: str, folder: Path) -> str:
    environment = {**os.environ, "EIGFIT_CACHE": str(folder), "TF_XLA_FLAGS": ""}
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-2000:]
    return found.stdout


@pytest.mark.parametrize("damaged", [b"", b"no program at all", None])
def test_a_damaged_file_is_compiled_anew(damaged: bytes | None, tmp_path: Path):
    printed = in_a_new_process(FIRST_STEP, tmp_path)
    (file,) = tmp_path.rglob("*.pb")
    file.write_bytes(file.read_bytes()[:1000] if damaged is None else damaged)
    assert in_a_new_process(FIRST_STEP, tmp_path) == printed
    assert [found.stat().st_size > 10_000 for found in tmp_path.rglob("*.pb")] == [True]


@pytest.mark.parametrize("code", [FULL + FIRST_STEP, WARM + FULL + FIRST_STEP], ids=["", "warm"])
def test_on_a_full_disk_everything_is_computed_all_the_same(code: str, tmp_path: Path):
    printed = in_a_new_process(FIRST_STEP, tmp_path / "another")
    found = in_a_new_process(code, tmp_path / "cache")
    assert float(found) == pytest.approx(float(printed), rel=1e-14)
    assert not list((tmp_path / "cache").rglob("*.pb"))


def test_the_app_switches_it_on_before_tensorflow_is_there(tmp_path: Path):
    code = (
        "import os\n"
        "from eigfit.engine import workplace\n"
        "print(workplace.submit(os.getenv, 'TF_XLA_FLAGS').result())"
    )
    assert f"={tmp_path}" in in_a_new_process(code, tmp_path)


def test_it_is_switched_off_by_a_word(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EIGFIT_CACHE", "off")
    monkeypatch.setenv("TF_XLA_FLAGS", "--given")
    compilation_cache.switch_on()
    assert compilation_cache.folder() is None
    assert os.environ["TF_XLA_FLAGS"] == "--given"
    assert not compilation_cache.clear()


def test_where_nothing_can_be_written_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    occupied = tmp_path / "file"
    occupied.write_text("")
    monkeypatch.setenv("EIGFIT_CACHE", str(occupied))
    monkeypatch.setenv("TF_XLA_FLAGS", "--given")
    compilation_cache.switch_on()
    assert os.environ["TF_XLA_FLAGS"] == "--given"


def test_the_oldest_files_go_when_there_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EIGFIT_CACHE", str(tmp_path))
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    monkeypatch.setattr(compilation_cache, "MOST_BYTES", 25)
    folder = compilation_cache.folder()
    assert folder is not None
    folder.mkdir()
    for age in range(4):
        file = folder / f"{age}.pb"
        file.write_bytes(bytes(10))
        os.utime(file, (1000 - age, 1000 - age))
    compilation_cache.switch_on()
    assert sorted(file.name for file in folder.glob("*.pb")) == ["0.pb", "1.pb"]


def test_what_was_traced_before_makes_no_other_program(tmp_path: Path):
    printed = in_a_new_process(FIRST_STEP, tmp_path)
    before = "import tensorflow as tf\nfor i in range(9):\n    tf.function(lambda x: x + i)(1.0)\n"
    assert in_a_new_process(before + FIRST_STEP, tmp_path) == printed
    assert len(list(tmp_path.rglob("*.pb"))) == 1
