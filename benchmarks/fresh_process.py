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
import eigfit as ef, tensorflow
loaded = time.perf_counter()
problem = ef.Problem(ef.symmetric(3), target=[1, 1, 1])
steps = ef.fit(problem, ef.optimiser("adam"), ef.random_start(problem, seed=0))
next(steps), next(steps)
print(json.dumps([loaded - begin, time.perf_counter() - loaded]))
"""
CACHE = "--tf_xla_persistent_cache_directory={} --tf_xla_persistent_cache_device_types=CPU"


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
    empty, filled = [], []
    for _ in range(min(options.rounds, 3)):
        with tempfile.TemporaryDirectory() as folder:
            # Both ways to a cache of its own: the user's cache folder and TensorFlow's flag.
            environment = {"XDG_CACHE_HOME": folder, "TF_XLA_FLAGS": CACHE.format(folder)}
            empty.append(seconds(environment))
            filled.append(seconds(environment))
    rows = [
        [name, *(f"{statistics.median(column):.2f}" for column in zip(*times, strict=True))]
        for name, times in (("cache empty", empty), ("cache of an earlier process", filled))
    ]
    return table(["XLA's persistent cache", "import TensorFlow, s", "first step, s"], rows), True
