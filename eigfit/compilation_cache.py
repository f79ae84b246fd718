"""Where XLA keeps what it has compiled, so that the next process need not compile it again.

The cache holds native code: it belongs to one machine and one TensorFlow, and lies in the user's
cache folder, never with the project. EIGFIT_CACHE names another folder, or is `off`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import tempfile
from pathlib import Path
from typing import Final

import platformdirs

VARIABLE: Final = "EIGFIT_CACHE"
ROOM: Final = 2**20  # bytes, several times those of a program
MOST_BYTES: Final = 2**28  # of all machines and versions together, the oldest files go first


def folder() -> Path | None:
    """The cache of this machine and TensorFlow, or None where it is switched off."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen == "off":
        return None
    root = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("eigfit")) / "xla"
    return root / hashlib.sha256(_machine().encode()).hexdigest()[:16]


def switch_on() -> None:
    """Let XLA use the cache; to be called before TensorFlow is imported."""
    cache = folder()
    if cache is None:
        return
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _forget_the_oldest(cache.parent)
        with tempfile.TemporaryFile(dir=cache) as trial:
            trial.write(b"\0" * ROOM)
    except OSError:
        return  # without a folder to write to, everything is compiled anew
    flags = (
        f"--tf_xla_persistent_cache_directory={cache} --tf_xla_persistent_cache_device_types=CPU"
    )
    os.environ["TF_XLA_FLAGS"] = f"{os.environ.get('TF_XLA_FLAGS', '')} {flags}".strip()


def clear() -> bool:
    """Delete what this machine has cached; whether there was anything."""
    cache = folder()
    files = list(cache.glob("*.pb")) if cache else []
    for file in files:
        file.unlink(missing_ok=True)
    return bool(files)


def _machine() -> str:
    """What compiled code hangs on."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    features = sorted(
        {line for line in lines if line.startswith(("flags", "Features", "model name"))}
    )
    versions = [
        f"{package} {distribution.version}"
        for package in ("tensorflow", "tensorflow-cpu", "keras")
        for distribution in importlib.metadata.distributions(name=package)
    ]
    return "\n".join([platform.machine(), platform.processor(), *features, *sorted(versions)])


def _forget_the_oldest(root: Path) -> None:
    files = sorted(root.glob("*/*.pb"), key=lambda file: file.stat().st_mtime, reverse=True)
    total = 0
    for file in files:
        total += file.stat().st_size
        if total > MOST_BYTES:
            file.unlink(missing_ok=True)
