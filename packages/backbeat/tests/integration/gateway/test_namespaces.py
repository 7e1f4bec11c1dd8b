"""S25: what another namespace of the same server has is neither seen nor changed from here."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import redis

from backbeat import Backbeat
from backbeat.app import ApiKeys
from backbeat.gateway.access import Action
from packages.backbeat.tests.support.desk import Desk, at_desk, declare_shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.routes import FOR_ALL, ROUTES, asked, is_stream
from packages.backbeat.tests.support.working import ended, working

# In every id and name of the other one, and in what they carry.
THEIRS: Final = "their-own"
CARRIED: Final = "carried by theirs"


@pytest.fixture
async def other(valkey: PrivateServer, shop: Backbeat) -> AsyncIterator[Backbeat]:
    """The same application in another namespace, which has something of everything."""
    app = declare_shop(valkey.url, namespace="other")
    mail = app.queue("mail")
    await mail.add("send", {"to": CARRIED}, id=f"{THEIRS}-waits", group=THEIRS, delay=900)
    await mail.add("send", {"to": "nobody", "password": "x"}, id=f"{THEIRS}-failed")
    async with working(app):
        await ended(mail, f"{THEIRS}-failed")
    await app.queue(THEIRS).add("other", {"x": CARRIED})
    await app.schedules.change(THEIRS, (await _rule(app)), "send", {"to": CARRIED}, queue="mail")
    flow = app.flow(THEIRS)
    flow.add(mail.call("send", {"to": CARRIED}))
    await flow.start()
    await app.lock(THEIRS, ttl=600).acquire()
    await app.breaker(THEIRS).open()
    await ApiKeys(app.connections).create(THEIRS, [Action.VIEW])
    yield app
    await app.close()


async def _rule(app: Backbeat) -> Any:
    return app.declared_schedules.by_name["nightly"].stored.rule


def keys_of(server: PrivateServer, namespace: str) -> dict[bytes, Any]:
    """Every key of a namespace, with what is in it."""
    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        return {key: client.dump(key) for key in client.scan_iter(f"{namespace}:*", 1_000)}


def at_theirs(path: str) -> str:
    """An address that asks for what the other one has."""
    return (
        path.replace("{job_id}", f"{THEIRS}-waits").replace("{group}", THEIRS)
        .replace("{name}", THEIRS).replace("{flow_id}", THEIRS)
    )  # fmt: skip


async def everything(desk: Desk, method: str) -> list[tuple[str, int, str]]:
    """What every route of a method answers, asked for what is ours and for what is theirs."""
    found = []
    for verb, path, _ in ROUTES:
        if verb != method or is_stream(path) or path in FOR_ALL:
            continue
        for where in (path, at_theirs(path)):
            address, body = asked(where)
            _, body = asked(path) if body is None else (address, body)
            if isinstance(body, dict) and "dryRun" in body:
                body = {**body, "dryRun": False, "confirm": "mail"}
            elif isinstance(body, dict) and "ids" in body:
                body = {**body, "ids": [f"{THEIRS}-waits"]}
            answer = await desk.ask(method, address, json=body)
            found.append((f"{method} {address}", answer.status_code, answer.text))
    return found


async def test_s25_nothing_of_another_namespace_is_seen(shop: Backbeat, other: Backbeat) -> None:
    async with at_desk(other) as theirs, at_desk(shop) as ours:
        seen = await everything(theirs, "GET")
        assert sum(THEIRS in text for _, status, text in seen if status == 200) >= 10
        assert sum(CARRIED in text for *_, text in seen) >= 5
        for what, status, text in await everything(ours, "GET"):
            assert status in {200, 404}, what
            assert CARRIED not in text, what
            # Whoever asks for a name may be told the name.
            assert THEIRS in what or THEIRS not in text, what
        key = await ApiKeys(other.connections).create("deploy", [Action.VIEW])
        assert await ApiKeys(shop.connections).find(key[1]) is None


async def test_s25_nothing_of_another_namespace_is_changed(
    valkey: PrivateServer, shop: Backbeat, other: Backbeat
) -> None:
    before = keys_of(valkey, "other")
    assert len(before) > 30
    done = dict[str, int]()
    async with at_desk(shop) as desk:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            done |= {what: status for what, status, _ in await everything(desk, method)}
    assert all(status < 500 for status in done.values()), done
    assert done["POST /api/v1/queues/mail/obliterate"] == 200
    assert keys_of(valkey, "other") == before
