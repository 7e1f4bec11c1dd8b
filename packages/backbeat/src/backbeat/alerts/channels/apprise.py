"""Brings notices to people: Slack, Discord, e-mail, SMS, push, by a URL of apprise."""

from functools import partial
from typing import Final

from typing_extensions import override

from backbeat.alerts.channels.aside import Aside
from backbeat.alerts.channels.channel import Channel, DeliveryFailed, Notice
from backbeat.engine.ids import check_name
from backbeat.errors import ConfigurationError, InvalidOption

_TYPES: Final = {"info": "info", "warning": "warning", "critical": "failure"}


class Apprise(Channel):
    """A service that apprise knows, such as slack://..., discord://... or mailto://..."""

    def __init__(self, name: str, url: str, *, timeout: float = 30.0) -> None:
        """Connect nothing yet.

        Args:
            name: What rules and the log call it.
            url: As apprise documents it. It is a secret, and never shown.
            timeout: Seconds for one attempt. Defaults to 30.

        Raises:
            ConfigurationError: apprise is not installed: `backbeat[alerts]`.
            InvalidOption: apprise does not know such a URL, or the time makes no sense.
        """
        try:
            import apprise
        except ImportError as error:
            raise ConfigurationError("apprise is missing: pip install backbeat[alerts]") from error
        self.name = check_name(name, "channel")
        if not 0 < timeout <= 60:
            raise InvalidOption(f"channel {name!r}: timeout is from 0 to 60 s, not {timeout!r}")
        self._timeout = timeout
        self._aside = Aside(name)
        # Its own limit would have it wait in threads that keep a process from ending.
        self._service = apprise.Apprise(asset=apprise.AppriseAsset(service_timeout=0))
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
        tell = partial(self._service.notify, body=notice.summary, title=title, notify_type=kind)
        try:
            told = await self._aside.call(tell, self._timeout)
        except DeliveryFailed:
            raise
        except TimeoutError as error:
            raise DeliveryFailed(f"no answer within {self._timeout:g} s") from error
        except Exception as error:
            # Whatever a plugin raises: its words may hold the URL, which is a secret.
            raise DeliveryFailed(type(error).__name__) from error
        if not told:
            raise DeliveryFailed("the service did not take it")
