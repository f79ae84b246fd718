"""The command line: `python -m eigfit`."""
