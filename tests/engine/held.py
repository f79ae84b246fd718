"""An engine that answers when it is told to."""

from collections.abc import Callable
from concurrent.futures import Executor, Future


class Held(Executor):
    """Calls that are made when they are let go."""

    def __init__(self) -> None:
        self.calls: list[tuple[Future, Callable, tuple]] = []

    def submit(self, fn: Callable, /, *args, **kwargs) -> Future:
        """A future that `let_go` fulfils."""
        future: Future = Future()
        self.calls.append((future, fn, args))
        return future

    def let_go(self) -> None:
        """Make all calls that have not been cancelled."""
        calls, self.calls = self.calls, []
        for future, function, arguments in calls:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function(*arguments))
                except Exception as error:
                    future.set_exception(error)
