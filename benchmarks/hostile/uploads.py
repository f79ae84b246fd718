"""Files as no page writes them, and what must hold of each all the same."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

import numpy as np

from benchmarks.hostile.links import NUMBERS, TEXTS, likely
from eigfit.experiment.files import SavedRun, read_run, run_as_json
from eigfit.experiment.limits import RANGES
from eigfit.experiment.links import full_link, read_link
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step

LONGEST_SENTENCE: Final = 200  # characters of a refusal
ODD: Final = (
    *(None, True, False, 0, -1, 1.5, 1e300, -1e-300, 10**400, -(10**4000), float("nan")),
    *(float("inf"), "", "x", "\ud800", "a" * 50_000, [], {}, [[[[]]]], {"": {"": None}}, [1, 2]),
)


class Armed:
    """An object whose pickle, once read, says so."""

    read: bool = False

    def __reduce__(self) -> tuple[Callable[[], Any], tuple]:
        """What reading its pickle would call."""
        return went_off, ()


def went_off() -> None:
    """Remember that a pickle has been read."""
    Armed.read = True


def saved(setup: Setup) -> dict[str, Any]:
    """What a page writes of a run of that experiment, as it is before it is text."""
    history = History()
    eigenvalues, r = np.array(setup.target), np.zeros(setup.parameters)
    history.append(Step(
        0, r, eigenvalues, 1.0, r, Status.running, matrix_of=lambda r: np.eye(setup.n),
    ))  # fmt: skip
    return json.loads(run_as_json(setup, "fit", history, ["run"]))


def uploads(seed: int, count: int) -> Iterator[bytes]:
    """So many files, the same for the same seed; first the fixed ones."""
    source = random.Random(seed)
    fixed = [*bombs()]
    yield from fixed[:count]
    for _ in range(count - len(fixed)):
        content = saved(likely(source))
        kind = source.randrange(4)
        if kind == 0:
            whole = json.dumps(content, indent=1).encode()
            yield whole[: source.randrange(len(whole))]
        elif kind == 1:
            yield _noisy(source, json.dumps(content).encode())
        else:
            yield _wrong(source, content)


def bombs() -> Iterator[bytes]:
    """Files of strangers that no random change of a saved run gives."""
    yield b""
    yield b"\x00" * 1000
    yield b"\xff\xfe" + '{"format": "eigfit"}'.encode("utf-16-le")
    yield b"\xef\xbb\xbf" + json.dumps(saved(Setup())).encode()
    yield bytes(range(256)) * 100
    for brackets in ("[", "]", "{", '{"a":', '["a",', '{"format":'):
        yield (brackets * 1_000_000)[:1_000_000].encode()
    for depth in (500, 900, 990, 1000, 5000, 100_000):
        for opening, closing in ("[]", ('{"a":', "}")):
            nested = opening * depth + "1" + closing * depth
            for name in ("page", "step", "setup", "version", "results"):
                yield _with_text(saved(Setup()), name, nested)
            yield _with_text(saved(Setup()), "setup", f'{{"n": {nested}}}')
    for digits in (300, 4299, 4300, 4301, 400_000):
        for name in ("step", "version"):
            yield _with_text(saved(Setup()), name, "9" * digits)
        yield _with_text(
            saved(Setup()), "setup", f'{{"n": {"9" * digits}, "seed": -{"9" * digits}}}'
        )
    yield _with_text(
        saved(Setup()), "setup", "{" + ",".join(f'"{i}":{i}' for i in range(60_000)) + "}"
    )
    yield _with_text(saved(Setup()), "setup", "{" + ",".join(['"n":4'] * 100_000) + "}")
    yield _with_text(saved(Setup()), "setup", f'{{"earlier": "{"1;" * 400_000}"}}')
    yield _with_text(saved(Setup()), "results", f"[{','.join(['null'] * 190_000)}]")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("run.json", b"[" * 50_000_000)
    yield archive.getvalue()
    yield gzip.compress(b" " * 50_000_000)
    yield pickle.dumps(Armed())
    yield (
        b'{"format": "eigfit", "page": "fit", "step": 1, "setup": '
        + pickle.dumps(Armed(), 0)
        + b"}"
    )


def broken_rule(content: bytes) -> str:
    """What a file breaks of what holds of every one; nothing where nothing."""
    try:
        run = read_run(content.decode("utf-8", "replace"))
    except ValueError as refusal:
        sentence = str(refusal)
        good = type(refusal) is ValueError and "\n" not in sentence
        return "" if good and 0 < len(sentence) <= LONGEST_SENTENCE else f"it says {sentence!r}"
    if Armed.read:
        return "a pickle has been read"
    return _broken_run(run)


def _broken_run(run: SavedRun) -> str:
    if Setup(**vars(run.setup)) != run.setup or read_link(full_link(run.setup)) != (run.setup, ()):
        return "it gives an experiment that is none"
    if not isinstance(run.page, str) or type(run.step) is not int:
        return "its page is no text, or its step no number"
    if not 0 <= run.step <= RANGES["max_steps"].high:
        return f"it was saved at step {run.step}"
    plain = all(isinstance(text, str) for each in run.refusals for text in (each.name, each.asked))
    return "" if plain else "it refuses what is no text"


def _with_text(content: dict[str, Any], name: str, text: str) -> bytes:
    """The content with this text, JSON or not, as the value of that name."""
    rest = {key: value for key, value in content.items() if key != name}
    return f"{json.dumps(rest)[:-1]}, {json.dumps(name)}: {text}}}".encode()


def _noisy(source: random.Random, whole: bytes) -> bytes:
    """Bytes changed, left out, and put in twice."""
    for _ in range(source.randrange(1, 8)):
        i, j = sorted(source.randrange(len(whole) + 1) for _ in range(2))
        kind = source.randrange(3)
        if kind == 0:
            whole = whole[:i] + source.randbytes(source.randrange(1, 4)) + whole[i + 1 :]
        elif kind == 1:
            whole = whole[:i] + whole[j:]
        else:
            whole = whole[:j] + whole[i:]
    return whole


def _wrong(source: random.Random, content: dict[str, Any]) -> bytes:
    """Well-formed JSON with values of wrong kinds, literals that are none, and names twice."""
    for _ in range(source.randrange(1, 5)):
        place = content if source.random() < 0.4 else content["setup"]
        if isinstance(place, dict):
            odd = source.choice((*ODD, source.choice(NUMBERS), source.choice(TEXTS)))
            place[source.choice([*place, "unknown", "v"])] = deepcopy(odd)
    text = json.dumps(content)
    if source.random() < 0.3:
        name = source.choice([*content])
        text = f"{text[:-1]}, {json.dumps(name)}: {json.dumps(source.choice(ODD))}}}"
    return text.encode("utf-8", "surrogatepass")
