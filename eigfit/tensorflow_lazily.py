"""TensorFlow, imported when one of its names is first used.

Importing TensorFlow takes seconds. Modules that compute write
`from eigfit import tensorflow_lazily as tf`, so that menus, links and checks of input, which need
only the modules' tables, are there at once.
"""

import importlib
import os
import sys
import tempfile
from typing import Any


def __getattr__(name: str) -> Any:
    """The TensorFlow name, remembered here for the next use."""
    if name.startswith("__"):
        raise AttributeError(name)
    if "tensorflow" not in sys.modules:
        importlib.import_module("eigfit.compilation_cache").switch_on()
        _name_a_temporary_folder()
    globals()[name] = getattr(importlib.import_module("tensorflow"), name)
    return globals()[name]


def _name_a_temporary_folder() -> None:
    """Let TensorFlow be imported where there is none: it only asks for the name of one.

    absl's absltest.py, which its modules import, does (`TEST_TMPDIR`), and on a full disk Python
    has no answer.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = os.path.abspath(os.sep)
