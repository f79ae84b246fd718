"""Who takes part in the race, and what each of them needs; a new peer is a module and a row."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.workload import Reached, Workload


def installed(package: str) -> bool:
    """Whether a package can be imported."""
    return importlib.util.find_spec(package) is not None


class Peer(NamedTuple):
    """A row of the registry.

    `module` and `function` say where it is prepared and `package` what it needs. A slow one takes
    the workload's few steps, and one that does not descend remains at the start.
    """

    module: str
    package: str
    function: str = "prepare"
    slow: bool = False
    descends: bool = True

    @property
    def installed(self) -> bool:
        """Whether its package can be imported."""
        return installed(self.package)

    def steps(self, workload: Workload) -> int:
        """How many steps it takes."""
        return workload.few if self.slow else workload.steps

    def preparation(self, workload: Workload) -> Callable[[], Callable[[], Reached]]:
        """What imports the peer's package and makes its run ready."""
        prepare = getattr(importlib.import_module(f"benchmarks.{self.module}"), self.function)
        return lambda: prepare(workload, self.steps(workload))


OURS = "eigfit"
REFERENCE = "NumPy"
BARE = "SciPy evd"

PEERS: dict[str, Peer] = {
    OURS: Peer("race_eigfit", "tensorflow"),
    "JAX": Peer("race_jax", "jax"),
    "JAX, lean": Peer("race_jax", "jax", "prepare_lean"),
    "PyTorch": Peer("race_pytorch", "torch", slow=True),
    REFERENCE: Peer("race_numpy", "numpy"),
    "plain loop": Peer("race_tensorflow", "tensorflow", slow=True),
    BARE: Peer("race_scipy", "scipy", slow=True, descends=False),
}
