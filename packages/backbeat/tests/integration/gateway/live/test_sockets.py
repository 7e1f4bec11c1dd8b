"""Live events over Socket.IO: what a client sends, and what it hears."""

import pytest

from backbeat import Queue
from packages.backbeat.tests.support.gateway import Gateway
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def test_a_client_that_connects_is_told_its_id(served: Gateway) -> None:
    async with served.client() as client:
        fields = await client.next("connected")
        assert fields.keys() == {"message", "clientId", "timestamp"}
        assert fields["clientId"] == client.io.get_sid()


async def test_the_life_of_a_job_is_told_in_the_fields_that_are_promised(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        await client.next("connected")
        handle = await queue.add("do", {})
        told = await client.follow("work", handle.id)
        assert told == {
            "queue": "work", "jobId": handle.id, "sequence": told["sequence"], "events": "all"
        }  # fmt: skip
        waiting = await client.next()
        assert waiting.keys() == {"jobId", "state", "timestamp", "queue", "sequence"}

        worker.claim()
        started = await client.next("job-queue-to-start")
        assert started.keys() == {"jobId", "queueToStartTime", "timestamp", "queue", "sequence"}
        active = await client.next()
        assert active.keys() == {"jobId", "attempt", "timestamp", "queue", "sequence"}
        assert active["attempt"] == 1

        worker.report(handle.id, {"value": 20, "message": "swaps"})
        progress = await client.next("job-progress")
        assert progress.keys() == {
            "jobId", "progress", "details", "timestamp", "queue", "sequence"
        }  # fmt: skip
        assert (progress["progress"], progress["details"]) == (20, "swaps")

        worker.complete(handle.id, result={"total": 7})
        completed = await client.next()
        assert completed.keys() == {
            "jobId", "result", "timestamp", "queue", "processingTime", "totalTime", "sequence"
        }  # fmt: skip
        assert (completed["jobId"], completed["queue"]) == (handle.id, "work")
        assert completed["result"] == {"total": 7}
        assert completed["processingTime"] == completed["timestamp"] - active["timestamp"]
        assert completed["totalTime"] >= completed["processingTime"]


async def test_a_failure_says_its_error_and_its_attempts(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        handle = await queue.add("do", {})
        await client.follow("work", handle.id)
        worker.fail(worker.claim_one())
        fields = await client.next("job-failed")
        assert fields == {
            "jobId": handle.id, "error": "ValueError: no such coin", "attempts": 1,
            "maxAttempts": 1, "timestamp": fields["timestamp"], "queue": "work",
            "sequence": fields["sequence"],
        }  # fmt: skip


async def test_a_failure_says_how_many_attempts_the_job_itself_may_have(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        handle = await queue.add("do", {}, attempts=7)
        await client.follow("work", handle.id)
        worker.fail(worker.claim_one())
        assert (await client.next("job-failed"))["maxAttempts"] == 7


async def test_a_cancel_a_retry_and_a_removal_are_told(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        handle = await queue.add("do", {})
        await client.follow("work", handle.id)
        await client.next("job-waiting")
        await handle.cancel("why not")
        cancelled = await client.next("job-cancelled")
        assert cancelled.keys() == {"jobId", "reason", "timestamp", "queue", "sequence"}
        assert cancelled["reason"] == "why not"
        await handle.retry()
        await client.next("job-waiting")
        await handle.remove()
        removed = await client.next("job-removed")
        assert removed.keys() == {"jobId", "timestamp", "queue", "sequence"}


async def test_who_follows_a_queue_hears_of_all_its_jobs_and_of_itself(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        await client.follow("work")
        snapshot = await client.next("queue-snapshot")
        assert snapshot["counts"]["waiting"] == 0
        handles = await queue.add_many([("do", {}) for _ in range(3)])
        heard = [await client.next("job-waiting") for _ in range(3)]
        assert {each["jobId"] for each in heard} == {handle.id for handle in handles}
        assert len({each["sequence"] for each in heard}) == 3
        await queue.pause()
        paused = await client.next("queue-paused")
        assert paused.keys() == {"timestamp", "queue", "sequence"}


async def test_who_follows_a_queue_and_a_job_of_it_hears_each_event_once(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        handle = await queue.add("do", {})
        await client.follow("work")
        await client.next("queue-snapshot")
        await client.follow("work", handle.id)
        await client.next("job-waiting")
        worker.complete(*worker.claim())
        last = await queue.add("do", {})
        names = []
        while True:
            name, fields = await client.next_told()
            if fields["jobId"] == last.id:
                break
            names.append(name)
        assert names == ["job-queue-to-start", "job-active", "job-completed"]


@pytest.mark.parametrize("ending", ["completed", "failed", "cancelled"])
async def test_who_comes_after_the_end_gets_the_final_state(
    served: Gateway, queue: Queue, worker: TinyWorker, ending: str
) -> None:
    handle = await queue.add("do", {})
    if ending == "cancelled":
        await handle.cancel()
    else:
        worker.claim()
        (worker.complete if ending == "completed" else worker.fail)(handle.id)
    async with served.client() as client:
        await client.next("connected")
        await client.follow("work", handle.id)
        name, fields = await client.next_told()
        assert (name, fields["jobId"]) == (f"job-{ending}", handle.id)


async def test_who_comes_while_a_job_runs_gets_its_last_progress(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    worker.claim()
    worker.report(handle.id, {"value": 1})
    worker.report(handle.id, {"value": 2})
    async with served.client() as client:
        await client.next("connected")
        await client.follow("work", handle.id)
        assert await client.take(1) == ["job-active"]
        assert (await client.next())["progress"] == 2


async def test_a_job_that_nobody_knows_is_told_as_unknown_and_followed_from_then_on(
    served: Gateway, queue: Queue
) -> None:
    async with served.client() as client:
        await client.follow("work", "later")
        assert (await client.next("job-unknown"))["jobId"] == "later"
        await queue.add("do", {}, id="later")
        assert (await client.next("job-waiting"))["jobId"] == "later"


async def test_the_queue_of_a_job_need_not_be_named(served: Gateway, queue: Queue) -> None:
    handle = await queue.add("do", {})
    async with served.client() as client:
        answer = await client.ask("subscribe-to-job", handle.id)
        assert answer["data"]["queue"] == "work"
        await client.next("job-waiting")
        answer = await client.ask("subscribe-to-job", {"jobId": "nowhere"})
        assert answer["error"]["code"] == "JOB_NOT_FOUND"


async def test_who_unsubscribes_hears_no_more(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    async with served.client() as client:
        one, other = await queue.add("do", {}), await queue.add("do", {})
        for handle in (one, other):
            await client.follow("work", handle.id)
            await client.next("job-waiting")
        about = {"queue": "work", "jobId": one.id}
        answer = await client.ask("unsubscribe-from-job", about)
        assert answer == {"success": True, "data": {"followed": True}}
        assert (await client.ask("unsubscribe-from-job", about))["data"] == {"followed": False}
        worker.complete(*worker.claim(2))
        await client.next("job-completed")
        assert {
            fields.get("jobId") for name, fields in client.heard if name == "job-completed"
        } == {other.id}
        await client.follow("work")
        await client.next("queue-snapshot")
        answer = await client.ask("unsubscribe-from-queue", "work")
        assert answer["data"] == {"followed": True}


@pytest.mark.parametrize(
    ("event", "data", "code"),
    [
        ("subscribe-to-job", None, "BAD_REQUEST"),
        ("subscribe-to-job", [1], "BAD_REQUEST"),
        ("subscribe-to-job", {"queue": "work"}, "BAD_REQUEST"),
        ("subscribe-to-job", {"queue": "work", "jobId": 7}, "BAD_REQUEST"),
        ("subscribe-to-job", {"queue": "work", "jobId": "a" * 129}, "BAD_REQUEST"),
        ("subscribe-to-queue", {}, "BAD_REQUEST"),
        ("subscribe-to-queue", {"queue": "work", "since": {}}, "BAD_REQUEST"),
        ("subscribe-to-queue", "nowhere", "QUEUE_NOT_FOUND"),
        ("subscribe-to-queue", "silent", "NO_EVENTS"),
    ],
)
async def test_what_makes_no_sense_is_answered_with_what_to_do(
    served: Gateway, event: str, data: object, code: str
) -> None:
    async with served.client() as client:
        answer = await client.ask(event, data)
        assert answer["success"] is False
        assert answer["error"]["code"] == code
        assert answer["error"]["message"]
