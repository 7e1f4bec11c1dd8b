"""What the gateway keeps on the server: API keys, the audit log, answers of requests."""

from datetime import timedelta
from typing import Final

import pytest

from backbeat import Backbeat, InvalidOption, Rate
from backbeat.app import ApiKeys, AuditEntry, AuditLog, Repeats
from backbeat.testing import FakeClock

KEYS: Final = ("view", "retry")


async def test_a_key_is_found_by_whoever_shows_it_whole(app: Backbeat) -> None:
    keys = ApiKeys(app.connections)
    made, whole = await keys.create("deploy", KEYS, queues=["mail"])
    assert await keys.find(whole) == made
    assert made.actions == {"view", "retry"}
    assert made.queues == frozenset({"mail"})
    for wrong in ("", whole[:-1], whole[:-1] + "~", whole.swapcase(), f"bb_{'a' * 12}_{'b' * 43}"):
        assert await keys.find(wrong) is None
    other = whole[:-43] + "A" * 43
    assert await keys.find(other) is None


async def test_a_key_is_nowhere_on_the_server(app: Backbeat) -> None:
    keys = ApiKeys(app.connections)
    made, whole = await keys.create("deploy", KEYS)
    connection = await app.connections.open()
    name = f"{connection.namespace}:{{G:api-keys}}:api_keys"
    kept = await connection.transport.execute("HGETALL", name)
    assert made.id.encode() in repr(kept).encode()
    assert whole[-43:] not in repr(kept)


async def test_a_revoked_key_is_none(app: Backbeat) -> None:
    keys = ApiKeys(app.connections)
    made, whole = await keys.create("deploy", KEYS)
    assert [each.id for each in await keys.list()] == [made.id]
    assert await keys.revoke(made.id)
    assert await keys.find(whole) is None
    assert not await keys.revoke(made.id)


async def test_a_key_that_grants_nothing_is_refused(app: Backbeat) -> None:
    with pytest.raises(InvalidOption, match="grants nothing"):
        await ApiKeys(app.connections).create("deploy", ())
    with pytest.raises(InvalidOption, match="lifetime"):
        await ApiKeys(app.connections).create("deploy", KEYS, lifetime=timedelta(0))


async def test_the_audit_log_is_read_newest_first_page_by_page(app: Backbeat) -> None:
    log = AuditLog(app.connections)
    ids = [
        await log.append(
            AuditEntry(who="ada", action="retry", what="jobs.retry", subjects=(str(n),))
        )
        for n in "01234"
    ]
    page = await log.page(limit=3)
    assert [each.id for each in page.entries] == ids[:1:-1]
    rest = await log.page(cursor=page.cursor, limit=3)
    assert [each.subjects for each in rest.entries] == [("1",), ("0",)]
    assert rest.cursor is None


async def test_the_audit_log_is_bounded_and_so_is_an_entry(app: Backbeat) -> None:
    log = AuditLog(app.connections, most=10)
    for _ in range(400):
        await log.append(AuditEntry(who="ada", action="pause", what="queues.pause"))
    connection = await app.connections.open()
    length = await connection.transport.execute("XLEN", f"{connection.namespace}:{{G:audit}}:log")
    assert isinstance(length, int)
    assert length < 400
    big = AuditEntry(who="ada", action="edit-data", what="jobs.edit", new="x" * 100_000)
    await log.append(big)
    assert (await log.page(limit=1)).entries[0].new == "100,002 bytes of JSON"


async def test_a_request_of_one_name_is_carried_out_once(app: Backbeat) -> None:
    repeats = Repeats(app.connections)
    first = await repeats.begin("ada", "order-7", b"body")
    assert (first.ours, first.same, first.answer) == (True, True, None)
    meanwhile = await repeats.begin("ada", "order-7", b"body")
    assert (meanwhile.ours, meanwhile.same, meanwhile.answer) == (False, True, None)
    await repeats.answer(first, b"201")
    again = await repeats.begin("ada", "order-7", b"body")
    assert (again.ours, again.same, again.answer) == (False, True, b"201")
    other = await repeats.begin("ada", "order-7", b"another body")
    assert (other.ours, other.same) == (False, False)


async def test_names_of_different_people_are_different(app: Backbeat) -> None:
    repeats = Repeats(app.connections)
    await repeats.begin("ada", "order-7", b"body")
    assert (await repeats.begin("bob", "order-7", b"body")).ours
    assert (await repeats.begin("ada:order", "7", b"body")).ours
    assert (await repeats.begin("ada", "order:7", b"body")).ours


async def test_a_request_that_came_to_nothing_is_carried_out_again(app: Backbeat) -> None:
    repeats = Repeats(app.connections)
    await repeats.forget(await repeats.begin("ada", "order-7", b"body"))
    assert (await repeats.begin("ada", "order-7", b"body")).ours


async def test_a_limit_says_when_to_come_again(app: Backbeat, clock: FakeClock) -> None:
    gate = app.rate_gate("web", rate=Rate(1, per=10, burst=2))
    assert [await gate.take(), await gate.take()] == [0.0, 0.0]
    assert await gate.take() == pytest.approx(10.0)
    clock.advance(4)
    assert await gate.take() == pytest.approx(6.0)
    clock.advance(6)
    assert await gate.take() == 0.0
