"""The keys that Google signs with, kept as long as it says; they change every few days."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import google.auth.exceptions
from google.auth.transport.requests import Request

from arena.base.errors import Unavailable

ADDRESS: Final = "https://www.googleapis.com/oauth2/v1/certs"
_PATIENCE_S: Final = 5.0
_LEAST_S: Final = 60.0
_MOST_S: Final = 86_400.0
# Between two requests for a key that was not among them: anybody can name one.
_APART_S: Final = 10.0
_MOST_BYTES: Final = 100_000
_AGE: Final = re.compile(r"max-age=([0-9]{1,9})")


class GoogleKeys:
    """Fetches the keys when they are needed, once for all who wait for them."""

    def __init__(
        self, address: str = ADDRESS, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Fetch nothing yet.

        Args:
            address: Where they are. Defaults to Google's.
            clock: Seconds that only rise. Defaults to the monotonic clock.
        """
        self._address = address
        self._clock = clock
        self._certificates: Mapping[str, str] = {}
        self._good_until = self._asked_at = float("-inf")
        self._turn = asyncio.Lock()

    async def with_key(self, key_id: str) -> Mapping[str, str]:
        """Certificates by key id; among them, unless Google has none of it, the one that is named.

        Where Google does not answer, certificates are good for a day.

        Raises:
            Unavailable: There are none, and Google does not answer.
        """
        async with self._turn:
            now = self._clock()
            asked_lately = now - self._asked_at < _APART_S
            if (now >= self._good_until or key_id not in self._certificates) and not asked_lately:
                await self._refresh()
            if not self._certificates or self._clock() >= self._good_until + _MOST_S:
                raise Unavailable(
                    "Google's keys cannot be had now: try again", retry_after=_APART_S
                )
            return self._certificates

    async def _refresh(self) -> None:
        self._asked_at = self._clock()
        try:
            certificates, seconds = await asyncio.to_thread(self._fetch)
        except (google.auth.exceptions.TransportError, ValueError):
            return
        self._certificates = certificates
        self._good_until = self._clock() + min(max(seconds, _LEAST_S), _MOST_S)

    def _fetch(self) -> tuple[Mapping[str, str], float]:
        response = Request()(self._address, method="GET", timeout=_PATIENCE_S)
        if response.status != 200 or len(response.data) > _MOST_BYTES:
            raise ValueError("these are no keys")
        found: Any = json.loads(response.data)
        if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
            raise ValueError("these are no keys")
        age = _AGE.search(response.headers.get("cache-control", ""))
        return found, float(age[1]) if age else _LEAST_S
