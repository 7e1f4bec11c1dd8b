"""The client for threads: the same face, joined adds, the same care for lost replies."""

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backbeat.engine.client import QueueClient
from backbeat.engine.states import State
from backbeat.engine.sync_client import SyncQueueClient
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import OutcomeUnknown, QueueFull, ServerUnavailable
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, job


def script_calls(bench: QueueBench) -> int:
    return int(bench.client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


def test_both_clients_have_the_same_commands() -> None:
    only_async = {"checks", "watch", "expect", "events", "reply_session"}
    # What a gateway and alerts read, which run in a loop.
    only_async |= {"recent_events", "totals"}
    ours = {name for name in dir(QueueClient) if not name.startswith("_")} - only_async
    theirs = {name for name in dir(SyncQueueClient) if not name.startswith("_")}
    assert ours == theirs
    for name in ours:
        method, twin = getattr(QueueClient, name), getattr(SyncQueueClient, name)
        assert inspect.signature(method).parameters == inspect.signature(twin).parameters


def test_adds_of_eight_threads_are_joined_and_each_gets_its_own_answer(
    sync_client: SyncQueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    bench.add(*(f"j{n}" for n in range(0, 400, 5)))
    before = script_calls(bench)
    proxy.delay_s = 0.002
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: sync_client.add(job(f"j{n}")), range(400)))
    assert answers == ["created" if n % 5 else "existing" for n in range(400)]
    assert script_calls(bench) - before < 250
    assert bench.counts().waiting == 400


def test_adds_of_threads_survive_lost_replies(
    sync_client: SyncQueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    proxy.inject("cut_reply", b"EVALSHA", times=None, chance=0.2)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: sync_client.add(job(f"j{n}")), range(160)))
    assert answers == ["created"] * 160
    assert proxy.fired
    assert bench.counts().waiting == 160


def test_joined_adds_of_threads_fill_a_bounded_queue(
    sync_client: SyncQueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    sync_client.configure(max_jobs=30)
    proxy.delay_s = 0.002

    def add(number: int) -> bool:
        try:
            return sync_client.add(job(f"j{number}")) == "created"
        except QueueFull:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(add, range(60))) == 30
    assert bench.counts().waiting == 30


def test_a_thread_that_is_interrupted_leaves_the_others_served_or_told(
    sync_client: SyncQueueClient, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_client.add(job("first"))
    session = sync_client._session.sid
    entered, leave = threading.Event(), threading.Event()
    real = sync_client._transport.script

    def interrupted(*args: object) -> None:
        entered.set()
        leave.wait(5)
        monkeypatch.setattr(sync_client._transport, "script", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(sync_client._transport, "script", interrupted)
    ends: list[object] = []

    def add(name: str) -> None:
        try:
            ends.append(sync_client.add(job(name)))
        except (KeyboardInterrupt, OutcomeUnknown) as error:
            ends.append(type(error))

    leader = threading.Thread(target=add, args=("leader",))
    leader.start()
    assert entered.wait(5)
    follower = threading.Thread(target=add, args=("follower",))
    follower.start()
    leave.set()
    leader.join(5)
    follower.join(5)
    assert ends == [KeyboardInterrupt, "created"]
    assert sync_client._session.sid != session


def test_a_call_that_is_never_answered_ends_as_unknown(
    bench: QueueBench, proxy: FaultProxy
) -> None:
    transport = ThreadTransport(Target.parse(proxy.url), answer_timeout=1.0)
    client = SyncQueueClient(transport, bench.keys, patience=0.3)
    client.add(job("first"))
    session = client._session.sid
    proxy.inject("cut_reply", b"EVALSHA", times=None)
    with pytest.raises(OutcomeUnknown) as unknown:
        client.add(job("a"))
    assert unknown.value.session == session
    proxy.clear()
    assert client.add(job("a")) == "existing"
    transport.close()


def test_a_bulk_whose_connection_breaks_tells_added_unknown_and_not_added_apart(
    bench: QueueBench, proxy: FaultProxy
) -> None:
    transport = ThreadTransport(Target.parse(proxy.url), answer_timeout=1.0)
    client = SyncQueueClient(transport, bench.keys, patience=0.3)
    client.add(job("first"))
    names = [f"j{n}" for n in range(1_700)]
    proxy.inject("cut_reply", b"j777", times=None)
    with pytest.raises(OutcomeUnknown) as broken:
        client.add_many([job(name) for name in names])

    bulk = broken.value.bulk
    assert bulk is not None
    assert list(bulk.added) == names[:500]
    assert list(bulk.unknown) == names[500:1_000]
    assert list(bulk.not_added) == names[1_000:]
    proxy.clear()
    client.add_many([job(name) for name in names])
    assert bench.counts().waiting == 1_701
    transport.close()


def test_a_call_that_was_never_sent_is_known_not_to_have_happened(
    own_server: PrivateServer, bench: QueueBench
) -> None:
    own_server.kill()
    transport = ThreadTransport(Target.parse(own_server.url))
    client = SyncQueueClient(transport, bench.keys, patience=0.2)
    with pytest.raises(ServerUnavailable, match="given up") as error:
        client.add(job("a"))
    assert not isinstance(error.value, OutcomeUnknown)
    transport.close()


def test_threads_read_what_there_is(sync_client: SyncQueueClient, bench: QueueBench) -> None:
    sync_client.add_many([job(f"j{n}") for n in range(1_200)])
    bench.client.rpush(bench.keys.log("j1"), "one", "two", "three")
    snapshot = sync_client.get("j1")
    assert snapshot is not None
    assert snapshot.state is State.WAITING
    assert sync_client.get("nobody") is None
    assert sync_client.counts().waiting == 1_200
    assert sync_client.logs("j1", 1, 1) == [b"two"]
    page = sync_client.list(State.WAITING, limit=5_000)
    assert [listed.id for listed in page.jobs] == [f"j{n}" for n in range(200)]
    second = sync_client.list(State.WAITING, page.cursor, limit=3)
    assert [listed.id for listed in second.jobs] == ["j200", "j201", "j202"]
