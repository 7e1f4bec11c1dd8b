"""The other end of a webhook: notices are verified before they are read, and taken once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec

from backbeat.alerts.channels.channel import Notice
from backbeat.alerts.channels.signing import TOLERANCE_S, verify
from backbeat.errors import InvalidOption

_MOST_BODY: Final = 64 * 1024
# A signature may be from a little in the future, and is good for as long after that.
_REMEMBERED_S: Final = 2 * TOLERANCE_S


class Untrusted(Exception):
    """What has come is not signed by who knows a key, is too old, or is no notice: answer 401."""


class Inbox:
    """Takes notices for one process. Safe to use from several threads.

    Guarantees: what was recorded on its way and is sent once more is not taken twice by this
    process while it remembers 10,000 others; after ten minutes its signature is too old anyway.
    Several processes tell repeats apart by the notice's id in a store of their own.
    """

    def __init__(self, keys: Sequence[str], *, most: int = 10_000) -> None:
        """Nothing has come yet.

        Args:
            keys: The secrets that are known; two while one replaces the other.
            most: How many notices are remembered. Defaults to 10,000.

        Raises:
            InvalidOption: There is no key, or nothing may be remembered.
        """
        if not keys or not all(keys) or most < 1:
            raise InvalidOption("an inbox needs a key, and room for one notice or more")
        self._keys = tuple(keys)
        self._most = most
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, body: bytes, signature: str, *, now: float | None = None) -> Notice | None:
        """The notice; None where it has come before: answer 200 then, and do nothing.

        Args:
            body: What has come, byte by byte.
            signature: The header `Backbeat-Signature`.
            now: The time, in seconds since 1970. Defaults to now.

        Raises:
            Untrusted: It is not to be believed.
        """
        at = time.time() if now is None else now
        if len(body) > _MOST_BODY or not verify(body, signature, self._keys, now=at):
            raise Untrusted("the signature is missing, too old, or of nobody known here")
        try:
            notice = msgspec.json.decode(body, type=Notice)
        except msgspec.DecodeError as error:
            raise Untrusted("it is signed, but it is no notice") from error
        return notice if self._is_new(notice.id, at) else None

    def _is_new(self, notice_id: str, at: float) -> bool:
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < at - _REMEMBERED_S:
                self._seen.popitem(last=False)
            if notice_id in self._seen:
                return False
            self._seen[notice_id] = at
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return True
