"""One thing to send, as said by what knows the order and sends nothing itself."""

from dataclasses import dataclass

from backbeat.engine.calls.reply import Arg
from backbeat.lua import Script


@dataclass(frozen=True, slots=True)
class Step:
    """What is sent next; it may be sent twice.

    Attributes:
        command: The whole command.
        script: The script that it runs; None where it runs none.
    """

    command: tuple[Arg, ...]
    script: Script | None = None
