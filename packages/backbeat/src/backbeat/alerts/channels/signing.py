"""Signatures of webhooks: HMAC-SHA256 over the time and the body."""

import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import Final

# A signature is refused when its time is further away, in seconds.
TOLERANCE_S: Final = 300
_VERSION: Final = "v1="


def sign(body: bytes, keys: Sequence[str], at: int) -> str:
    """The value of the header `Backbeat-Signature`: `t=<seconds>,v1=<hex>`, a `v1` for each key.

    With two keys a receiver may know either: that is how a key is replaced.

    Args:
        body: What is sent.
        keys: Secrets, the newest first.
        at: The time, in seconds since 1970.
    """
    signatures = [_VERSION + _digest(body, key, at) for key in keys]
    return ",".join([f"t={at}", *signatures])


def verify(body: bytes, header: str, keys: Sequence[str], *, now: float | None = None) -> bool:
    """Whether one of these keys has signed this body within the last five minutes.

    For receivers: verify the bytes as they came, before reading them, and refuse a
    `Backbeat-Delivery` that has come already.

    Args:
        body: What has come.
        header: The header `Backbeat-Signature`.
        keys: The secrets that are known.
        now: The time, in seconds since 1970. Defaults to now.
    """
    parts = [part.strip() for part in header.split(",")]
    stamp = next((part[2:] for part in parts if part.startswith("t=")), "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        return False
    at = int(stamp)
    if abs((time.time() if now is None else now) - at) > TOLERANCE_S:
        return False
    given = [part.removeprefix(_VERSION).encode() for part in parts if part.startswith(_VERSION)]
    known = [_digest(body, key, at).encode() for key in keys]
    # All are compared, so that the time says nothing of which one it was.
    same = [hmac.compare_digest(one, other) for one in given for other in known]
    return any(same)


def _digest(body: bytes, key: str, at: int) -> str:
    return hmac.new(key.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
