"""Scripts as browsers fetch them: compressed once for all visitors, and never asked for again.

Streamlit's own compression would compress them anew for each visitor, Plotly's 4.8 MB in 0.14 s of
the thread that all visitors wait for.
"""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# An address says which version it is of, so what is there never changes.
FOR_EVER: Final = "public, max-age=31536000, immutable"
CODING: Final = "gzip"
ACCEPTED: Final = "accept-encoding"


class Scripts(StaticFiles):
    """The files of a folder whose address changes with them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, compressed where its reader can take that."""
        found = await super().get_response(path, scope)
        found.headers["Cache-Control"] = FOR_EVER
        if not isinstance(found, FileResponse) or CODING not in _codings(scope):
            return found
        file = Path(found.path)
        body = await to_thread.run_sync(_compressed, file, os.stat(file).st_mtime_ns)
        said = {name: found.headers[name] for name in ("cache-control", "etag", "content-type")}
        return Response(body, headers=said | {"content-encoding": CODING, "vary": ACCEPTED})


def _codings(scope: Scope) -> list[str]:
    accepted = Headers(scope=scope).get(ACCEPTED, "")
    return [coding.split(";")[0].strip() for coding in accepted.split(",")]


@lru_cache(maxsize=64)
def _compressed(file: Path, changed: int) -> bytes:
    """A file's bytes, compressed; `changed` tells a later version from an earlier one."""
    return gzip.compress(file.read_bytes(), mtime=0)
