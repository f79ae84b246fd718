"""Settings for the whole suite."""

import os

from eigfit import compilation_cache

# Both must stand before TensorFlow's first import: its notes about the machine are not test output,
# and most of the suite's time would go into compiling what was compiled the last time.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
compilation_cache.switch_on()
