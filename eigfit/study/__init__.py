"""What is made of an experiment beside its own run: several at once, and its derivatives."""
