"""What a handler returns or raises is what becomes of its job."""

import asyncio
import logging
from typing import Any

import msgspec
import pytest

from backbeat import (
    Backbeat,
    Cancel,
    Job,
    JobCancelled,
    JobFailed,
    Permanent,
    Retry,
    Snooze,
    State,
)
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.keys import QueueKeys
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, working

BASE_EXCEPTIONS: list[type[BaseException]] = [
    SystemExit,
    KeyboardInterrupt,
    GeneratorExit,
    asyncio.CancelledError,
    StopAsyncIteration,
]


async def test_a_result_arrives_with_its_type(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def double(number: int) -> list[int]:
        return [number, number * 2]

    async with working(app):
        handle = await double.enqueue(21)
        assert await handle.result(5) == [21, 42]
        info = await handle.info()
    assert info.state is State.COMPLETED
    assert info.history == ()


async def test_a_job_without_a_result_completes_and_leaves_none(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def silent() -> None:
        return None

    async with working(app):
        handle = await silent.enqueue()
        assert (await ended(queue, handle.id)).state is State.COMPLETED
    results = QueueKeys(namespace, "q").key("results")
    assert server.client.hget(results, handle.id) is None


async def test_a_hundred_jobs_are_done_once_each(app: Backbeat) -> None:
    queue = app.queue("q")
    done: list[int] = []

    @queue.job()
    async def note(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    async with working(app, concurrency=7):
        await queue.add_many([note.call(number) for number in range(100)])
        last = await note.enqueue(100)
        await ended(queue, last.id)
    assert sorted(done) == list(range(101))
    counts = await queue.counts()
    assert (counts.active, counts.waiting, counts.total_completed) == (0, 0, 101)


async def test_an_error_is_recorded_with_its_place(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def broken(name: str) -> None:
        raise LookupError(f"no wallet {name}")

    with caplog.at_level(logging.ERROR, "backbeat.worker"):
        async with working(app) as worker:
            handle = await broken.enqueue("w1")
            with pytest.raises(JobFailed, match="no wallet w1"):
                await handle.result(5)
            info = await handle.info()
    assert info.error is not None
    assert (info.error.error, info.error.reason, info.error.attempts) == (
        "LookupError",
        "exhausted",
        1,
    )
    assert "raise LookupError" in info.error.trace
    [attempt] = info.history
    assert (attempt.number, attempt.worker, attempt.outcome) == (1, worker.name, "failed")
    [record] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert vars(record)["job"] == handle.id
    assert record.exc_info is not None


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
async def test_not_even_a_base_exception_ends_the_worker(
    app: Backbeat, kind: type[BaseException]
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def rude() -> None:
        raise kind("from the handler")

    @queue.job()
    async def polite() -> str:
        return "still here"

    async with working(app):
        handle = await rude.enqueue()
        info = await ended(queue, handle.id)
        assert await (await polite.enqueue()).result(5) == "still here"
    assert info.state is State.FAILED


async def test_permanent_errors_are_not_repeated(app: Backbeat) -> None:
    queue = app.queue("q", retry=Retry(attempts=5, delay=0))

    @queue.job()
    async def hopeless() -> None:
        raise Permanent("no such wallet")

    async with working(app):
        info = await ended(queue, (await hopeless.enqueue()).id)
    assert info.error is not None
    assert (info.error.reason, info.error.attempts) == ("permanent", 1)


async def test_only_the_errors_that_a_policy_names_are_repeated(app: Backbeat) -> None:
    queue = app.queue(
        "q", retry=Retry(attempts=3, delay=0, only=(OSError,), never=(IsADirectoryError,))
    )
    runs: list[str] = []

    @queue.job()
    async def fail(kind: str) -> None:
        runs.append(kind)
        raise {"os": OSError, "dir": IsADirectoryError, "value": ValueError}[kind](kind)

    async with working(app):
        handles = [await fail.enqueue(kind) for kind in ("os", "dir", "value")]
        infos = [await ended(queue, handle.id) for handle in handles]
    assert [runs.count(kind) for kind in ("os", "dir", "value")] == [3, 1, 1]
    assert [info.error.reason for info in infos if info.error] == [
        "exhausted",
        "permanent",
        "permanent",
    ]


async def test_snoozing_uses_no_attempt(app: Backbeat) -> None:
    queue = app.queue("q")
    attempts: list[int] = []

    @queue.job()
    async def patient() -> str | Snooze:
        attempts.append(Job.current().attempt)
        return Snooze(0.01) if len(attempts) < 4 else "done"

    async with working(app):
        handle = await patient.enqueue()
        assert await handle.result(5) == "done"
        info = await handle.info()
    assert attempts == [1, 1, 1, 1]
    assert [each.outcome for each in info.history] == ["snoozed"] * 3


async def test_a_handler_may_decline(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def decline() -> str | Cancel:
        return Cancel("the wallet is closed")

    async with working(app):
        handle = await decline.enqueue()
        with pytest.raises(JobCancelled, match="the wallet is closed"):
            await handle.result(5)
        info = await handle.info()
    assert info.cancel_reason == "the wallet is closed"
    assert [each.outcome for each in info.history] == ["cancelled"]


async def test_a_result_that_is_no_json_fails_the_job(app: Backbeat) -> None:
    queue = app.queue("q", retry=Retry(attempts=3, delay=0))

    @queue.job()
    async def odd() -> Any:
        return object()

    async with working(app):
        info = await ended(queue, (await odd.enqueue()).id)
    assert info.error is not None
    assert (info.error.error, info.error.reason) == ("InvalidPayload", "permanent")


async def test_arguments_that_do_not_fit_fail_the_job_and_not_the_worker(app: Backbeat) -> None:
    queue = app.queue("q", retry=Retry(attempts=3, delay=0))

    @queue.job()
    async def strict(number: int) -> int:
        return number

    async with working(app):
        client = (await queue.connection()).client(queue.name)
        await client.add(NewJob("odd", encode_record("strict", 1, b'{"number":"seven"}')))
        info = await ended(queue, "odd")
        assert await (await strict.enqueue(7)).result(5) == 7
    assert info.error is not None
    assert info.error.reason == "permanent"
    assert "number" in info.error.message


async def test_what_is_no_job_fails_as_broken(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def fine() -> str:
        return "fine"

    await queue.configure()
    keys = QueueKeys(namespace, "q")
    server.client.hset(keys.key("jobs"), "foreign", "0{nonsense")
    server.client.lpush(keys.key("waiting"), "foreign")
    async with working(app):
        assert await (await fine.enqueue()).result(5) == "fine"
        assert server.client.zscore(keys.key("failed"), "foreign") is not None
    stored = server.client.hget(keys.key("results"), "foreign")
    assert stored is not None
    assert msgspec.json.decode(stored)["reason"] == "broken"


async def test_a_job_without_a_handler_gets_chances_and_then_fails(
    app: Backbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backbeat.worker.attempt.judge.NO_HANDLER_SECONDS", 0.01)
    queue = app.queue("q")

    @queue.job()
    async def known() -> None:
        return None

    async with working(app):
        handle = await queue.add("unknown", {})
        info = await ended(queue, handle.id)
    assert info.error is not None
    assert info.error.reason == "no handler"
    assert "this worker knows: known" in info.error.message
    assert [each.outcome for each in info.history] == ["snoozed"] * 3 + ["failed"]


async def test_keep_zero_leaves_nothing_and_keep_for_a_while_leaves_it_a_while(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")

    @queue.job(keep=0)
    async def forgotten() -> str:
        return "gone"

    @queue.job()
    async def told() -> str:
        return "kept"

    async with working(app):
        first = await forgotten.options(wait=True).enqueue()
        assert await first.result(5) == "gone"
        second = await told.options(keep=60).enqueue()
        assert await second.result(5) == "kept"
        third = await told.options(keep=0, wait=True).enqueue()
        assert await third.result(5) == "kept"
    keys = QueueKeys(namespace, "q")
    assert server.client.hexists(keys.key("jobs"), first.id) is False
    assert server.client.hexists(keys.key("jobs"), third.id) is False
    assert server.client.zscore(keys.key("expiring"), second.id) is not None


@pytest.mark.parametrize(
    ("retry", "waits"),
    [
        (Retry.fixed(attempts=4, delay=0.02), [20, 20, 20]),
        (Retry.linear(attempts=4, delay=0.01), [10, 20, 30]),
        (Retry.exponential(attempts=4, delay=0.01, factor=3, max_delay=0.05), [10, 30, 50]),
        (Retry.custom(lambda failures: 0.005 * failures, attempts=4), [5, 10, 15]),
    ],
)
async def test_the_recorded_gaps_are_those_of_the_formula(
    app: Backbeat, server: PrivateServer, namespace: str, retry: Retry, waits: list[int]
) -> None:
    queue = app.queue("q", retry=retry)

    @queue.job()
    async def fail() -> None:
        raise ValueError("again")

    async with working(app):
        handle = await fail.enqueue()
        info = await ended(queue, handle.id)
    gaps = [line["due"] - line["ended"] for line in _history(server, namespace, handle.id)[:-1]]
    assert gaps == waits
    starts = [each.started_at for each in info.history]
    for wait_ms, before, after in zip(waits, info.history, starts[1:], strict=False):
        assert (after - before.ended_at).total_seconds() * 1000 >= wait_ms


async def test_a_job_brings_its_own_retries(app: Backbeat) -> None:
    queue = app.queue("q")
    attempts: list[tuple[int, int]] = []

    @queue.job()
    async def fail() -> None:
        job = Job.current()
        attempts.append((job.attempt, job.attempts))
        raise ValueError("again")

    async with working(app):
        retry = Retry.exponential(attempts=3, delay=0.001)
        handle = await fail.options(retry=retry).enqueue()
        info = await ended(queue, handle.id)
        assert info.error is not None
        assert info.error.attempts == 3
    assert attempts == [(1, 3), (2, 3), (3, 3)]


async def test_a_formula_that_fails_fails_the_job_and_frees_its_slot(app: Backbeat) -> None:
    queue = app.queue("q", retry=Retry.custom(lambda failures: 1 / (failures - 1), attempts=3))

    @queue.job()
    async def fail() -> None:
        raise LookupError("first")

    async with working(app, concurrency=1):
        handles = [await fail.enqueue() for _ in range(2)]
        infos = [await ended(queue, handle.id) for handle in handles]
    assert [info.error.reason for info in infos if info.error] == ["permanent"] * 2


async def test_an_outcome_that_makes_no_sense_fails_the_job(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def back_in_time() -> Snooze:
        return Snooze(-1)

    async with working(app):
        info = await ended(queue, (await back_in_time.enqueue()).id)
    assert info.error is not None
    assert info.error.error == "InvalidOption"


def _history(server: PrivateServer, namespace: str, job_id: str) -> list[dict[str, int]]:
    text = server.client.hget(QueueKeys(namespace, "q").key("history"), job_id)
    assert isinstance(text, bytes)
    return [msgspec.json.decode(line) for line in text.splitlines()]
