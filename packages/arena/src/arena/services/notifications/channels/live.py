"""The inbox while somebody looks at it: an event over Socket.IO to all pages of a user."""

from typing import Any, Protocol

from arena.services.notifications.channels.channel import Message
from arena.services.notifications.model.kinds import IN_APP

EVENT = "notification"


class Emitter(Protocol):
    """A server of Socket.IO, or a manager that reaches the servers of other processes."""

    async def emit(self, event: str, data: Any = None, *, room: str | None = None) -> Any:
        """Send an event to a room."""


class LiveInbox:
    """Tells the pages of a user that are open; see `Channel` for the attributes.

    Who is away misses the event and finds the notification in the inbox: it is stored already. The
    event has its number, so a page that gets it twice shows it once.
    """

    name = IN_APP
    needs_address = False
    is_silent = True
    keeps_keys = True
    seconds = 5.0

    def __init__(self, emitter: Emitter) -> None:
        """Send nothing yet.

        Args:
            emitter: What sends. Pages of a user have to be in the room `room_of(user)`.
        """
        self._emitter = emitter

    async def bring(self, message: Message) -> str:
        """Bring it; see `Channel.bring`."""
        event = {
            "id": message.notification,
            "type": message.kind,
            "title": message.title,
            "message": message.body,
        }
        await self._emitter.emit(EVENT, event, room=room_of(message.user))
        return ""


def room_of(user: str) -> str:
    """The room of Socket.IO that the pages of a user are in."""
    return f"user:{user}"
