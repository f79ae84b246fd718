"""How long a new process waits for its first step of the starting experiment.

Each is measured in interpreters of their own; run it with `python -m benchmarks --parts fresh`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile

from benchmarks.options import Options
from benchmarks.table import table

CODE = """
import json, time
begin = time.perf_counter()
import eigfit as ef
from eigfit import tensorflow_lazily
tensorflow_lazily.constant(0)
loaded = time.perf_counter()
problem = ef.Problem(ef.symmetric(3), target=[1, 1, 1])
steps = ef.fit(problem, ef.optimiser("adam"), ef.random_start(problem, seed=0))
next(steps), next(steps)
print(json.dumps([loaded - begin, time.perf_counter() - loaded]))
"""


def seconds(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of importing TensorFlow, and from there to step 1, in one new process."""
    answer = subprocess.run(
        [sys.executable, "-c", CODE],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    imported, first = json.loads(answer.stdout.splitlines()[-1])
    return imported, first


def report(options: Options) -> tuple[str, bool]:
    """The table in Markdown; there is nothing to disagree about."""
    without, empty, filled = [], [], []
    for _ in range(min(options.rounds, 3)):
        with tempfile.TemporaryDirectory() as folder:
            without.append(seconds({"EIGFIT_CACHE": "off"}))
            empty.append(seconds({"EIGFIT_CACHE": folder}))
            filled.append(seconds({"EIGFIT_CACHE": folder}))
    rows = [
        [name, *(f"{statistics.median(column):.2f}" for column in zip(*times, strict=True))]
        for name, times in (
            ("off", without),
            ("empty", empty),
            ("of an earlier process", filled),
        )
    ]
    return table(["XLA's persistent cache", "import TensorFlow, s", "first step, s"], rows), True
