"""What a supervisor tells a child on its command line."""

from typing import Final, Self

import msgspec

from backbeat.worker.options import WorkerOptions

# Exit statuses of a child: the supervisor acts on them.
STOPPED: Final = 0
MISCONFIGURED: Final = 2
WORN: Final = 75


class ChildOptions(msgspec.Struct, frozen=True):
    """What a supervisor tells a child on its command line.

    Attributes:
        app: Where the application is, as module:attribute.
        queues: Names with weights; None is all queues.
        channel: File descriptor of the socket to the supervisor.
        pulse: File descriptor of the memory where the child's loop shows that it turns.
        options: The numbers of the worker.
        log_json: Whether log lines are JSON, whatever the application's settings say.
        pool: Take the queues of this pool; None: what `queues` says.
    """

    app: str
    queues: dict[str, int] | list[str] | None
    channel: int
    pulse: int
    options: WorkerOptions
    log_json: bool = False
    pool: str | None = None

    def encode(self) -> str:
        """As one word of a command line."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """From the command line."""
        return msgspec.json.decode(text, type=cls)
