"""Brings notices to a program: a signed POST to a URL of the open internet."""

import http.client
import socket
import ssl
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
from typing_extensions import override

from backbeat.alerts.channels.addresses import (
    Forbidden,
    Resolver,
    choose_address,
    parse_destination,
)
from backbeat.alerts.channels.aside import Aside
from backbeat.alerts.channels.channel import Channel, DeliveryFailed, Notice
from backbeat.alerts.channels.post import post
from backbeat.alerts.channels.signing import sign
from backbeat.engine.ids import check_name
from backbeat.errors import InvalidOption

_LEAST_KEY: Final = 16
_MOST_BODY: Final = 64 * 1024


class Webhook(Channel):
    """A signed POST of JSON; see `sign` for the header, and `verify` for receivers.

    Any status from 200 to 299 is a success; all else, a redirect too, is a failure.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        keys: Sequence[str],
        timeout: float = 10.0,
        insecure: bool = False,
        private: bool = False,
        trust: ssl.SSLContext | None = None,
        resolve: Resolver = socket.getaddrinfo,
    ) -> None:
        """Connect nothing yet.

        Args:
            name: What rules and the log call it.
            url: Where to, by https.
            keys: Secrets of 16 characters or more, the newest first: each signs.
            timeout: Seconds for one attempt, the look-up of the name included. Defaults to 10.
            insecure: Whether the URL may begin with http. Defaults to False.
            private: Whether it may be sent to addresses of the inside. Defaults to False.
            trust: Whose certificates are trusted. Defaults to the system's.
            resolve: Looks names up. Defaults to the system's way.

        Raises:
            InvalidOption: The URL, a key or the time makes no sense.
        """
        self.name = check_name(name, "channel")
        self._to = parse_destination(url, insecure=insecure)
        if not keys or any(len(key) < _LEAST_KEY for key in keys):
            raise InvalidOption(f"webhook {name!r} needs keys= of {_LEAST_KEY} characters or more")
        if not 0 < timeout <= 60:
            raise InvalidOption(f"webhook {name!r}: timeout is from 0 to 60 s, not {timeout!r}")
        self._keys = tuple(keys)
        self._timeout = timeout
        self._aside = Aside(name)
        self._private = private
        self._trust = trust
        self._resolve = resolve

    @override
    def __repr__(self) -> str:
        # Neither keys nor the path: both may be secrets.
        return f"<Webhook {self.name} to {self._to.host}>"

    @override
    async def deliver(self, notice: Notice) -> None:
        """Bring it; see `Channel.deliver`."""
        body = msgspec.json.encode(notice)
        if len(body) > _MOST_BODY:
            body = msgspec.json.encode(msgspec.structs.replace(notice, data={"cut": True}))
        try:
            status = await self._aside.call(partial(self._send, body, notice.id), self._timeout)
        except Forbidden as error:
            raise DeliveryFailed(str(error)) from None
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryFailed(f"{self._to.host}: {type(error).__name__}") from error
        if not 200 <= status < 300:
            raise DeliveryFailed(f"{self._to.host} answered {status}")

    def _send(self, body: bytes, notice_id: str) -> int:
        address = choose_address(self._to, private=self._private, resolve=self._resolve)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "backbeat",
            "Connection": "close",
            "Backbeat-Delivery": notice_id,
            "Backbeat-Signature": sign(body, self._keys, int(time.time())),
        }
        return post(self._to, address, body, headers, timeout=self._timeout, trust=self._trust)
