"""The facts that the checks judge, gathered from a server in a few calls."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis.exceptions import NoPermissionError, ResponseError

from backbeat.server.rights import denied_commands

_PINGS: Final = 5
_OPTIONS: Final = ("appendfsync", "no-appendfsync-on-rewrite", "save")


@dataclass(frozen=True)
class Facts:
    """What a server says of itself, and how it was to talk to.

    Attributes:
        info: INFO; empty where it is not allowed.
        options: The options of CONFIG that matter; None where CONFIG is not allowed.
        denied: Commands that this user may not run.
        skew_seconds: Clock of the server minus ours.
        ping_seconds: The median of some PINGs.
    """

    info: Mapping[str, Any]
    options: Mapping[str, str] | None
    denied: list[str]
    skew_seconds: float
    ping_seconds: float


def gather_facts(
    client: Any, namespace: str, clock: Callable[[], float], tag: str = "doctor"
) -> Facts:
    """Ask the server.

    Args:
        client: A synchronous Redis client.
        namespace: Prefix of our keys.
        clock: Our wall clock, in seconds since the epoch.
        tag: Hash tag of keys that are asked about; in a cluster the server must have its slot.

    Raises:
        redis.RedisError: The server cannot be reached, or refuses us altogether.
    """
    return Facts(
        info=_read_info(client),
        options=_read_options(client),
        denied=denied_commands(client, namespace, tag),
        skew_seconds=_measure_skew(client, clock),
        ping_seconds=_measure_ping(client),
    )


def _read_info(client: Any) -> Mapping[str, Any]:
    try:
        info: Mapping[str, Any] = client.execute_command("INFO")
    except NoPermissionError:
        return {}  # a user with no more rights than it needs
    return info


def _read_options(client: Any) -> dict[str, str] | None:
    try:
        pairs = [client.execute_command("CONFIG GET", option) for option in _OPTIONS]
    except ResponseError:
        return None  # hosted servers hide it
    return {_text(name): _text(value) for pair in pairs for name, value in pair.items()}


def _measure_skew(client: Any, clock: Callable[[], float]) -> float:
    before = clock()
    seconds, microseconds = client.execute_command("TIME")
    after = clock()
    return float(int(seconds) + int(microseconds) / 1e6 - (before + after) / 2)


def _measure_ping(client: Any) -> float:
    durations = []
    for _ in range(_PINGS):
        begin = time.perf_counter()
        client.execute_command("PING")
        durations.append(time.perf_counter() - begin)
    return sorted(durations)[_PINGS // 2]


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
