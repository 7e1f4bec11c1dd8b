"""What the processes of one supervisor have done since it started, added up for its metrics."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from backbeat.app.history import read_handlers
from backbeat.engine.calls.measure import OTHER, Row, added_up

if TYPE_CHECKING:
    from backbeat.telemetry.figures import HandlerFigures

# Names of handlers beyond these count as "other": each is a time series for ever.
MOST_HANDLERS: Final = 30

Rows = Mapping[str, Sequence[int]]


class Account:
    """Adds up what processes count; it outlives them. May be read from any thread.

    Attributes:
        replaced: Processes that were replaced.
    """

    def __init__(self) -> None:
        """Nothing was counted yet."""
        self.replaced = 0
        self._of: dict[str, dict[str, tuple[int, ...]]] = {}
        self._lock = threading.Lock()

    def add(self, queue: str, rows: Rows) -> None:
        """Count what a process did in a queue since it said so before."""
        with self._lock:
            of = self._of.setdefault(queue, {})
            for handler, numbers in rows.items():
                name = handler if handler in of or len(of) < MOST_HANDLERS else OTHER
                of[name] = added_up([of.get(name, ()), numbers])

    def figures(self) -> "dict[str, dict[str, HandlerFigures]]":
        """All of it, by queue and handler."""
        from backbeat.app.metrics import handler_figures

        with self._lock:
            rows = {
                queue: [Row(0, handler, numbers) for handler, numbers in of.items()]
                for queue, of in self._of.items()
            }
        return {
            queue: {name: handler_figures(each) for name, each in read_handlers(found).items()}
            for queue, found in rows.items()
        }
