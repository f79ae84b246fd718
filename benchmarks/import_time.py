"""How long `import eigfit` takes, and whether it brings TensorFlow or Streamlit along.

The median over seven fresh interpreters, less the median of one that does nothing.
Run it with `python -m benchmarks.import_time`.
"""

import statistics
import subprocess
import sys
import time

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


if __name__ == "__main__":
    bare, imported = seconds("pass"), seconds("import eigfit")
    print(f"python -c pass    {1e3 * bare:6.1f} ms")
    print(f"import eigfit     {1e3 * imported:6.1f} ms, {1e3 * (imported - bare):.1f} ms more")
    print(f"loaded with it    {', '.join(loaded('import eigfit')) or 'none'} of {', '.join(HEAVY)}")
