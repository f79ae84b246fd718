"""The parts of the Article page."""
