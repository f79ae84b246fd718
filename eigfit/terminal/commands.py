"""The commands of the terminal and their arguments.

A new command is a function (arguments) → (exit status, text, JSON) and a parser of its arguments.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Final

from numpy.linalg import LinAlgError

from eigfit.checks import numbers_from
from eigfit.solve.rules import RULES
from eigfit.terminal.checking import checked
from eigfit.terminal.showing import listed, shown
from eigfit.terminal.solving import solved

BAD_INPUT: Final = 2
INTERRUPTED: Final = 130
STATUSES: Final = (
    "exit status: 0 solved; 2 bad input; 3 provably unsolvable, or the certified minimum lies "
    "beyond the errors of the data; 4 stuck, no start reached the data and nothing proves that "
    "none can"
)


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line; gives the exit status.

    Args:
        arguments: what stands after `eigfit`, those of the process unless given.
    """
    given = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if stream.encoding and stream.encoding.lower() not in ("utf-8", "utf8"):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its notes about the machine
    try:
        with warnings.catch_warnings():
            # What a start that diverges does to NumPy's numbers is told in the answer.
            warnings.simplefilter("ignore", RuntimeWarning)
            status, text, told = given.command(given)
        print(json.dumps(told, ensure_ascii=False, indent=1) if given.json else text, flush=True)
    except LinAlgError:
        print("eigfit: the numbers are too large or too small to be computed with", file=sys.stderr)
        return BAD_INPUT
    except (ValueError, TypeError) as error:
        print(f"eigfit: {error}", file=sys.stderr)
        return BAD_INPUT
    except MemoryError:
        print("eigfit: this needs more memory than there is", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("eigfit: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read along has seen enough; Python must not write once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def parser() -> argparse.ArgumentParser:
    """What stands after `eigfit`."""
    whole = argparse.ArgumentParser(
        prog="eigfit", epilog=STATUSES,
        description="Solve inverse eigenvalue problems: every answer, its error bars, or the proof "
        "that there is none.",
    )  # fmt: skip
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    solve = commands.add_parser("solve", help="find every solution of a problem", epilog=STATUSES)
    _add_problem(solve)
    solve.add_argument("--starts", type=_whole(1, 1_000_000), help="how many random starts")
    solve.add_argument("--budget", type=_whole(1, 1_000_000),
                       help="go on to so many starts while further solutions come")  # fmt: skip
    solve.add_argument("--rule", choices=[*RULES], default="majorised", help="how steps are taken")
    solve.add_argument("--tolerance", type=float, default=1e-10,
                       help="a start has reached the data within this share of them")  # fmt: skip
    solve.add_argument(
        "--max-iterations", type=_whole(0, 100_000), default=100, help="of one start"
    )
    solve.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster to compute on")
    solve.set_defaults(command=solved)
    check = commands.add_parser("check", help="is it well posed, before anything is solved?")
    _add_problem(check)
    check.set_defaults(command=checked)
    listing = commands.add_parser("gallery", help="published problems by name")
    listing.set_defaults(command=listed)
    show = commands.add_parser("show", help="one of them: source, answer and its file")
    show.add_argument("name", help="a name in the gallery")
    show.add_argument("--file", action="store_true", help="the file alone, to be written to one")
    show.add_argument(
        "--save", metavar="FOLDER", help="copy the file and what it names into a folder"
    )
    show.set_defaults(command=shown)
    for one in (solve, check, listing, show):
        one.add_argument("--json", action="store_true", help="everything, for other programs")
    return whole


def _add_problem(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "problem", help="a problem file, docs/problems.md, or a name in the gallery"
    )
    command.add_argument(
        "--seed", type=_whole(0, 2**63), default=0, help="of the first random start"
    )
    for end in ("low", "high"):
        command.add_argument(f"--{end}", type=_numbers, metavar="NUMBERS",
                             help="end of random starts: one number, or one per parameter between "
                             "commas")  # fmt: skip


def _whole(least: int, most: int):
    def whole(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            raise argparse.ArgumentTypeError(f"a whole number is needed; got {text[:40]!r}")
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{least:,} to {most:,} is needed; got {int(text):,}")
        return int(text)

    return whole


def _numbers(text: str) -> list[float]:
    try:
        return numbers_from(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
