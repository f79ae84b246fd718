"""Plain data that runs give back, and the sentences of their states."""
