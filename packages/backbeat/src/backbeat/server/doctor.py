"""Checks whether a server is fit to keep jobs; pure rules over facts."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from backbeat.server.facts import Facts, gather_facts
from backbeat.server.findings import Finding
from backbeat.server.running import describe
from backbeat.server.version import OLDEST
from backbeat.server.vulnerabilities import ADVISORY, has_known_lua_fault

_SKEW_SECONDS: Final = 1.0
_SLOW_SECONDS: Final = 0.010
_NEARLY_FULL: Final = 0.8


def check_server(
    client: Any,
    *,
    namespace: str = "bb",
    clock: Callable[[], float] = time.time,
    tag: str = "doctor",
) -> list[Finding]:
    """Check a server; changes nothing in it.

    Args:
        client: A synchronous Redis client, as the application connects.
        namespace: Prefix of our keys. Defaults to "bb".
        clock: Our wall clock, in seconds since the epoch.
        tag: Hash tag of keys that are asked about; in a cluster the server must have its slot.

    Returns:
        One finding a check, in a fixed order.

    Raises:
        redis.RedisError: The server cannot be reached, or refuses us altogether.
    """
    return judge(gather_facts(client, namespace, clock, tag))


def judge(facts: Facts) -> list[Finding]:
    """The findings that follow from facts."""
    checks = (*(_OF_INFO if facts.info else (_no_info,)), *_OF_TALKING)
    return [finding for check in checks for finding in check(facts)]


def _no_info(_: Facts) -> Iterator[Finding]:
    what = "this user may not run INFO: version, memory, eviction and persistence are unknown"
    yield Finding("info", "warn", what, "allow INFO in its ACL, or check as another user")


def _version(facts: Facts) -> Iterator[Finding]:
    server = describe(facts.info)
    if server.product not in {"valkey", "redis"}:
        advice = f"use Valkey or Redis, {OLDEST} or newer"
        yield Finding("version", "warn", f"{server} is not tested", advice)
    elif server.version < OLDEST:
        yield Finding("version", "fail", f"{server} is too old", f"upgrade to {OLDEST} or newer")
    else:
        yield Finding("version", "ok", str(server))


def _known_faults(facts: Facts) -> Iterator[Finding]:
    server = describe(facts.info)
    if has_known_lua_fault(server.product, server.version):
        what = f"{server} was published with {ADVISORY}: a script can run code of its own"
        advice = "upgrade within the series, or see that your distribution has repaired it"
        yield Finding("known faults", "warn", what, advice)
    else:
        yield Finding("known faults", "ok", f"{server} has no known fault in its scripts")


def _role(facts: Facts) -> Iterator[Finding]:
    if facts.info.get("role", "master") != "master":
        yield Finding("role", "fail", "this is a replica", "connect to its primary")
    else:
        yield Finding("role", "ok", "this is a primary")


def _eviction(facts: Facts) -> Iterator[Finding]:
    policy = str(facts.info.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        yield Finding("eviction", "ok", "noeviction")
    else:
        what = f"maxmemory-policy is {policy}: jobs may be thrown away when memory is full"
        yield Finding("eviction", "fail", what, "set maxmemory-policy noeviction")


def _memory(facts: Facts) -> Iterator[Finding]:
    limit, used = int(facts.info.get("maxmemory", 0)), int(facts.info.get("used_memory", 0))
    if not limit:
        what = "maxmemory is not set: the system ends the server when memory is full"
        yield Finding("memory", "warn", what, "set maxmemory below the memory of the machine")
    elif used > limit * _NEARLY_FULL:
        what = f"{used / limit:.0%} of maxmemory is used"
        yield Finding("memory", "warn", what, "raise maxmemory, or keep fewer ended jobs")
    else:
        yield Finding("memory", "ok", f"{used / limit:.0%} of {limit / 2**20:.0f} MiB is used")


def _persistence(facts: Facts) -> Iterator[Finding]:
    if facts.info.get("aof_enabled"):
        yield from _append_only(facts)
    elif facts.options is None:
        what = "appendonly is off, and CONFIG is not allowed: it is unknown what a restart loses"
        yield Finding("persistence", "warn", what, "set appendonly yes")
    elif facts.options.get("save"):
        what = "snapshots only: a crash loses what came after the last one"
        yield Finding("persistence", "warn", what, "set appendonly yes")
    else:
        what = "nothing is kept on disk: a restart loses every job"
        yield Finding("persistence", "fail", what, "set appendonly yes")


def _append_only(facts: Facts) -> Iterator[Finding]:
    options = facts.options or {}
    if facts.info.get("aof_last_write_status", "ok") != "ok":
        what = "the last write of the append-only file failed"
        yield Finding("persistence", "fail", what, "look at the disk of the server and its log")
    elif options.get("appendfsync") == "no":
        what = "appendfsync is no: a crash of the machine loses what was not yet on disk"
        yield Finding("persistence", "warn", what, "set appendfsync everysec")
    elif options.get("no-appendfsync-on-rewrite") == "yes":
        what = "no-appendfsync-on-rewrite is yes: a rewrite suspends the promise of appendfsync"
        yield Finding("persistence", "warn", what, "set no-appendfsync-on-rewrite no")
    elif late := int(facts.info.get("aof_delayed_fsync", 0)):
        what = f"the disk took more than two seconds to flush, {late} times since the start"
        advice = "give the server a faster disk: a kill in such a moment loses what it answered for"
        yield Finding("persistence", "warn", what, advice)
    else:
        yield Finding(
            "persistence", "ok", f"append-only, fsync {options.get('appendfsync', 'unknown')}"
        )


def _rights(facts: Facts) -> Iterator[Finding]:
    if facts.denied:
        what = f"this user may not run {', '.join(facts.denied)}"
        yield Finding("rights", "fail", what, "allow them in its ACL, on the keys of the namespace")
    else:
        yield Finding("rights", "ok", "every needed command is allowed")


def _clock(facts: Facts) -> Iterator[Finding]:
    skew = facts.skew_seconds
    if abs(skew) > _SKEW_SECONDS:
        what = f"the server's clock is {abs(skew):.1f} s {'ahead' if skew > 0 else 'behind'}"
        advice = "synchronise the clocks: jobs start at a time by the server's clock"
        yield Finding("clock", "warn", what, advice)
    else:
        yield Finding("clock", "ok", f"{skew * 1000:+.1f} ms from ours")


def _latency(facts: Facts) -> Iterator[Finding]:
    what = f"a ping takes {facts.ping_seconds * 1000:.2f} ms"
    if facts.ping_seconds > _SLOW_SECONDS:
        yield Finding("latency", "warn", what, "move workers and server closer together")
    else:
        yield Finding("latency", "ok", what)


_Check = Callable[[Facts], Iterator[Finding]]
_OF_INFO: Final[tuple[_Check, ...]] = (
    *(_version, _known_faults, _role),
    *(_eviction, _memory, _persistence),
)
_OF_TALKING: Final[tuple[_Check, ...]] = (_rights, _clock, _latency)
