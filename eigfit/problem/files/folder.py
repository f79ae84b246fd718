"""The folder of a problem file, and the arrays of the files that lie beside it or below.

Nothing in a file is executed: CSV and Matrix Market are text, and NPZ is read without pickles.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from eigfit.problem.files.words import shown

LARGEST_FILE: Final = 64 * 2**20  # bytes
LARGEST_ARRAY: Final = 2**24  # numbers
MOST_ROWS: Final = 100_000


class Folder:
    """Where the arrays of a problem lie; each file is read once.

    Args:
        path: the folder of the problem file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._known: dict[tuple[str, str | None], Any] = {}

    def array(self, field: str, name: str, array: str | None) -> Any:
        """The numbers of a file: an array, or a SciPy sparse matrix if its file is one of entries.

        Args:
            field: which field names the file, for errors.
            name: of the file, relative to the folder, which it must not leave.
            array: which of the arrays of an NPZ file, needed if it has several.

        Raises:
            ValueError: there is no such file or array, or it holds something else than numbers.
        """
        if (name, array) not in self._known:
            path = self._inside(field, name)
            read = READERS.get(path.suffix.lower())
            if read is None:
                raise ValueError(
                    f"{field} must name a file that ends in {', '.join(READERS)}; got {shown(name)}"
                )
            if array is not None and path.suffix.lower() != ".npz":
                raise ValueError(
                    f"{field} is {shown(name)}, and only an .npz file has arrays by name"
                )
            said = f"{field}: {shown(name)}"
            try:
                self._known[name, array] = read(said, path, array)
            except OSError as error:
                raise ValueError(f"{said} cannot be read: {error.strerror or error}") from None
            except MemoryError:
                raise ValueError(f"{said} needs more memory than there is") from None
        return self._known[name, array]

    def _inside(self, field: str, name: str) -> Path:
        try:
            path = (self.path / name).resolve()
            below = path.is_relative_to(self.path) and not Path(name).is_absolute()
            there = path.is_file()
            size = path.stat().st_size if there else 0
        except (OSError, ValueError, RuntimeError):
            below, there, size, path = True, False, 0, self.path
        if not below:
            raise ValueError(
                f"{field} must lie in the folder of the problem file or below; got {shown(name)}"
            )
        if not there:
            raise ValueError(
                f"{field} is {shown(name)}, but there is no such file beside the problem"
            )
        if size > LARGEST_FILE:
            raise ValueError(
                f"{field} is {shown(name)}, of {size:,} bytes; a file may have {LARGEST_FILE:,}"
            )
        return path


def _from_csv(said: str, path: Path, array: str | None) -> np.ndarray:
    """The rows of a table; a single row or column is a list of numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{said} is not a text in UTF-8") from None
    rows: list[list[float]] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        cells = re.split(r"\s*[,;]\s*|\s+", line)
        try:
            rows.append([float(cell) for cell in cells])
        except ValueError:
            cell = next(cell for cell in cells if not _is_number(cell))
            raise ValueError(f"{said} must hold numbers; line {number} has {shown(cell)}") from None
        if len(cells) != len(rows[0]):
            raise ValueError(
                f"{said} must have as many numbers in each line; line {number} has {len(cells)}, "
                f"the first {len(rows[0])}"
            )
    if not rows:
        raise ValueError(f"{said} holds no numbers")
    table = np.array(rows)
    return table.ravel() if 1 in table.shape else table


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _from_matrix_market(said: str, path: Path, array: str | None) -> Any:
    from scipy.io import mminfo, mmread

    # By its path and not as a stream: the reader's own threads stay away from Python objects.
    try:
        rows, columns, entries, form, kind, _ = mminfo(str(path))
        dense = form == "array"
        if kind == "pattern" or max(rows, columns) > MOST_ROWS or min(rows, columns) < 1:
            raise ValueError(f"a matrix of numbers with up to {MOST_ROWS:,} rows is needed")
        if (rows * columns if dense else entries) > LARGEST_ARRAY:
            raise ValueError(f"at most {LARGEST_ARRAY:,} entries are read")
        matrix = mmread(str(path))
    except (ValueError, TypeError, OverflowError, IndexError, EOFError) as error:
        raise ValueError(f"{said} is no Matrix Market file that can be read: {error}") from None
    if dense:
        return np.asarray(matrix)
    from scipy.sparse import csr_array

    return csr_array(matrix)


def _from_npz(said: str, path: Path, array: str | None) -> np.ndarray:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist()]
            if array is None and len(names) == 1:
                array = names[0]
            if array not in names:
                which = "say in `array` which one" if array is None else f'there is no "{array}"'
                raise ValueError(f"it holds {', '.join(map(str, names[:10])) or 'none'}; {which}")
            # What a header claims is read before anything is made of it.
            with archive.open(f"{array}.npy") as member:
                version = np.lib.format.read_magic(member)
                headers = {
                    (1, 0): np.lib.format.read_array_header_1_0,
                    (2, 0): np.lib.format.read_array_header_2_0,
                }
                if version not in headers:
                    raise ValueError("its arrays are of a later version")
                shape, _, dtype = headers[version](member)
        if dtype.kind not in "iufc":
            raise ValueError(f"{array} must hold numbers; it holds {dtype}")
        if np.prod([float(length) for length in shape]) > LARGEST_ARRAY:
            raise ValueError(f"{array} has shape {list(shape)}; at most {LARGEST_ARRAY:,} numbers")
        with np.load(path, allow_pickle=False) as arrays:
            return arrays[str(array)]
    except (
        ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError,
        RuntimeError, SyntaxError, OverflowError, zlib.error,
    ) as error:  # fmt: skip
        raise ValueError(f"{said} is no NPZ file that can be read: {error}") from None


READERS: Final[dict[str, Callable[[str, Path, str | None], Any]]] = {
    ".csv": _from_csv,
    ".mtx": _from_matrix_market,
    ".npz": _from_npz,
}
