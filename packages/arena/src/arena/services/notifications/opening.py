"""Puts the notification service together, with the channels that the settings name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from arena.base.db import Database
from arena.base.errors import Invalid, Misconfigured
from arena.base.settings import ArenaSettings
from arena.services.notifications.channels.apprise import Apprise
from arena.services.notifications.channels.live import LiveInbox
from arena.services.notifications.channels.provider import Provider
from arena.services.notifications.service import Notifications
from backbeat import Backbeat

if TYPE_CHECKING:
    from arena.services.notifications.channels.channel import Channel

EMAIL: Final = "email"
PUSH: Final = "push"
SMS: Final = "sms"

# Users write these addresses, so they lead to servers of the service and nowhere else. Others that
# apprise knows could be sent to this machine or its network.
CHATS: Final[dict[str, frozenset[str]]] = {
    "slack": frozenset({"slack"}),
    "discord": frozenset({"discord"}),
    "telegram": frozenset({"tgram"}),
    "pushover": frozenset({"pover"}),
}
CHANNELS: Final = frozenset({EMAIL, PUSH, SMS, *CHATS})
"""All that an installation may have besides the inbox; kinds may name any of them."""


def open_notifications(
    settings: ArenaSettings, jobs: Backbeat, database: Database
) -> Notifications:
    """The service of an installation, without any kind. Connects to nothing.

    Args:
        settings: Name the channels; the inbox, which pages follow live, is always there.
        jobs: Where its jobs are.
        database: Where notifications are.

    Raises:
        Misconfigured: A channel is set up in a way that cannot work.
    """
    channels: list[Channel] = [LiveInbox(jobs), *_provided(settings), *_chats(settings)]
    unset = CHANNELS - {channel.name for channel in channels}
    return Notifications(jobs, database, channels=channels, unset=unset)


def _provided(settings: ArenaSettings) -> Iterator[Provider]:
    each = (
        (EMAIL, settings.email_provider_url, settings.email_provider_token),
        (PUSH, settings.push_provider_url, settings.push_provider_token),
        (SMS, settings.sms_provider_url, settings.sms_provider_token),
    )
    for name, url, token in each:
        if url:
            yield _provider(name, url, token)
        elif token.get_secret_value():
            variable = f"{name.upper()}_PROVIDER"
            raise Misconfigured(
                f"{variable}_TOKEN is set and {variable}_URL is not: set both, or neither"
            )


def _provider(name: str, url: str, token: SecretStr) -> Provider:
    try:
        return Provider(name, url, token=token.get_secret_value())
    except Invalid:
        # It may hold a password, so it is not repeated.
        raise Misconfigured(
            f"{name.upper()}_PROVIDER_URL is no address of a provider: write"
            " https://, a host and a path, to which /messages is added"
        ) from None


def _chats(settings: ArenaSettings) -> Iterator[Apprise]:
    named = [each.strip() for each in settings.chat_channels.split(",") if each.strip()]
    for name in dict.fromkeys(named):
        if name not in CHATS:
            raise Misconfigured(f"CHAT_CHANNELS names {name[:40]!r}: there are {', '.join(CHATS)}")
        yield Apprise(name, schemes=CHATS[name])
