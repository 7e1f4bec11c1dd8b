"""Enqueueing: what comes back, ids, and what happens when an id is known already."""

import pytest

from backbeat import Backbeat, InvalidOption, InvalidPayload, JobNotFound, State
from backbeat.testing import drain


async def test_a_new_job_is_waiting_with_what_it_was_given(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job("send")
    async def send(to: str, *, copies: int = 1) -> None: ...

    handle = await send.enqueue("ada@example.org", copies=2)
    info = await handle.info()
    assert (handle.created, handle.existing, handle.kept) == (True, False, False)
    assert (info.state, info.name, info.queue) == (State.WAITING, "send", "mail")
    assert info.arguments == {"to": "ada@example.org", "copies": 2}


async def test_jobs_without_an_id_get_different_ones(app: Backbeat) -> None:
    queue = app.queue("mail")
    handles = [await queue.add("send", {}) for _ in range(5)]
    assert len({handle.id for handle in handles}) == 5


async def test_an_id_that_is_waiting_is_not_enqueued_again(app: Backbeat) -> None:
    queue = app.queue("mail")
    await queue.add("send", {"n": 1}, id="only-one")
    again = await queue.add("send", {"n": 2}, id="only-one")
    assert again.existing
    assert (await again.info()).arguments == {"n": 1}
    assert (await queue.counts()).waiting == 1


async def test_an_id_that_is_delayed_is_not_enqueued_again(app: Backbeat) -> None:
    queue = app.queue("mail")
    await queue.add("send", {}, id="later", delay=60)
    assert (await queue.add("send", {}, id="later")).existing
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (0, 1)


async def test_an_id_whose_job_has_ended_is_kept(app: Backbeat) -> None:
    queue = app.queue("mail")
    runs: list[int] = []

    @queue.job("count")
    async def count(n: int) -> None:
        runs.append(n)

    await count.options(id="a").enqueue(1)
    await drain(app)
    again = await count.options(id="a").enqueue(2)
    await drain(app)
    assert again.kept
    assert runs == [1]


async def test_a_kept_job_can_be_replaced_by_a_new_one(app: Backbeat) -> None:
    queue = app.queue("mail")
    runs: list[int] = []

    @queue.job("count")
    async def count(n: int) -> int:
        runs.append(n)
        return n

    await count.options(id="a").enqueue(1)
    await drain(app)
    again = await count.options(id="a", on_kept="replace").enqueue(2)
    assert again.created
    await drain(app)
    assert runs == [1, 2]
    assert await again.result() == 2
    counts = await queue.counts()
    assert (counts.completed, counts.total_completed) == (1, 2)


async def test_replacing_leaves_a_job_alone_that_has_not_ended(app: Backbeat) -> None:
    queue = app.queue("mail")
    await queue.add("send", {"n": 1}, id="a")
    again = await queue.add("send", {"n": 2}, id="a", on_kept="replace")
    assert again.existing
    assert (await again.info()).arguments == {"n": 1}


async def test_an_id_is_free_again_when_its_job_was_removed(app: Backbeat) -> None:
    queue = app.queue("mail")
    first = await queue.add("send", {"n": 1}, id="a")
    await first.remove()
    second = await queue.add("send", {"n": 2}, id="a")
    assert second.created
    assert (await second.info()).arguments == {"n": 2}


async def test_a_job_that_was_removed_and_added_again_runs_once(app: Backbeat) -> None:
    queue = app.queue("mail")
    runs: list[int] = []

    @queue.job("count")
    async def count(n: int) -> None:
        runs.append(n)

    for n in range(3):
        handle = await count.options(id="a").enqueue(n)
        await handle.remove()
    await count.options(id="a").enqueue(3)
    await drain(app)
    assert runs == [3]


async def test_the_same_id_in_two_queues_is_two_jobs(app: Backbeat) -> None:
    for name in ("a", "b"):
        assert (await app.queue(name).add("send", {}, id="same")).created


@pytest.mark.parametrize("bad", ["", "two words", "a,b", "a|b", "x" * 129, "~~hidden"])
async def test_an_id_with_other_characters_is_refused(app: Backbeat, bad: str) -> None:
    with pytest.raises(InvalidOption, match="job id"):
        await app.queue("mail").add("send", {}, id=bad)


async def test_a_wrong_argument_is_refused_by_its_name(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job("send")
    async def send(to: str, copies: int = 1) -> None: ...

    with pytest.raises(InvalidPayload, match="copies") as refusal:
        await send.enqueue("ada", copies="many")  # type: ignore[arg-type] # what is refused
    assert refusal.value.field == "copies"
    assert (await queue.counts()).waiting == 0


async def test_a_job_of_an_unknown_id_is_not_found(app: Backbeat) -> None:
    with pytest.raises(JobNotFound):
        await app.queue("mail").get("nobody")
