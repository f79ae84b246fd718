"""`python -m eigfit`: inverse eigenvalue problems from a terminal."""

import sys

from eigfit.terminal.commands import run

if __name__ == "__main__":
    sys.exit(run())
