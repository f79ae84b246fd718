"""What XLA has compiled is kept for the next process, and never in anybody's way."""

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from eigfit import compilation_cache
from eigfit.engine import workplace
from tests import first_steps
from tests.engine.runs import PATIENT
from tests.first_steps import loss_after
from tests.new_process import in_a_new_process


class First(NamedTuple):
    """What the first of all processes found, computed and left: one program."""

    cache: Path
    flags: str | None
    loss: float
    file: Path

    def copied(self, folder: Path) -> Path:
        """Its program in the cache of another process."""
        copy = folder / self.file.relative_to(self.cache)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(self.file.read_bytes())
        return copy


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    cache = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EIGFIT_CACHE", str(cache))
        patch.setenv("TF_XLA_FLAGS", "")
        executor = workplace.opened({}).executor
        try:
            flags = executor.submit(os.getenv, "TF_XLA_FLAGS").result(PATIENT)
            loss = executor.submit(first_steps.loss).result(PATIENT)
        finally:
            executor.shutdown()
    (file,) = cache.rglob("*.pb")
    return First(cache, flags, loss, file)


@pytest.mark.parametrize("damaged", [b"", b"no program at all", None])
def test_a_damaged_file_is_compiled_anew(damaged: bytes | None, first: First, tmp_path: Path):
    file = first.copied(tmp_path)
    file.write_bytes(file.read_bytes()[:1000] if damaged is None else damaged)
    assert in_a_new_process(loss_after, tmp_path) == first.loss
    assert [found.stat().st_size > 10_000 for found in tmp_path.rglob("*.pb")] == [True]


def test_what_was_traced_before_makes_no_other_program(first: First, tmp_path: Path):
    file = first.copied(tmp_path)
    assert in_a_new_process(loss_after, tmp_path, 9) == first.loss
    assert list(tmp_path.rglob("*.pb")) == [file]


def test_a_damaged_file_on_a_disk_that_is_full_by_then_is_in_nobodys_way(
    first: First, tmp_path: Path
):
    first.copied(tmp_path).write_bytes(b"no program at all")
    found = in_a_new_process(loss_after, tmp_path, 0, "by then")
    assert found == pytest.approx(first.loss, rel=1e-14)


@pytest.mark.parametrize("when", ["before", "by then"])
def test_on_a_full_disk_everything_is_computed_all_the_same(
    when: str, first: First, tmp_path: Path
):
    found = in_a_new_process(loss_after, tmp_path, 0, when)
    assert found == pytest.approx(first.loss, rel=1e-14)
    assert not list(tmp_path.rglob("*.pb"))


def test_the_app_switches_it_on_before_tensorflow_is_there(first: First):
    assert f"={first.cache}" in (first.flags or "")


def test_it_is_switched_off_by_a_word(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EIGFIT_CACHE", "off")
    monkeypatch.setenv("TF_XLA_FLAGS", "--given")
    compilation_cache.switch_on()
    assert compilation_cache.folder() is None
    assert os.environ["TF_XLA_FLAGS"] == "--given"
    assert not compilation_cache.clear()


@pytest.mark.parametrize("place", ["file", "file/x", "/proc"])
def test_where_nothing_can_be_written_there_is_none(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("EIGFIT_CACHE", str(tmp_path / place))
    monkeypatch.setenv("TF_XLA_FLAGS", "--given")
    compilation_cache.switch_on()
    assert os.environ["TF_XLA_FLAGS"] == "--given"
    assert not compilation_cache.clear()


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
