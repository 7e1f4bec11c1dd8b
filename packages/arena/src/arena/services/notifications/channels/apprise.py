"""Everything that apprise knows: Slack, Discord, Telegram, e-mail by SMTP, and a hundred more."""

from typing import Final

import apprise

from arena.services.notifications.channels.channel import Later, Message, Refused, Unsure
from arena.services.notifications.model.kinds import check_name

_SECONDS: Final = 30.0


class Apprise:
    """The address of a user is a URL of apprise, `slack://...`; see `Channel` for the attributes.

    apprise says only whether it worked, so each failure counts as one that passes. There are no
    keys: where a worker dies in the middle, the message may come twice.
    """

    needs_address = True
    is_silent = False
    keeps_keys = False
    seconds = _SECONDS

    def __init__(self, name: str, *, schemes: frozenset[str]) -> None:
        """Connect to nothing.

        Args:
            name: Of the channel.
            schemes: What addresses may begin with: {"slack"}. Users write these addresses, and some
                plugins of apprise reach into this machine or its network.

        Raises:
            Invalid: The name is none.
        """
        self.name = check_name(name, "a channel")
        self._schemes = schemes

    def fits(self, address: str) -> bool:
        """Whether an address is one of this channel; asks nobody."""
        scheme = address.partition("://")[0]
        return scheme in self._schemes and bool(apprise.Apprise().add(address))

    async def bring(self, message: Message) -> str:
        """Bring it; see `Channel.bring`."""
        scheme = message.address.partition("://")[0]
        service = apprise.Apprise()
        if scheme not in self._schemes or not service.add(message.address):
            # The address may hold a token, so it is not repeated.
            raise Refused("the address is none of this channel")
        try:
            told = await service.async_notify(body=message.body, title=message.title)
        except Exception as error:
            # Whatever a plugin raises; its words may hold the address.
            raise Unsure(type(error).__name__) from error
        if not told:
            raise Later("the service did not take it")
        return ""
