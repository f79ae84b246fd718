"""TensorFlow, imported when one of its names is first used.

Importing TensorFlow takes seconds. Modules that compute write
`from eigfit import tensorflow_lazily as tf`, so that menus, links and checks of input, which need
only the modules' tables, are there at once.
"""

import importlib
import sys
from typing import Any


def __getattr__(name: str) -> Any:
    """The TensorFlow name, remembered here for the next use."""
    if name.startswith("__"):
        raise AttributeError(name)
    if "tensorflow" not in sys.modules:
        importlib.import_module("eigfit.compilation_cache").switch_on()
    globals()[name] = getattr(importlib.import_module("tensorflow"), name)
    return globals()[name]
