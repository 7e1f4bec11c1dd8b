"""S14: what jobs of an encrypted queue carry is nowhere in the store, and all works as before."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from backbeat import (
    Backbeat,
    DecryptionError,
    JobFailed,
    KeyNotFound,
    Keyring,
    QueueEncrypted,
    State,
    Unique,
    every,
)
from backbeat.app import JobInfo
from backbeat.app.connections import Connections, ServerConnector
from backbeat.config import Settings
from packages.backbeat.tests.support import vault
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, is_in, working

# What must not be found: 18 letters that nothing else has.
CANARY = "sesame-0pen-sesame"


@pytest.fixture
async def app(
    server: PrivateServer, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Backbeat]:
    """The application of the vault, on this test's server."""
    settings = Settings(url=server.url, namespace=namespace)
    monkeypatch.setattr(vault.app, "connections", Connections(lambda: ServerConnector(settings)))
    yield vault.app
    await vault.app.close()
    vault.app.sync.close()


def other(server: PrivateServer, namespace: str, keyring: Keyring | None) -> Backbeat:
    """The application of somebody with other keys, or none."""
    app = Backbeat(server.url, namespace=namespace, keyring=keyring)

    @app.queue("vault", encrypted=True if keyring else None).job()
    async def echo(word: str) -> dict[str, str]:
        return {"word": word}

    return app


def everything(server: PrivateServer, namespace: str) -> bytes:
    """All that the server keeps."""
    client = cast("Any", server.client)
    found: list[Any] = []
    for key in client.scan_iter(f"{namespace}:*"):
        kind = client.type(key)
        found.append(key)
        if kind == b"hash":
            found.append(client.hgetall(key))
        elif kind == b"string":
            found.append(client.get(key))
        elif kind == b"list":
            found.append(client.lrange(key, 0, -1))
        elif kind == b"set":
            found.append(client.smembers(key))
        elif kind == b"zset":
            found.append(client.zrange(key, 0, -1))
        elif kind == b"stream":
            found.append(client.xrange(key))
    return repr(found).encode()


async def test_nothing_that_jobs_carry_is_in_the_store(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = vault.vault
    await vault.echo.options(delay=60).enqueue(CANARY)
    await queue.add("unknown", {"word": CANARY})
    await queue.stub("elsewhere", dict[str, str]).enqueue({"word": CANARY})
    await queue.add_many([vault.echo.call(CANARY), ("echo", {"word": CANARY})], delay=60)
    queue.sync.add("echo", {"word": CANARY}, delay=60)
    vault.echo.sync.enqueue(CANARY)
    await app.schedules.upsert("hourly", every(3_600), vault.echo.call(CANARY))
    flow = app.flow()
    first = flow.add(vault.echo.call(CANARY), compensate=vault.undo.call(CANARY))
    flow.add(vault.add_up.call(), after=[first])
    started = await flow.start()
    assert CANARY.encode() not in (before := everything(server, namespace))
    assert before.count(b"bbe1.new.") >= 10
    async with working(app):
        handle = await vault.echo.enqueue(CANARY)
        assert await handle.result(10) == {"word": CANARY}
        await (await app.schedules.run_now("hourly")).result(10)
        assert (await started.ended(10)).completed == 2
    assert CANARY.encode() not in everything(server, namespace)


async def test_handlers_of_every_kind_get_and_give_what_was_said(app: Backbeat) -> None:
    async with working(app, concurrency=4):
        assert await (await vault.echo.enqueue("a")).result(10) == {"word": "a"}
        assert await (await vault.echo.options(wait=True, keep=0).enqueue("b")).result(10) == {
            "word": "b"
        }
        assert await (await vault.locked.enqueue("c")).result(10) == "c locked"
        assert await (await vault.in_thread.enqueue("d")).result(10) == "d"
        assert await (await vault.in_process.enqueue("e")).result(20) == "e"
        pair = [await vault.together.enqueue("f"), await vault.together.enqueue("g")]
        assert [await each.result(10) for each in pair] == ["F", "G"]
        by_name = await vault.vault.add("echo", {"word": "h"})
        assert await by_name.result(10) == {"word": "h"}
        assert await vault.vault.handle(by_name.id).result(10) == {"word": "h"}
        news = [each async for each in vault.echo.handle(by_name.id).events()]
        assert [(each.kind, each.result) for each in news] == [("completed", {"word": "h"})]
        again = vault.vault.sync.add("echo", {"word": "i"})
        assert (await ended(vault.vault, again.id)).state is State.COMPLETED
        assert vault.vault.sync.handle(again.id).result(10) == {"word": "i"}


async def test_children_give_their_parents_what_they_gave(app: Backbeat) -> None:
    flow = app.flow()
    words = [flow.add(vault.echo.call(word)) for word in ("x", "y")]
    last = flow.add(vault.add_up.call(), after=words)
    async with working(app):
        handle = await flow.start()
        assert await handle.job(last).result(10) == [["x", "y"], [{"word": "x"}, {"word": "y"}]]


async def test_what_undoes_a_job_reads_its_own_arguments(app: Backbeat) -> None:
    flow = app.flow()
    # An id of the call's own does not count: what undoes a job is named by that job.
    undoer = vault.undo.options(id="mine").call("booked")
    booked = flow.add(vault.echo.call("x"), compensate=undoer)
    flow.add(vault.echo.call("y", refuse=True), after=[booked])
    async with working(app):
        handle = await flow.start()
        await handle.ended(10)
        info = await ended(vault.vault, f"{booked.id}~undo")
    assert vault.vault.decrypt(info).result == {"undone": "booked", "of": [{"word": "x"}]}


async def test_a_schedule_makes_jobs_that_can_be_read_and_is_written_only_when_it_changes(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    rule = every(timedelta(hours=1))
    await app.schedules.upsert("s", rule, vault.echo.call("x"))
    first = everything(server, namespace)
    await app.schedules.upsert("s", rule, vault.echo.call("x"))
    app.sync.schedules.upsert("s", rule, vault.echo.call("x"))
    assert everything(server, namespace) == first
    async with working(app):
        handle = await app.schedules.run_now("s")
        assert await handle.result(10) == {"word": "x"}
        await app.schedules.upsert("s", rule, vault.echo.call("y"))
        handle = await app.schedules.run_now("s")
        assert await handle.result(10) == {"word": "y"}
        changed = vault.echo.options(priority=7).call("y")
        await app.schedules.upsert("s", rule, changed)
        await app.schedules.change("s", rule, "echo", {"word": "z"}, queue="vault")
        handle = await app.schedules.run_now("s")
        assert await handle.result(10) == {"word": "z"}
        assert (await handle.info()).priority == 7


async def test_a_schedule_is_encrypted_anew_with_a_new_key(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    before = other(server, namespace, Keyring({"old": vault.KEYS["old"]}))
    rule, call = every(3_600), before.queue("vault").handlers["echo"].call("x")
    await before.schedules.upsert("s", rule, call)
    assert b"bbe1.old." in everything(server, namespace)
    await app.schedules.upsert("s", rule, vault.echo.call("x"))
    assert b"bbe1.old." not in everything(server, namespace)
    await before.close()


async def test_what_is_asked_shows_that_it_is_encrypted_and_decrypt_shows_what(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    async with working(app):
        handle = await vault.echo.enqueue("x")
        await handle.result(10)
    info = await handle.info()
    assert info.arguments.startswith("bbe1.new.")
    assert info.result.startswith("bbe1.new.")
    plain = vault.vault.decrypt(info)
    assert (plain.arguments, plain.result) == ({"word": "x"}, {"word": "x"})
    assert vault.vault.sync.decrypt(info) == plain
    stranger = other(server, namespace, None)
    with pytest.raises(KeyNotFound, match=r"'new', which is not here; there are: none"):
        stranger.queue("vault").decrypt(info)
    await stranger.close()


async def test_arguments_that_are_replaced_are_encrypted_too(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    handle = await vault.echo.options(delay=60).enqueue("x")
    await vault.vault.update_data(handle.id, {"word": CANARY})
    vault.vault.sync.update_data(handle.id, {"word": CANARY})
    assert CANARY.encode() not in everything(server, namespace)
    stranger = other(server, namespace, None)
    with pytest.raises(KeyNotFound):
        await stranger.queue("vault").update_data(handle.id, {"word": "y"})
    await stranger.close()
    async with working(app):
        await handle.promote()
        assert await handle.result(10) == {"word": CANARY}


async def test_a_worker_without_the_key_gives_others_time_and_then_keeps_the_job_as_dead(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    handle = await vault.echo.enqueue("x")
    late = other(server, namespace, Keyring({"old": vault.KEYS["old"]}))
    async with working(late, queues=["vault"]):
        info = await is_in(vault.vault, handle.id, State.DELAYED)
        assert (info.history[-1].outcome, info.history[-1].error) == ("snoozed", "KeyNotFound")
        for _ in range(3):
            await vault.vault.promote(handle.id)
            info = await put_off_or_failed(handle.id, info)
        with pytest.raises(JobFailed, match="'new', which is not here; there are: old"):
            await handle.result(10)
    await late.close()
    assert (await handle.info()).failures == 1
    async with working(app):
        await handle.retry()
        assert await handle.result(10) == {"word": "x"}


async def put_off_or_failed(job_id: str, before: JobInfo) -> JobInfo:
    """The job once another attempt of it is over."""
    info = before
    while len(info.history) == len(before.history):
        info = await vault.vault.get(job_id)
    return info


async def test_arguments_that_a_foreign_hand_moved_to_another_job_are_not_run(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    mine, theirs = [await vault.echo.enqueue(word) for word in ("mine", "theirs")]
    client, key = cast("Any", server.client), f"{namespace}:{{vault}}:jobs"
    record = client.hget(key, mine.id)
    client.hset(key, theirs.id, record)
    async with working(app):
        assert await mine.result(10) == {"word": "mine"}
        with pytest.raises(JobFailed, match="was changed, belongs to another job"):
            await theirs.result(10)
    moved = await mine.info()
    with pytest.raises(DecryptionError):
        vault.vault.decrypt(replace(moved, id=theirs.id))


async def test_jobs_from_before_the_queue_was_encrypted_still_run(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    before = other(server, namespace, None)
    plain = await before.queue("vault").add("echo", {"word": "x"})
    async with working(app):
        assert await vault.echo.handle(plain.id).result(10) == {"word": "x"}
    await before.close()


async def test_who_does_not_declare_that_it_is_encrypted_adds_nothing(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    await vault.vault.configure()
    stranger = other(server, namespace, None)
    queue = stranger.queue("vault")
    await queue.configure()
    call = queue.call("echo", {"word": CANARY})

    with pytest.raises(QueueEncrypted, match=r"encrypted=True, or with encrypted=False"):
        await queue.add("echo", {"word": CANARY})
    with pytest.raises(QueueEncrypted):
        await queue.add_many([("echo", {"word": CANARY})])
    with pytest.raises(QueueEncrypted):
        await asyncio.to_thread(queue.sync.add, "echo", {"word": CANARY})
    with pytest.raises(QueueEncrypted):
        await stranger.schedules.upsert("daily", every(86_400), call)
    flow = stranger.flow()
    flow.add(call)
    with pytest.raises(QueueEncrypted):
        await flow.start()

    assert CANARY.encode() not in everything(server, namespace)
    stranger.sync.close()
    await stranger.close()


@pytest.mark.parametrize("how", ["declared", "obliterated"])
async def test_a_queue_that_is_encrypted_no_more_takes_plain_jobs(
    app: Backbeat, server: PrivateServer, namespace: str, how: str
) -> None:
    await vault.vault.configure()
    if how == "obliterated":
        await vault.vault.obliterate()
    plain = Backbeat(server.url, namespace=namespace)
    queue = plain.queue("vault", encrypted=False if how == "declared" else None)

    added = await queue.add("echo", {"word": "x"})

    async with working(app):
        assert await vault.echo.handle(added.id).result(10) == {"word": "x"}
    await plain.close()


async def test_groups_keys_and_partitions_come_of_what_the_arguments_say(
    server: PrivateServer, namespace: str
) -> None:
    app = Backbeat(server.url, namespace=namespace, keyring=Keyring(vault.KEYS))
    queue = app.queue("wide", encrypted=True, partitions=4, partition_by="{word}")

    @queue.job(unique=Unique(key="{word}"), group="{word}")
    async def echo(word: str) -> str:
        return word

    first, second = await echo.enqueue("x"), await echo.enqueue("x")
    assert (first.created, second.existing, second.id) == (True, True, first.id)
    assert (await first.info()).group == "x"
    await app.schedules.upsert("s", every(3_600), echo.call("y"))
    async with working(app):
        assert await second.result(10) == "x"
        scheduled = await app.schedules.run_now("s")
        assert await scheduled.result(10) == "y"
    placed = await echo.enqueue("y")
    assert placed.id.rpartition("~")[2] == scheduled.id.rpartition("~")[2]
    await app.close()
