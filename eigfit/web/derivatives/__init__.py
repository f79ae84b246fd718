"""The parts of the Derivatives page."""
