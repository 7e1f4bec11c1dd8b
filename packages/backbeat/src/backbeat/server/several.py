"""Checks a cluster, or a primary that Sentinels watch: each server, and how they stand together."""

from binascii import crc_hqx
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from redis import Redis
from redis.exceptions import RedisError

from backbeat.config.several import Several
from backbeat.errors import ServerUnavailable
from backbeat.server.doctor import check_server
from backbeat.server.findings import Finding

_PATIENCE_S: Final = 5.0
_SLOTS: Final = 16_384
# Fewer cannot agree when one is gone.
_ENOUGH_SENTINELS: Final = 3
_SENTINEL_OPTIONS: Final = {"sentinel_username": "username", "sentinel_password": "password"}

Address = tuple[str, int]


def check_several(several: Several, namespace: str) -> list[Finding]:
    """Check every primary of a cluster, or the primary that Sentinels name.

    Args:
        several: The address.
        namespace: Prefix of our keys.

    Raises:
        ServerUnavailable: Nobody answers who could tell.
        redis.RedisError: A server cannot be reached, or refuses us altogether.
    """
    if several.kind == "cluster":
        ranges = _map_of(several)
        primaries = {primary: _tag(first) for first, _, primary, _ in ranges}
        together = list(_judge_map(ranges))
    else:
        facts, silent = _ask_sentinels(several)
        primaries = {(_text(facts["ip"]), int(facts["port"])): "doctor"}
        together = list(_judge_watch(several, facts, silent))
    each = [
        (address, _check_one(several, address, namespace, tag))
        for address, tag in sorted(primaries.items())
    ]
    return together + _condensed(each)


def _check_one(several: Several, address: Address, namespace: str, tag: str) -> list[Finding]:
    with closing(_client(several, address)) as client:
        return check_server(client, namespace=namespace, tag=tag)


def _tag(slot: int) -> str:
    """A hash tag that lies in a slot."""
    return next(f"{n}" for n in count() if crc_hqx(b"%d" % n, 0) % _SLOTS == slot)


def _condensed(checked: Sequence[tuple[Address, list[Finding]]]) -> list[Finding]:
    """What is wrong, with the server where it is; what is well everywhere, once."""
    found: list[Finding] = []
    for place, (name, *_) in enumerate(_rows(checked)):
        row = [(address, findings[place]) for address, findings in checked]
        wrong = [(address, each) for address, each in row if each.level != "ok"]
        if not wrong:
            found.append(row[0][1])
        for (host, port), each in wrong:
            what = f"{host}:{port}: {each.what}" if len(checked) > 1 else each.what
            found.append(Finding(name, each.level, what, each.advice))
    return found


def _rows(checked: Sequence[tuple[Address, list[Finding]]]) -> Iterator[tuple[str, ...]]:
    return zip(*([each.check for each in findings] for _, findings in checked), strict=True)


Ranges = list[tuple[int, int, Address, int]]


def _map_of(several: Several) -> Ranges:
    """First and last slot, the primary that serves them, and how many replicas it has."""
    problem: Exception | None = None
    for host in several.hosts:
        try:
            with closing(_client(several, host)) as client:
                slots = client.connection_pool.get_connection()
                slots.send_command("CLUSTER", "SLOTS")
                answer = slots.read_response(disable_decoding=True)
        except (RedisError, OSError) as error:
            problem = error
        else:
            return [
                (first, last, (_text(primary[0]) or host[0], int(primary[1])), len(replicas))
                for first, last, primary, *replicas in answer
            ]
    if "cluster support disabled" in str(problem):
        raise ServerUnavailable(f"{several.label} is no cluster: write redis:// for one server")
    raise ServerUnavailable(f"no node of {several.label} answers: {problem}")


def _judge_map(ranges: Ranges) -> Iterator[Finding]:
    served = sum(last - first + 1 for first, last, _, _ in ranges)
    primaries = {primary for _, _, primary, _ in ranges}
    if served < _SLOTS:
        what = f"{_SLOTS - served:,} slots have no primary: their queues stand still"
        yield Finding("cluster", "fail", what, "bring their primaries or replicas back")
    else:
        yield Finding("cluster", "ok", f"{len(primaries)} primaries serve all slots")
    alone = sorted({f"{host}:{port}" for _, _, (host, port), replicas in ranges if not replicas})
    if alone:
        what = f"nobody takes over from {', '.join(alone)}"
        yield Finding("replicas", "warn", what, "give each primary a replica")
    else:
        yield Finding("replicas", "ok", "every primary has one")


def _ask_sentinels(several: Several) -> tuple[dict[str, Any], list[str]]:
    """What a Sentinel says of the primary, and which Sentinels do not answer."""
    facts: dict[str, Any] = {}
    silent: list[str] = []
    for host, port in several.hosts:
        try:
            with closing(_client(several, (host, port), sentinel=True)) as client:
                told: Any = client.sentinel_master(several.master)
                facts = facts or told
        except (RedisError, OSError) as error:
            silent.append(f"{host}:{port}: {error}")
    if not facts:
        raise ServerUnavailable(
            f"no Sentinel of {several.label} tells where the primary is: {'; '.join(silent)}"
        )
    return facts, silent


def _judge_watch(several: Several, facts: dict[str, Any], silent: list[str]) -> Iterator[Finding]:
    known = int(facts["num-other-sentinels"]) + 1
    if silent:
        what = f"{len(silent)} of {len(several.hosts)} do not answer: {'; '.join(silent)}"
        yield Finding("sentinels", "warn", what, "start them, or correct the address")
    elif known < _ENOUGH_SENTINELS:
        what = f"there {'is' if known == 1 else 'are'} {known}"
        yield Finding("sentinels", "warn", what, "three are the fewest that survive one")
    else:
        yield Finding("sentinels", "ok", f"{known} watch {several.master}")
    if int(facts["num-slaves"]):
        yield Finding("replicas", "ok", f"{facts['num-slaves']} can take over")
    else:
        what = "nobody takes over when the primary falls"
        yield Finding("replicas", "warn", what, "give it a replica")


def _client(several: Several, address: Address, *, sentinel: bool = False) -> Any:
    options = dict(parse_qsl(several.query))
    own = {
        meaning: options.pop(name) for name, meaning in _SENTINEL_OPTIONS.items() if name in options
    }
    scheme = {"valkey": "redis", "valkeys": "rediss"}.get(several.scheme, several.scheme)
    user_info = f"{several.user_info}@" if several.user_info and not sentinel else ""
    host, port = address
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if sentinel:
        options |= own
    url = f"{scheme}://{user_info}{place}/?{urlencode(options)}"
    patience = {"socket_timeout": _PATIENCE_S, "socket_connect_timeout": _PATIENCE_S}
    return Redis.from_url(url, **patience)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")
