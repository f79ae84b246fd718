"""A progress bar on the error stream, where that is a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final

WIDTH: Final = 30
PATIENCE: Final = 0.5  # seconds of work that go by without a bar


class Progress:
    """Called as progress(done, all); wiped away in the end."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Progress:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Draw how far it has come."""
        if not sys.stderr.isatty() or time.monotonic() - self._began < PATIENCE:
            return
        full = WIDTH * done // max(total, 1)
        bar = "█" * full + "░" * (WIDTH - full)
        sys.stderr.write(f"\r{bar} {done:,} of {total:,} starts")
        sys.stderr.flush()
        self._drawn = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
