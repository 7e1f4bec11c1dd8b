"""Which job comes next: priority, then LIFO before FIFO, then age."""

import pytest

from backbeat import Backbeat, InvalidOption, Priority, Queue
from backbeat.testing import FakeClock, drain


def recorder(queue: Queue) -> list[str]:
    """Declares a handler that notes whom it served, and gives its notes."""
    served: list[str] = []

    @queue.job("serve")
    async def serve(who: str) -> None:
        served.append(who)

    return served


async def test_equal_jobs_run_in_the_order_in_which_they_came(app: Backbeat) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    for who in "abcde":
        await queue.add("serve", {"who": who})
    await drain(app)
    assert served == list("abcde")


async def test_the_more_urgent_level_goes_first_whatever_its_age(app: Backbeat) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    for level in (
        Priority.LOW,
        Priority.CRITICAL,
        Priority.NORMAL,
        Priority.MAINTENANCE,
        Priority.HIGH,
    ):
        await queue.add("serve", {"who": level.name}, priority=level)
    await drain(app)
    assert served == ["CRITICAL", "HIGH", "NORMAL", "LOW", "MAINTENANCE"]


async def test_any_number_from_0_to_10_is_a_level(app: Backbeat) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    for level in (3, 0, 10, 6, 5, 4, 9, 1, 8, 7, 2):
        await queue.add("serve", {"who": str(level)}, priority=level)
    await drain(app)
    assert served == [str(level) for level in range(10, -1, -1)]


@pytest.mark.parametrize("level", [-1, 11])
async def test_other_numbers_are_refused(app: Backbeat, level: int) -> None:
    with pytest.raises(InvalidOption, match="priority"):
        await app.queue("counter").add("serve", {}, priority=level)


async def test_within_a_level_age_decides(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    for who in "abc":
        await queue.add("serve", {"who": f"{who}-high"}, priority=Priority.HIGH)
        await queue.add("serve", {"who": f"{who}-low"}, priority=Priority.LOW)
        clock.advance(1)
    await drain(app)
    assert served == ["a-high", "b-high", "c-high", "a-low", "b-low", "c-low"]


@pytest.mark.parametrize("level", [Priority.HIGH, Priority.NORMAL, Priority.LOW])
async def test_last_in_first_out_goes_before_its_level(app: Backbeat, level: Priority) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    await queue.add("serve", {"who": "first"}, priority=level)
    for who in ("second", "third"):
        await queue.add("serve", {"who": who}, priority=level, lifo=True)
    await queue.add("serve", {"who": "fourth"}, priority=level)
    await drain(app)
    assert served == ["third", "second", "first", "fourth"]


async def test_last_in_first_out_does_not_pass_a_higher_level(app: Backbeat) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    await queue.add("serve", {"who": "normal"}, lifo=True)
    await queue.add("serve", {"who": "high"}, priority=Priority.HIGH)
    await drain(app)
    assert served == ["high", "normal"]


async def test_a_handler_says_the_priority_of_its_jobs(app: Backbeat) -> None:
    queue = app.queue("counter")
    served: list[str] = []

    @queue.job(priority=Priority.LOW)
    async def patient() -> None:
        served.append("patient")

    @queue.job(priority=Priority.HIGH)
    async def urgent() -> None:
        served.append("urgent")

    await patient.enqueue()
    await patient.options(priority=Priority.CRITICAL).enqueue()
    await urgent.enqueue()
    await drain(app)
    assert served == ["patient", "urgent", "patient"]


async def test_a_waiting_job_can_be_put_before_its_equals(app: Backbeat) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    await queue.add("serve", {"who": "b"}, id="b")
    await queue.add("serve", {"who": "a"}, id="a")
    await queue.set_priority("a", Priority.NORMAL, lifo=True)
    await drain(app)
    assert served == ["a", "b"]


async def test_a_changed_priority_counts(app: Backbeat) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    for who in "abc":
        await queue.add("serve", {"who": who}, id=who)
    await queue.set_priority("c", Priority.HIGH)
    await queue.set_priority("a", Priority.LOW)
    await drain(app)
    assert served == ["c", "b", "a"]


async def test_a_delayed_job_keeps_its_priority(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("counter")
    served = recorder(queue)
    await queue.add("serve", {"who": "delayed"}, delay=10, priority=Priority.HIGH)
    await queue.add("serve", {"who": "waiting"})
    clock.advance(10)
    await drain(app)
    assert served == ["delayed", "waiting"]
