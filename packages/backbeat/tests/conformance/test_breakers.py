"""Circuit breakers: what fails too often is left alone for a while, and nothing is lost by it."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from backbeat import Backbeat, Breaker, Cancel, ConfigurationError, InvalidOption, Retry, Snooze
from backbeat.app import Handler
from backbeat.testing import FakeClock, drain

STRIPE = Breaker("stripe", failure_rate=0.5, min_calls=4, window=30, open_for=60, probes=2)


class Down(Exception):
    """The other side does not answer."""


class Dependency:
    """What handlers call: up or down as the test says."""

    def __init__(self) -> None:
        self.up = True
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        if not self.up:
            raise Down


@pytest.fixture
def stripe() -> Dependency:
    """Something that may fail."""
    return Dependency()


def charging(app: Backbeat, stripe: Dependency, **options: Any) -> Handler[[], None]:
    """A handler under the breaker."""
    given = {"breaker": STRIPE, "retry": Retry.fixed(attempts=3, delay=1_000), **options}

    @app.queue("payments").job(**given)
    async def charge() -> None:
        stripe()

    return charge


async def opened(app: Backbeat, stripe: Dependency) -> None:
    """Let the breaker open by four failures."""
    stripe.up = False
    charge = charging(app, stripe)
    for _ in range(4):
        await charge.enqueue()
    await drain(app)
    assert (await app.breaker("stripe").info()).state == "open"


async def test_it_opens_when_too_many_fail_and_holds_the_others_back(
    app: Backbeat, clock: FakeClock, stripe: Dependency
) -> None:
    await opened(app, stripe)
    held = await app.queue("payments").add("charge", {})

    assert await drain(app) == []

    info = await held.info()
    assert (info.state, info.reason, info.attempts) == ("delayed", "breaker", 0)
    assert info.due_at == clock.now() + timedelta(seconds=60)
    assert stripe.calls == 4


async def test_below_the_minimum_of_calls_it_stays_closed(
    app: Backbeat, stripe: Dependency
) -> None:
    stripe.up = False
    charge = charging(app, stripe)
    for _ in range(3):
        await charge.enqueue()
    await drain(app)
    assert (await app.breaker("stripe").info()).state == "closed"


async def test_below_the_failure_rate_it_stays_closed(app: Backbeat, stripe: Dependency) -> None:
    charge = charging(app, stripe)
    for up in (True, True, True, False, False):
        stripe.up = up
        await charge.enqueue()
        await drain(app)
    info = await app.breaker("stripe").info()
    assert (info.state, info.well, info.failed) == ("closed", 3, 2)


async def test_failures_leave_the_window_by_and_by(
    app: Backbeat, clock: FakeClock, stripe: Dependency
) -> None:
    stripe.up = False
    charge = charging(app, stripe)
    for _ in range(3):
        await charge.enqueue()
    await drain(app)
    clock.advance(31)
    await charge.enqueue()
    await drain(app)
    info = await app.breaker("stripe").info()
    assert (info.state, info.failed) == ("closed", 1)


async def test_half_open_it_lets_as_many_through_as_there_are_probes_and_closes(
    app: Backbeat, clock: FakeClock, stripe: Dependency
) -> None:
    await opened(app, stripe)
    queue = app.queue("payments")
    for _ in range(10):
        await queue.add("charge", {})
    await drain(app, concurrency=10)
    stripe.up, stripe.calls = True, 0
    clock.advance(60)

    assert len(await drain(app, concurrency=10)) == 2

    assert (await app.breaker("stripe").info()).state == "closed"
    clock.advance(6)
    assert len(await drain(app, concurrency=10)) == 8


async def test_no_more_than_the_probes_run_at_once(
    app: Backbeat, clock: FakeClock, stripe: Dependency
) -> None:
    await opened(app, stripe)
    await app.breaker("stripe").open(duration=1)
    queue = app.queue("payments")
    held = [await queue.add("charge", {}) for _ in range(10)]
    clock.advance(1)
    stripe.calls = 0

    ran = await drain(app, concurrency=10)

    assert stripe.calls == len(ran) == 2
    reasons = Counter([(await each.info()).reason for each in held])
    assert reasons == {"breaker": 8, "retry": 2}
    assert (await app.breaker("stripe").info()).state == "open"


async def test_a_probe_that_fails_opens_it_again(
    app: Backbeat, clock: FakeClock, stripe: Dependency
) -> None:
    await opened(app, stripe)
    held = await app.queue("payments").add("charge", {})
    await drain(app)
    clock.advance(60)
    await drain(app)
    info = await app.breaker("stripe").info()
    assert (info.state, info.until) == ("open", clock.now() + timedelta(seconds=60))
    assert (await held.info()).attempts == 1


async def test_only_the_chosen_errors_count(app: Backbeat, stripe: Dependency) -> None:
    stripe.up = False
    charge = charging(app, stripe, breaker=Breaker("other", min_calls=1, never=(Down,)))
    await charge.enqueue()
    await drain(app)
    info = await app.breaker("other").info()
    assert (info.state, info.well, info.failed) == ("closed", 0, 0)


@pytest.mark.parametrize("outcome", [Snooze(10), Cancel("no")])
async def test_a_probe_that_says_nothing_makes_room_for_another(
    app: Backbeat, clock: FakeClock, stripe: Dependency, outcome: Any
) -> None:
    queue = app.queue("payments")

    @queue.job(breaker=STRIPE)
    async def charge(say: bool) -> Any:
        return None if say else outcome

    await charge.enqueue(say=True)
    await drain(app)
    await app.breaker("stripe").open(duration=1)
    clock.advance(1)
    for say in (False, False, False, True, True):
        await charge.enqueue(say=say)
    assert len(await drain(app)) == 5
    assert (await app.breaker("stripe").info()).state == "closed"


async def test_handlers_of_two_queues_share_a_breaker_of_one_name(
    app: Backbeat, stripe: Dependency
) -> None:
    refund_queue = app.queue("refunds")

    @refund_queue.job(breaker=STRIPE)
    async def refund() -> None:
        stripe()

    await opened(app, stripe)
    held = await refund.enqueue()
    await drain(app)
    assert (await held.info()).reason == "breaker"


async def test_without_a_name_it_belongs_to_its_handler(app: Backbeat, stripe: Dependency) -> None:
    charge = charging(app, stripe, breaker=Breaker(min_calls=1))
    await charge.enqueue()
    await drain(app)
    assert [each.name for each in await app.breakers()] == ["payments.charge"]


async def test_it_can_be_opened_and_closed_by_hand(
    app: Backbeat, clock: FakeClock, stripe: Dependency
) -> None:
    charge = charging(app, stripe)
    await app.breaker("stripe").open()
    held = await charge.enqueue()
    await drain(app)
    clock.advance(3_600)
    await drain(app)
    assert (await held.info()).state == "delayed"
    await app.breaker("stripe").close()
    clock.advance(3_600)
    await drain(app)
    assert (await held.info()).state == "completed"


async def test_a_job_of_a_thread_is_held_back_too(app: Backbeat, stripe: Dependency) -> None:
    @app.queue("payments").job(breaker=STRIPE, mode="thread")
    def charge() -> None:
        stripe()

    await app.breaker("stripe").open()
    held = await charge.enqueue()
    await drain(app)
    assert (await held.info()).reason == "breaker"


async def test_two_sets_of_numbers_for_one_name_are_refused(
    app: Backbeat, stripe: Dependency
) -> None:
    charging(app, stripe)

    @app.queue("refunds").job(breaker=Breaker("stripe", probes=1))
    async def refund() -> None: ...

    with pytest.raises(ConfigurationError, match="stripe"):
        await drain(app)


@pytest.mark.parametrize(
    "numbers", [{"failure_rate": 0}, {"min_calls": 0}, {"probes": 0}, {"window": 0}]
)
def test_numbers_that_make_no_sense_are_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption):
        Breaker("stripe", **numbers)
