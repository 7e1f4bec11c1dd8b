"""The inbox while somebody looks at it: an event to all pages of a user, in whichever process."""

from arena.services.notifications.channels.channel import Later, Message
from arena.services.notifications.model.kinds import IN_APP
from arena.services.notifications.store.news import News
from backbeat import Backbeat, BackbeatError


class LiveInbox:
    """Tells the pages of a user that are open; see `Channel` for the attributes.

    It writes to a stream that every process with pages follows, so the worker need not know where
    they are. Who is away misses the event and finds the notification in the inbox: it is stored
    already.
    """

    name = IN_APP
    needs_address = False
    is_silent = True
    keeps_keys = True
    seconds = 5.0

    def __init__(self, app: Backbeat) -> None:
        """Send nothing yet.

        Args:
            app: Has the server that the processes with pages follow.
        """
        self._news = News(app)

    async def bring(self, message: Message) -> str:
        """Bring it; see `Channel.bring`."""
        event = {
            "id": message.notification,
            "type": message.kind,
            "title": message.title,
            "message": message.body,
        }
        try:
            await self._news.announce(message.key, message.user, event)
        except BackbeatError as error:
            # Announced again with the same key, it is told once.
            raise Later(type(error).__name__) from error
        return ""
