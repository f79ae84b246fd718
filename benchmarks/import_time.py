"""How long `import eigfit` takes, and whether it brings TensorFlow or Streamlit along.

The median over fresh interpreters, less the median of one that does nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.options import Options

RUNS = 7
HEAVY = ("tensorflow", "streamlit")


def seconds(code: str) -> float:
    """Median wall time of a fresh interpreter that runs the code."""
    return statistics.median(_once(code) for _ in range(RUNS))


def loaded(code: str) -> list[str]:
    """Which of the heavy packages are loaded after the code."""
    question = f"{code}; import sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", question], check=True, capture_output=True, text=True
    )
    return answer.stdout.split()


def _once(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def report(options: Options) -> tuple[str, bool]:
    """One sentence, and whether nothing heavy came along."""
    del options  # the same for all sizes
    bare, imported = seconds("pass"), seconds("import eigfit")
    along = loaded("import eigfit")
    return (
        f"`import eigfit` takes {1e3 * (imported - bare):.0f} ms beyond the interpreter's own "
        f"{1e3 * bare:.0f} ms. Of {' and '.join(HEAVY)} it loads {' and '.join(along) or 'none'}.",
        not along,
    )
