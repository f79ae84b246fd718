"""Several experiments at once."""
