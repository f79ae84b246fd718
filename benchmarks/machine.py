"""What the measurements were taken on."""

from __future__ import annotations

import importlib.metadata
import os
import platform

PACKAGES = (
    ("tensorflow", "tensorflow-cpu"),
    ("keras",),
    ("numpy",),
    ("scipy",),
    ("jax",),
    ("torch",),
    ("eigh",),
    ("xitorch",),
)


def described() -> str:
    """Cores, system, load and versions, in one paragraph."""
    versions = [version for names in PACKAGES if (version := _version(names))]
    return (
        f"Measured on {os.cpu_count()} shared {platform.machine()} cores, {platform.system()}, no "
        f"GPU; load average {os.getloadavg()[0]:.1f} when it began. "
        f"Python {platform.python_version()}, {', '.join(versions)}. Threads as each library "
        "sets them: all use every core where they think it pays."
    )


def _version(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""
