"""A job is added again: with what it was given, and else with what its handler says now."""

import pytest
from msgspec import structs

from backbeat import Backbeat, InvalidOption, InvalidPayload, JobNotFound, Retry, State, Unique
from backbeat.app import JobOptions, Queue
from backbeat.engine.record import Record, decode_record
from packages.backbeat.tests.support.working import ended, working

GIVEN = JobOptions(
    priority=8, lifo=True, group="vip", cost=7, attempts=9, timeout=30, wait_timeout=40,
    deadline=50, stale_after=20, keep=60, lock="door",
)  # fmt: skip


async def record_of(queue: Queue, job_id: str) -> Record:
    """What the server keeps of a job, but for when it was made."""
    snapshot = await (await queue.client()).get(job_id)
    assert snapshot is not None
    return structs.replace(decode_record(snapshot.record), created_ms=0)


async def test_a_job_is_replayed_with_all_that_it_was_given(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job(group="{word}", cost=3, retry=Retry(attempts=2))
    async def say(word: str) -> str:
        return word

    given = await say.options(**GIVEN).enqueue("x")
    again = await queue.replay(given.id)
    assert again.created
    assert again.id != given.id
    assert await record_of(queue, again.id) == await record_of(queue, given.id)
    twice = queue.sync.replay(again.id, {"word": "y"}, new_id="twice")
    assert twice.id == "twice"
    changed = await record_of(queue, "twice")
    assert bytes(changed.payload) == b'{"word":"y"}'
    before = await record_of(queue, given.id)
    assert structs.replace(changed, payload=before.payload) == before


async def test_what_comes_of_the_arguments_is_worked_out_anew(app: Backbeat) -> None:
    queue = app.queue("q", partitions=4, partition_by="{word}")

    @queue.job(
        group="{word}",
        cost=lambda arguments: len(arguments["word"]),
        priority=lambda arguments, _: len(arguments["word"]),
        unique=Unique(key="{word}"),
    )
    async def say(word: str) -> str:
        return word

    plain = await say.options(attempts=5).enqueue("abc")
    kin = await queue.replay(plain.id)
    assert (kin.existing, kin.id) == (True, plain.id)
    other = await queue.replay(plain.id, {"word": "seven77"})
    info, record = await queue.get(other.id), await record_of(queue, other.id)
    assert (info.group, info.priority, info.max_attempts, record.cost) == ("seven77", 7, 5, 7)
    placed = await say.enqueue("seven77")
    assert (placed.existing, placed.id) == (True, other.id)


async def test_it_runs_although_a_result_is_kept(app: Backbeat) -> None:
    queue, runs = app.queue("q"), 0

    @queue.job(cache=3_600)
    async def say(word: str) -> str:
        nonlocal runs
        runs += 1
        return word

    async with working(app):
        first = await say.enqueue("x")
        assert await first.result(10) == "x"
        again = await queue.replay(first.id)
        assert (again.created, await again.result(10)) == (True, "x")
    assert runs == 2


async def test_a_job_of_a_flow_is_replayed_alone(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job(wait_timeout=100)
    async def say(word: str) -> str:
        return word

    flow = app.flow()
    child = flow.add(say.call("child"))
    parent = flow.add(say.options(attempts=4).call("parent"), after=[child])
    await flow.start()
    again = await queue.replay(parent.id)
    options = (await record_of(queue, again.id)).options
    assert options is not None
    assert (options.flow, options.attempts, options.wait_ms) == (None, 4, None)
    async with working(app):
        assert await again.result(10) == "parent"


async def test_a_job_whose_handler_is_not_known_here_is_replayed_as_it_is(app: Backbeat) -> None:
    queue = app.queue("q")
    given = await queue.add("elsewhere", {"any": {"data": 1}}, **GIVEN)
    again = await queue.replay(given.id)
    assert await record_of(queue, again.id) == await record_of(queue, given.id)


async def test_what_cannot_be_replayed_is_refused_and_adds_nothing(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def say(word: str) -> str:
        return word

    with pytest.raises(JobNotFound):
        await queue.replay("nobody")
    given = await say.enqueue("x")
    with pytest.raises(InvalidPayload, match="word"):
        await queue.replay(given.id, {"word": 7})
    with pytest.raises(InvalidOption, match="job id"):
        await queue.replay(given.id, new_id="a b")
    async with working(app):
        assert (await ended(queue, given.id)).state is State.COMPLETED
    assert (await queue.counts()).total_completed == 1


async def test_a_job_that_its_handler_takes_no_longer_keeps_all_that_it_had(app: Backbeat) -> None:
    queue = app.queue("q")
    old = await queue.add("say", {"words": ["x"]}, priority=9, group="g")

    @queue.job()
    async def say(word: str) -> str:
        return word

    with pytest.raises(InvalidPayload):
        await queue.replay(old.id)
    again = await queue.replay(old.id, {"word": "x"})
    info = await queue.get(again.id)
    assert (info.priority, info.group) == (9, "g")
