"""What every channel is."""

from typing import Any, Literal, Protocol

import msgspec

Event = Literal["raised", "recovered", "test"]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What is brought.

    Attributes:
        id: Of the notice: one that is brought twice has the same.
        event: Whether the alert is there, is over, or is none.
        kind: JOB_FAILURE, QUEUE_STALL...; see the page on alerts.
        key: Tells the alert from all others.
        rule: Name of the rule.
        severity: How bad it is.
        summary: One sentence.
        at: When, ISO 8601 in UTC.
        data: Facts about it.
    """

    id: str
    event: Event
    kind: str
    key: str
    rule: str
    severity: str
    summary: str
    at: str
    data: dict[str, Any]


class DeliveryFailed(Exception):
    """A channel could not bring a notice; it is tried again, some times."""


class Channel(Protocol):
    """Brings notices.

    Attributes:
        name: Letters, digits and `._-`; what rules and the log call it.
    """

    name: str

    async def deliver(self, notice: Notice) -> None:
        """Bring it.

        Raises:
            DeliveryFailed: It was not brought, or nobody knows.
        """
        ...
