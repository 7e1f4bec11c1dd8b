"""Which addresses a webhook may be sent to: those of the open internet only, looked up once."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from backbeat.errors import InvalidOption

# Gives the addresses of a host and port, as `socket.getaddrinfo` does.
Resolver = Callable[..., Sequence[tuple[Any, ...]]]

_MOST_CHARACTERS: Final = 2_000
_UNICAST: Final = ipaddress.ip_network("2000::/3")
# IPv6 addresses that stand for an IPv4 one behind a translator (RFC 6052, 8215, 3056, 4380).
_TRANSLATED: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
)


class Forbidden(Exception):
    """A webhook may not be sent there."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a webhook goes.

    Attributes:
        host: The name that the certificate and the Host header have.
        port: The port.
        path: Path and query.
        secure: Whether by https.
    """

    host: str
    port: int
    path: str
    secure: bool

    @property
    def authority(self) -> str:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def parse_destination(url: str, *, insecure: bool = False) -> Destination:
    """Read a URL strictly.

    Args:
        url: https://example.org:8443/path.
        insecure: Whether http is allowed, too. Defaults to False.

    Raises:
        InvalidOption: It is no such URL, or names a user, a fragment, or a zone.
    """
    schemes = ("https", "http") if insecure else ("https",)
    if len(url) > _MOST_CHARACTERS or any(mark <= " " or mark in '\\"<>^`{|}\x7f' for mark in url):
        raise InvalidOption("a webhook's URL has at most 2,000 characters and no blanks")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        # The name as it is looked up: what people read and what is asked for must be one.
        host = host.rstrip(".").encode("idna").decode() if ":" not in host else host
    except (ValueError, UnicodeError) as error:
        raise InvalidOption(f"a webhook's URL cannot be read: {error}") from None
    if parts.scheme not in schemes:
        raise InvalidOption(f"a webhook's URL begins with {schemes[0]}://, not {parts.scheme!r}")
    if not host or "%" in host or "@" in parts.netloc or parts.fragment or port == 0:
        raise InvalidOption(
            "a webhook's URL is https://example.org/path: no user, zone or fragment"
        )
    if not parts.path.isascii() or not parts.query.isascii():
        raise InvalidOption("a webhook's path is ASCII: percent-encode the rest")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(host, port or (443 if secure else 80), path, secure)


def choose_address(
    to: Destination, *, private: bool = False, resolve: Resolver = socket.getaddrinfo
) -> str:
    """The address to connect to: the name is looked up once, and every answer must be public.

    Args:
        to: Where the webhook goes.
        private: Whether addresses of the inside are allowed. Defaults to False.
        resolve: Looks names up. Defaults to the system's way.

    Raises:
        Forbidden: One of the addresses is not of the open internet, or there is none.
    """
    try:
        found = resolve(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(f"{to.host} has no address: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise Forbidden(f"{to.host} has no address")
    if not private and any(not is_public(address) for address in addresses):
        raise Forbidden(f"{to.host} has an address that is not of the open internet")
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether an address is of the open internet, whatever form it has."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # with a zone, say
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address not in _UNICAST or any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
