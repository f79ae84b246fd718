"""Optimisers and the compiled loop: steps to watch."""
