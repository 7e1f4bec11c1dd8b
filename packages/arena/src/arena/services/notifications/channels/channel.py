"""What every channel is, and the three ways in which bringing something can fail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is brought to one recipient by one channel.

    Attributes:
        key: The same in every attempt, and of no other message: a provider that knows such keys
            brings it once.
        notification: Number of the notification.
        user: Whose.
        address: Where to; "" where the channel needs none.
        kind: Of the notification.
        title: One line.
        body: Plain text.
    """

    key: str
    notification: int
    user: str
    address: str
    kind: str
    title: str
    body: str


class Channel(Protocol):
    """One way to people.

    Attributes:
        name: Small letters, digits, _ and -: "email".
        needs_address: Whether a user is reached only by an address that they gave.
        is_silent: Whether it disturbs nobody: then quiet hours and limits do not hold it back.
        keeps_keys: Whether the same key again brings nothing again.
        seconds: How long bringing may take.
    """

    name: str
    needs_address: bool
    is_silent: bool
    keeps_keys: bool
    seconds: float

    async def bring(self, message: Message) -> str:
        """Bring it; gives what the other side calls it, or "".

        Raises:
            Refused: It never will.
            Later: It was not brought, and may be another time.
            Unsure: It may have been brought, or not.
        """
        ...


class Refused(Exception):
    """This message cannot be brought, whenever it is tried: no such address, too long."""


class Later(Exception):
    """It was not brought.

    Attributes:
        retry_after: Seconds for which the other side wants to be left alone; None: it did not say.
    """

    def __init__(self, words: str, *, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class Unsure(Exception):
    """It was sent, and no answer came."""
