"""Whoever sits at this machine."""

import ipaddress
from typing import Final

from backbeat.gateway.access.policy import Credentials
from backbeat.gateway.access.principal import Principal
from backbeat.gateway.access.roles import Role

_HERE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Loopback:
    """Recognises every request from this machine to this machine; for development.

    A page from elsewhere that has its name resolved to 127.0.0.1 is not: it asks for its own name.
    Nor is what a proxy on this machine passes on.
    """

    def __init__(self, role: Role = Role.ADMIN) -> None:
        """Grant a role. Defaults to everything."""
        self._role = role

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """See `Access.recognise`."""
        if any(name in credentials.headers for name in _FORWARDED):
            return None
        if not is_loopback(credentials.client) or not _names_us(credentials.headers.get("host")):
            return None
        return Principal("loopback", self._role.actions)


def is_loopback(address: str | None) -> bool:
    """Whether an address, or "localhost", is this machine and nothing else."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _names_us(host: str | None) -> bool:
    if host is None:
        return False
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower() in _HERE
