"""What is asked of every queue and handler, whichever application declares it."""

from collections.abc import Iterator

from backbeat import Backbeat


def without_timeout(jobs: Backbeat) -> Iterator[str]:
    """Handlers that could run for ever, as "queue/handler": each says how long it may take."""
    for queue in jobs.queues.values():
        for handler in queue.handlers.values():
            if handler.timeout is None:
                yield f"{queue.name}/{handler.name}"
