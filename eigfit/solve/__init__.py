"""Answers: second-order steps, all solutions, error bars, verdicts and certificates."""
