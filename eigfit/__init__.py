"""eigfit finds a matrix that has the eigenvalues you ask for.

The public names are listed in `__init__.pyi` and load on first use (SPEC 1), so that
`import eigfit` waits neither for TensorFlow nor for Streamlit.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
