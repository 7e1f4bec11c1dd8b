"""What becomes of somebody who has just got an account."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from arena.base.errors import ArenaError
from arena.base.sessions.store.users import User
from arena.services.notifications import Notifications
from arena.services.notifications.opening import EMAIL

log: Final = logging.getLogger(__name__)


def greets(
    notifications: Notifications, *, believe: bool
) -> Callable[[User, bool], Awaitable[None]]:
    """Lets notifications reach people by e-mail at an address that is known to be theirs.

    Args:
        notifications: Of the house.
        believe: Whether what somebody merely typed in is believed, too: in the demo, where
            everybody is made up.
    """

    async def greet(user: User, vouched: bool) -> None:
        if not (vouched or believe) or EMAIL not in notifications.channels:
            return
        try:
            await notifications.users.set_address(str(user.id), EMAIL, user.email)
        except ArenaError as error:
            # They have an account all the same, and an inbox.
            log.warning("a newcomer is not reached by e-mail: %s", error)

    return greet
