"""A provider of e-mail, push or SMS over HTTP: JSON, a token, and a key for each message."""

import email.utils
import time
from typing import Final

import httpx
import msgspec

from arena.base.errors import Invalid
from arena.services.notifications.channels.channel import Later, Message, Refused, Unsure
from arena.services.notifications.model.kinds import check_name

# Too early, too many, a conflict that passes, and our own credentials: none is the message's fault.
_PASSING: Final = frozenset({401, 403, 408, 425, 429})
_LEAST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 3_600.0
_MOST_READ: Final = 64 * 1024


class _Taken(msgspec.Struct):
    id: str = ""


class Provider:
    """POST to `{url}/messages`; see `Channel` for the attributes.

    A 2xx is a success, and what it answers as `id` is kept. 408, 425, 429 and 5xx pass; so do 401
    and 403, since a wrong token is no fault of the message. Any other answer is final.
    """

    needs_address = True
    is_silent = False

    def __init__(
        self,
        name: str,
        url: str,
        *,
        token: str = "",
        seconds: float = 10.0,
        keeps_keys: bool = True,
    ) -> None:
        """Connect to nothing yet.

        Args:
            name: Of the channel.
            url: Address of the provider's API, without `/messages`.
            token: Sent as `Authorization: Bearer`. Never shown.
            seconds: For one message, all in all. Defaults to 10.
            keeps_keys: Whether it brings a message with the same `Idempotency-Key` once.

        Raises:
            Invalid: The name or the address is none, or the time is not from 0 to 60 s.
        """
        self.name = check_name(name, "a channel")
        self.seconds = seconds
        self.keeps_keys = keeps_keys
        if not _is_address(url):
            raise Invalid(f"channel {name!r}: the provider's address begins with https://")
        if not 0 < seconds <= 60:
            raise Invalid(f"channel {name!r}: seconds are from 0 to 60, not {seconds!r}")
        self._url = f"{url.rstrip('/')}/messages"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.AsyncClient(headers=headers, timeout=seconds, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def bring(self, message: Message) -> str:
        """Bring it; see `Channel.bring`."""
        content = {
            "to": message.address,
            "title": message.title,
            "body": message.body,
            "kind": message.kind,
        }
        headers = {"Idempotency-Key": message.key}
        try:
            async with self._client.stream(
                "POST", self._url, json=content, headers=headers
            ) as answer:
                return _read(answer, await _body(answer))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Later(f"no connection: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise Unsure(f"no answer: {type(error).__name__}") from error


def _is_address(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host)


async def _body(answer: httpx.Response) -> bytes:
    body = b""
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _MOST_READ:
            return b""
    return body


def _read(answer: httpx.Response, body: bytes) -> str:
    status = answer.status_code
    if answer.is_success:
        try:
            return msgspec.json.decode(body, type=_Taken).id[:200]
        except msgspec.DecodeError:
            return ""
    if status in _PASSING or status >= 500:
        raise Later(f"answered {status}", retry_after=read_pause(answer.headers.get("Retry-After")))
    raise Refused(f"answered {status}")


def read_pause(text: str | None) -> float | None:
    """Seconds of a `Retry-After`, a number or a date: from one to an hour."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        seconds = float(text[:9])
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, _LEAST_PAUSE_S), _LONGEST_PAUSE_S)
