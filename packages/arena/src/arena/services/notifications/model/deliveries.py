"""What becomes of a notification on one channel."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from arena.services.notifications.model.kinds import Kind
from arena.services.notifications.model.preferences import Preferences, is_wanted

# queued -> sending -> sent | failed | unsure; sending -> queued, to be tried again. A muted,
# unreachable or expired one was never sent.
State = Literal["queued", "sending", "sent", "failed", "unsure", "muted", "unreachable", "expired"]
# How one attempt ended: brought; later: not, and may be; refused: never; unsure: nobody knows.
Outcome = Literal["brought", "later", "refused", "unsure"]
OPEN: Final = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to bring it; the log of deliveries is made of these.

    Attributes:
        number: From 1.
        started_ms: When.
        ended_ms: When; None: it goes on, or its worker died.
        outcome: How it ended; None likewise.
        detail: In words.
    """

    number: int
    started_ms: int
    ended_ms: int | None
    outcome: Outcome | None
    detail: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notification on one channel.

    Attributes:
        id: Its number.
        notification: That of the notification.
        user: Whose.
        kind: Of the notification.
        channel: By which.
        title: One line.
        body: Plain text.
        state: What became of it.
        attempts: How many began.
        expires_ms: After this it is not sent any more.
        urgent: Whether nothing holds it back.
        reference: What the other side calls it.
        updated_ms: When the state was set.
    """

    id: int
    notification: int
    user: str
    kind: str
    channel: str
    title: str
    body: str
    state: State
    attempts: int
    expires_ms: int
    urgent: bool
    reference: str
    updated_ms: int


def first_state(
    kind: Kind, channel: str, preferences: Preferences, reachable: Collection[str]
) -> State:
    """What becomes of a delivery at first.

    Args:
        kind: Of the notification.
        channel: By which it would go.
        preferences: Of the user.
        reachable: Channels that need no address, or have one.
    """
    if not is_wanted(preferences, kind.name, channel):
        return "muted"
    return "queued" if channel in reachable else "unreachable"
