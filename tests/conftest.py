"""Settings for the whole suite."""

import os

# Must stand before TensorFlow's first import: its notes about the machine are not test output.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
