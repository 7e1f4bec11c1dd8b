"""What an address of a server may look like. Messages never repeat it: it may hold a password."""

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from backbeat.config.several import parse_several

EMBEDDED: Final = "embedded"
_SERVERS: Final = ("redis", "rediss", "valkey", "valkeys")
SCHEMES: Final = (*_SERVERS, "redis+cluster", "redis+sentinel", "unix", EMBEDDED)


def check_address(url: str) -> str:
    """Accept an address as it is, or say what is wrong with it.

    Raises:
        ValueError: The scheme is unknown, or what must follow it is missing.
    """
    several = parse_several(url)
    if several is not None and several.scheme in _SERVERS:
        return url
    parts = _split(url)
    if several is not None or parts.scheme not in SCHEMES:
        raise ValueError(f"the address must begin with one of {', '.join(SCHEMES)}, then ://")
    if parts.scheme == EMBEDDED and not embedded_folder(url):
        raise ValueError("embedded:// must be followed by a folder")
    if parts.scheme == "unix" and not parts.path:
        raise ValueError("unix:// must be followed by the path of a socket")
    if parts.scheme not in {EMBEDDED, "unix"} and not parts.hostname:
        raise ValueError(f"{parts.scheme}:// must be followed by a host")
    return url


def embedded_folder(url: str | None) -> str | None:
    """The folder of an `embedded://folder` address, None for any other."""
    scheme, separator, rest = (url or "").partition("://")
    return unquote(rest) if separator and scheme == EMBEDDED else None


def mask_password(url: str) -> str:
    """The address fit for a screen or a log: without its password, wherever it stands."""
    parts = urlsplit(url)
    user_info, at, host = parts.netloc.rpartition("@")
    user, colon, _ = user_info.partition(":")
    netloc = f"{user}:***{at}{host}" if colon else parts.netloc
    masked = parts._replace(netloc=netloc, query=_masked_query(parts.query)).geturl()
    # The library drops the empty host of a scheme that it does not know.
    return masked if "://" in masked else masked.replace(":", "://", 1)


def _masked_query(query: str) -> str:
    return re.sub(r"(?i)(^|&)(\w*password)=[^&]*", r"\1\2=***", query)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # parsed on access
    except ValueError:
        raise ValueError("the address has a malformed host or port") from None
    return parts
