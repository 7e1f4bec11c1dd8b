"""A user of a server who may do what Backbeat needs, and nothing else."""

from typing import Final

from backbeat.server.rights import NEEDED
from packages.backbeat.tests.support.private_server import PrivateServer

# What tests ask by themselves, what their scripts run, and facts that the doctor calls optional.
_OF_TESTS: Final = frozenset({"incrby", "info", "lrem", "scard", "xlen"})
_NAME: Final = "least"
_PASSWORD: Final = "secret"  # noqa: S105 - of a server of this test


def least_user(server: PrivateServer, namespace: str) -> str:
    """Make the user on a server; its address as that user.

    Args:
        server: The server.
        namespace: How the names of all keys begin that it may touch.
    """
    commands = sorted({line.split()[0].lower() for line in NEEDED} | _OF_TESTS)
    server.client.acl_setuser(
        _NAME, enabled=True, reset=True, passwords=[f"+{_PASSWORD}"], keys=[f"{namespace}*"],
        commands=[f"+{name}" for name in commands],
    )  # fmt: skip
    scheme, slashes, path = server.url.partition("://")
    return f"{scheme}{slashes}{_NAME}:{_PASSWORD}@{path}"
