"""Whatever a file holds, it is a problem or it is refused in one sentence."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import eigfit as ef
from tests.problem.files.contents import changed, folder_with_files, valid_contents, written

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "problem.schema.json").read_text(encoding="utf-8"))
LONGEST = 400  # characters of a sentence


def refusal(path: Path) -> str | None:
    """The sentence that refuses a file, None if it is read."""
    try:
        ef.read_problem(path)
    except ValueError as error:
        return str(error)
    return None


@pytest.mark.parametrize("seed", range(4))
def test_changed_files_are_refused_in_a_sentence_or_fit_the_schema(seed: int, tmp_path: Path):
    (tmp_path / "here").mkdir()
    folder = folder_with_files(tmp_path / "here")
    random = np.random.default_rng(seed)
    contents = valid_contents()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    refused = 0
    for _ in range(150):
        content = changed(contents[random.integers(len(contents))], random)
        sentence = refusal(written(folder, content))
        if sentence is None:
            validator.validate(content)
        else:
            refused += 1
            assert "\n" not in sentence
            assert 0 < len(sentence) <= LONGEST
    assert refused > 100


def test_a_file_cut_anywhere_is_refused_in_a_sentence(tmp_path: Path):
    text = json.dumps(valid_contents()[0])
    for end in range(len(text)):
        with pytest.raises(ValueError, match=r"^[^\n]{10,200}$"):
            ef.read_problem(written(tmp_path, text[:end]))


@pytest.mark.parametrize("name", ["", "absent.json", "folder", "binary.json"])
def test_what_is_no_file_of_text_is_refused(name: str, tmp_path: Path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"needed|UTF-8"):
        ef.read_problem(tmp_path / name)
