"""Checks the server that the settings lead to, without starting one."""

from contextlib import closing
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError

from backbeat.config import Settings
from backbeat.config.address import mask_password
from backbeat.config.several import parse_several
from backbeat.errors import ServerUnavailable
from backbeat.server.doctor import check_server
from backbeat.server.explain import Explanation
from backbeat.server.findings import Finding
from backbeat.server.policy import find_unasked
from backbeat.server.several import check_several
from backbeat.server.surroundings import look_around
from backbeat.server.target import client_url

_PATIENCE_S: Final = 5.0


def check_target(settings: Settings, explained: Explanation) -> list[Finding]:
    """Check the server of these settings, and whether there may be one where none is named.

    Args:
        settings: Where it is.
        explained: What `explain` says of the same settings.

    Returns:
        One finding a check; of an embedded server that does not run only what is wrong with its
        place.

    Raises:
        ServerUnavailable: It cannot be reached, or refuses us altogether.
    """
    try:
        several = parse_several(settings.url or "")
        if several is not None:
            return check_several(several, settings.namespace)
        return [*_place(settings), *_check_one(settings, explained)]
    except (RedisError, OSError) as error:
        where = mask_password(settings.url) if settings.url else explained.socket
        raise ServerUnavailable(f"{where} cannot be checked: {error}") from error


def _check_one(settings: Settings, explained: Explanation) -> list[Finding]:
    client = _client(settings, explained)
    if client is None:
        return []
    with closing(client):
        return check_server(client, namespace=settings.namespace)


def _place(settings: Settings) -> list[Finding]:
    """Whether a process with these settings would be refused its server, or warned."""
    if settings.url is not None:
        return []
    finding = find_unasked(look_around(production=settings.production))
    return [] if finding is None else [finding]


def _client(settings: Settings, explained: Explanation) -> Any:
    timeouts: dict[str, Any] = {
        "socket_timeout": _PATIENCE_S,
        "socket_connect_timeout": _PATIENCE_S,
    }
    if settings.external:
        assert settings.url is not None
        return Redis.from_url(client_url(settings.url), **timeouts)
    if explained.socket is None:
        return None
    return Redis(unix_socket_path=str(explained.socket), **timeouts)
