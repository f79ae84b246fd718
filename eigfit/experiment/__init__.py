"""The settings of one run, and its ways into links, files and scripts."""
