"""The face for code without an event loop: the same queue, from any thread, and after a fork."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from backbeat import (
    InvalidPayload,
    JobActive,
    JobCancelled,
    JobFailed,
    JobNotFound,
    QueueActive,
    ResultNotKept,
    State,
)
from backbeat.app import JobEvent, Progress, Removed
from packages.backbeat.tests.integration.app.conftest import Report, Shop, a_shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


@pytest.fixture
def shop(valkey: PrivateServer) -> Iterator[Shop]:
    shop = a_shop(valkey.url)
    with shop.app.sync:
        yield shop


def in_thread(function: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def until_watched(valkey: PrivateServer, job_id: str) -> None:
    """Wait until the server knows that somebody waits for a job."""
    while not valkey.client.hexists("bb:{shop}:watchers", job_id):
        pass


def test_a_job_is_enqueued_and_waited_for(shop: Shop, worker: TinyWorker) -> None:
    handle = shop.analyze.sync.enqueue("9xQe", force=True)
    worker.complete(*worker.claim(), result={"total": 7})

    assert handle.created
    assert handle.result(timeout=20) == Report(7)
    assert handle.info().arguments == {"wallet": "9xQe", "force": True}
    assert handle.state() is State.COMPLETED


def test_dead_letters_have_a_face_without_a_loop(shop: Shop, worker: TinyWorker) -> None:
    ids = [shop.analyze.sync.enqueue(wallet).id for wallet in "abc"]
    for job_id in worker.claim(3):
        worker.fail(job_id)
    queue = shop.queue.sync
    [group] = queue.dead.groups()
    assert (group.count, group.name) == (3, "analyze-pnl")
    pages = queue.dead.list(group.fingerprint, limit=2)
    rest = queue.dead.list(group.fingerprint, cursor=pages.cursor)
    assert {job.id for job in [*pages.jobs, *rest.jobs]} == set(ids)
    queue.remove(ids[0])
    assert queue.dead.retry(group.fingerprint) == 2
    assert queue.dead.remove(group.fingerprint) == 0


def test_a_result_comes_to_who_waits_already(
    shop: Shop, worker: TinyWorker, valkey: PrivateServer
) -> None:
    handle = shop.analyze.sync.enqueue("a")

    def work() -> None:
        until_watched(valkey, handle.id)
        worker.complete(*worker.claim(), result={"total": 7})

    thread = in_thread(work)
    assert handle.result(timeout=20) == Report(7)
    thread.join()


def test_with_wait_a_result_comes_that_is_not_kept(shop: Shop, worker: TinyWorker) -> None:
    handle = shop.analyze.options(wait=True).sync.enqueue("a")
    (bulk,) = shop.queue.sync.add_many([("analyze-pnl", {"wallet": "b"})], wait=True)
    worker.complete(*worker.claim(2), result={"total": 7}, keep=False)

    assert handle.result(20) == Report(7)
    assert handle.result() == Report(7)
    assert bulk.result(20) == Report(7)


def test_with_wait_a_result_comes_to_who_waited_too_shortly_before(
    shop: Shop, worker: TinyWorker
) -> None:
    handle = shop.analyze.options(wait=True).sync.enqueue("a")
    with pytest.raises(TimeoutError):
        handle.result(timeout=0.05)

    worker.complete(*worker.claim(), result={"total": 7}, keep=False)

    assert handle.result(20) == Report(7)


def test_after_a_retry_the_next_end_is_waited_for(shop: Shop, worker: TinyWorker) -> None:
    handle = shop.analyze.options(wait=True).sync.enqueue("a")
    worker.fail(worker.claim_one())
    with pytest.raises(JobFailed):
        handle.result(20)

    assert handle.retry()
    worker.complete(*worker.claim(), result={"total": 7})

    assert handle.result(20) == Report(7)


def test_who_stops_waiting_is_forgotten(
    shop: Shop, worker: TinyWorker, valkey: PrivateServer
) -> None:
    handle = shop.analyze.sync.enqueue("a")
    with pytest.raises(TimeoutError):
        handle.result(timeout=0.05)

    assert not valkey.client.hexists("bb:{shop}:watchers", handle.id)


def test_every_end_is_told(shop: Shop, worker: TinyWorker) -> None:
    failed, cancelled, gone, late = [shop.analyze.sync.enqueue(name) for name in "abcd"]
    worker.fail(worker.claim_one())
    cancelled.cancel("why")
    gone.remove()

    with pytest.raises(JobFailed, match="after 1 attempt"):
        failed.result()
    with pytest.raises(JobCancelled, match="why"):
        cancelled.result()
    with pytest.raises(ResultNotKept):
        gone.result()
    with pytest.raises(TimeoutError, match=late.id):
        late.result(timeout=0.05)


def test_news_come_until_the_end(shop: Shop, worker: TinyWorker, valkey: PrivateServer) -> None:
    handle = shop.analyze.sync.enqueue("a")
    worker.claim()

    def work() -> None:
        until_watched(valkey, handle.id)
        worker.report(handle.id, {"value": 5, "message": "half"}, "a line")
        worker.complete(handle.id, result={"total": 7})

    thread = in_thread(work)
    news = list(handle.events(timeout=20))
    thread.join()
    assert news == [
        JobEvent("progress", progress=Progress(5, "half")),
        JobEvent("completed", result=Report(7)),
    ]
    assert handle.logs() == ["a line"]


def test_jobs_are_added_by_name_and_in_bulk(shop: Shop) -> None:
    queue = shop.app.sync.queue("shop")

    added = queue.add("analyze-pnl", {"wallet": "a"}, id="x")
    handles = queue.add_many(
        [shop.analyze.call("b"), ("ping", {}), shop.analyze.options(id="x").call("c")]
    )

    assert added.created
    assert [handle.added for handle in handles] == ["created", "created", "existing"]
    assert (handles[2].existing, handles[2].kept) == (True, False)
    with pytest.raises(InvalidPayload):
        queue.add("analyze-pnl", {"wallet": 3})


def test_a_queue_is_asked_and_controlled(shop: Shop, worker: TinyWorker) -> None:
    queue = shop.queue.sync
    queue.configure()
    later = shop.analyze.options(delay=60).sync.enqueue("later")
    soon = shop.analyze.sync.enqueue("soon")

    queue.pause()
    assert queue.counts().paused
    queue.resume()
    later.reschedule(delay=120)
    queue.set_priority(soon.id, 9)
    queue.update_data(soon.id, {"wallet": "now"})
    (info,) = queue.list(State.WAITING).jobs
    assert (info.priority, info.arguments) == (9, {"wallet": "now"})
    assert later.promote()
    assert [each.number for each in queue.workers()] == [1]
    worker.claim()
    with pytest.raises(JobActive):
        soon.remove()
    with pytest.raises(QueueActive):
        queue.obliterate()
    worker.fail(soon.id)
    assert soon.retry()
    worker.fail(worker.claim_one(), error="OSError")
    assert queue.retry_where(error="KeyError") == 0
    assert queue.retry_where(error="OSError") == 1
    assert queue.remove(soon.id) == Removed(1, ())
    with pytest.raises(JobNotFound):
        queue.get(soon.id)
    queue.drain()
    assert queue.counts().waiting == 0
    assert queue.clean(State.COMPLETED) == 0
    queue.obliterate()
    assert queue.handle(soon.id).state() is None


def test_threads_share_it(shop: Shop, worker: TinyWorker) -> None:
    with ThreadPoolExecutor(8) as pool:
        handles = list(pool.map(lambda n: shop.analyze.sync.enqueue(str(n)), range(200)))

    assert all(handle.created for handle in handles)
    assert len(worker.claim(1_000)) == 200


def test_a_forked_child_has_its_own(shop: Shop, valkey: PrivateServer) -> None:
    shop.analyze.options(id="parent").sync.enqueue("a")

    child = os.fork()
    if child == 0:
        code = 1
        try:
            for n in range(50):
                shop.analyze.sync.enqueue(str(n))
            code = 0
        finally:
            os._exit(code)
    for n in range(50):
        shop.analyze.sync.enqueue(str(n))
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert valkey.client.llen("bb:{shop}:waiting") == 101
    assert shop.queue.sync.counts().waiting == 101


def test_after_close_it_connects_again(shop: Shop) -> None:
    shop.analyze.sync.enqueue("a")
    shop.app.sync.close()
    shop.app.sync.close()

    assert shop.analyze.sync.enqueue("b").created
