"""A page follows the inbox of whoever has it open."""

from typing import Any, Final

from arena.base.sockets import Caller, Sockets
from arena.services.notifications.actions.inboxes import Inboxes

FOLLOW: Final = "notifications:follow"


def room_of(user: str) -> str:
    """The room of Socket.IO that the pages of a user are in."""
    return f"user:{user}"


def open_rooms(sockets: Sockets, inboxes: Inboxes) -> None:
    """Let pages follow the inbox of their user.

    `notifications:follow` answers `{unread}`; from then on the page gets each `notification`. What
    came before, or while it was away, is in the inbox.

    Args:
        sockets: Of the house.
        inboxes: Of everybody.
    """

    async def follow(caller: Caller, _: Any) -> dict[str, int]:
        user = str(caller.who().user_id)
        # First the room, then the number: what comes between is told, and counted.
        await sockets.server.enter_room(caller.sid, room_of(user))
        return {"unread": await inboxes.unread(user)}

    sockets.on(FOLLOW, follow)
