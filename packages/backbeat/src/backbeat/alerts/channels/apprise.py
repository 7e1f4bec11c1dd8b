"""Brings notices to people: Slack, Discord, e-mail, SMS, push, by a URL of apprise."""

import asyncio
from typing import Final

from typing_extensions import override

from backbeat.alerts.channels.channel import Channel, DeliveryFailed, Notice
from backbeat.engine.ids import check_name
from backbeat.errors import ConfigurationError, InvalidOption

_TYPES: Final = {"info": "info", "warning": "warning", "critical": "failure"}
_TIMEOUT_S: Final = 30.0


class Apprise(Channel):
    """A service that apprise knows, such as slack://..., discord://... or mailto://..."""

    def __init__(self, name: str, url: str) -> None:
        """Connect nothing yet.

        Args:
            name: What rules and the log call it.
            url: As apprise documents it. It is a secret, and never shown.

        Raises:
            ConfigurationError: apprise is not installed: `backbeat[alerts]`.
            InvalidOption: apprise does not know such a URL.
        """
        try:
            import apprise
        except ImportError as error:
            raise ConfigurationError("apprise is missing: pip install backbeat[alerts]") from error
        self.name = check_name(name, "channel")
        self._service = apprise.Apprise()
        if not self._service.add(url):
            raise InvalidOption(f"channel {name!r}: apprise knows no such URL")

    @override
    def __repr__(self) -> str:
        return f"<Apprise {self.name}>"

    @override
    async def deliver(self, notice: Notice) -> None:
        """Bring it; see `Channel.deliver`."""
        recovered = notice.event == "recovered"
        title = f"{'recovered: ' if recovered else ''}{notice.kind} {notice.key}"
        kind = "success" if recovered else _TYPES[notice.severity]
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                told = await self._service.async_notify(
                    body=notice.summary, title=title, notify_type=kind
                )
        except TimeoutError as error:
            raise DeliveryFailed("no answer within 30 s") from error
        except Exception as error:
            # Whatever a plugin raises: its words may hold the URL, which is a secret.
            raise DeliveryFailed(type(error).__name__) from error
        if not told:
            raise DeliveryFailed("the service did not take it")
