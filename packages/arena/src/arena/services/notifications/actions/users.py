"""What users say: where they are reached, what they want, when to leave them alone."""

import asyncio
from collections.abc import Callable, Mapping, Set
from typing import Final

from arena.base.db import Database
from arena.base.errors import Invalid
from arena.services.notifications.errors import UnknownChannel
from arena.services.notifications.model.kinds import IN_APP, Kinds, check_user
from arena.services.notifications.model.preferences import ANY
from arena.services.notifications.model.quiet_hours import QuietHours
from arena.services.notifications.store import people

_MOST_ADDRESS: Final = 500

# Whether a text is an address.
Fits = Callable[[str], bool]


class Users:
    """Addresses, preferences and quiet hours."""

    def __init__(
        self,
        database: Database,
        kinds: Kinds,
        channels: Set[str],
        own: Mapping[str, Fits] | None = None,
    ) -> None:
        """Read nothing yet.

        Args:
            database: Where they are.
            kinds: All that are declared.
            channels: All that there are.
            own: Those whose addresses people write themselves, and what is one. Such an address
                holds a key to a chat, so nobody is bothered by those of others. Defaults to none.
        """
        self._database = database
        self._kinds = kinds
        self._channels = channels
        self._own = own or {}

    async def set_address(self, user: str, channel: str, address: str | None) -> None:
        """Say where a user is reached. Whether it is theirs, the caller has seen to.

        Args:
            user: Who.
            channel: By which.
            address: An e-mail address, a number, a token; None: nowhere any more.

        Raises:
            Invalid: The user or the address is none.
            UnknownChannel: There is no such channel, or it needs no address.
        """
        if channel == IN_APP:
            raise UnknownChannel("the inbox needs no address")
        if address is not None and (
            not address.isprintable() or not 1 <= len(address) <= _MOST_ADDRESS
        ):
            raise Invalid(f"an address has 1 to {_MOST_ADDRESS} printable characters")
        async with self._database.transaction() as session:
            await people.set_address(session, check_user(user), self._known(channel), address)

    async def set_own_address(self, user: str, channel: str, address: str | None) -> None:
        """Let a user say where they are reached by a chat; None: nowhere any more.

        Raises:
            Invalid: It is no address of this chat, or too long.
            UnknownChannel: There is no such chat here; by e-mail and its like people are reached
                where somebody vouches for the address.
        """
        if channel not in self._own:
            known = ", ".join(sorted(self._own)) or "none here"
            raise UnknownChannel(f"{channel[:60]!r} is no chat; there are {known}")
        # The first time apprise loads all that it knows, which takes a while.
        if address is not None and not await asyncio.to_thread(self._own[channel], address):
            raise Invalid(f"this is no address of {channel}: see the page of apprise about it")
        await self.set_address(user, channel, address)

    async def addresses(self, user: str) -> dict[str, str]:
        """Where a user is reached, by channel."""
        async with self._database.reading() as session:
            return await people.addresses(session, check_user(user))

    async def prefer(
        self, user: str, *, kind: str = ANY, channel: str = ANY, wanted: bool | None
    ) -> None:
        """Say whether a kind may come by a channel.

        What says more wins: kind and channel, then the kind, then the channel, then neither. What
        nobody said anything about is wanted.

        Args:
            user: Who.
            kind: Name of a kind. Defaults to "*": every kind.
            channel: Name of a channel. Defaults to "*": every channel.
            wanted: Whether; None: as if nothing had been said.

        Raises:
            Invalid: The user is none.
            UnknownKind, UnknownChannel: There is no such kind or channel.
        """
        # Only what there is: so nobody has more rows than kinds times channels.
        name = kind if kind == ANY else self._kinds[kind].name
        known = channel if channel == ANY else self._known(channel)
        async with self._database.transaction() as session:
            await people.set_wish(session, check_user(user), name, known, wanted)

    async def preferences(self, user: str) -> dict[tuple[str, str], bool]:
        """What a user has said: by kind and channel."""
        async with self._database.reading() as session:
            return await people.wishes(session, check_user(user))

    async def set_quiet_hours(self, user: str, quiet: QuietHours | None) -> None:
        """Say when a user is left alone but for what is urgent; None: never."""
        async with self._database.transaction() as session:
            await people.set_hours(session, check_user(user), quiet)

    async def quiet_hours(self, user: str) -> QuietHours | None:
        """When a user is left alone; None: never."""
        async with self._database.reading() as session:
            return await people.hours(session, check_user(user))

    def _known(self, channel: str) -> str:
        if channel not in self._channels:
            known = ", ".join(sorted(self._channels))
            raise UnknownChannel(f"there is no channel {channel[:60]!r}; there are {known}")
        return channel
