"""The page: widgets, the live charts and the run behind them."""
