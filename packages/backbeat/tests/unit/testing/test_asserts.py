"""Asserting what was enqueued."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backbeat import Backbeat, ConfigurationError, Handler
from backbeat.testing import application, assert_enqueued, drain, enqueued


@pytest.fixture
async def app() -> AsyncIterator[Backbeat]:
    declared = Backbeat()
    async with application(declared):
        yield declared


@pytest.fixture
def send(app: Backbeat) -> "Handler[..., None]":
    @app.queue("mail").job()
    async def send(to: str, *, total: Decimal = Decimal(0), at: datetime | None = None) -> None: ...

    return send


async def test_a_job_is_found_by_its_handler(send: Handler[..., None]) -> None:
    await send.enqueue("ada")
    assert_enqueued(send)
    assert_enqueued(send, "ada")
    assert_enqueued(send, to="ada", count=1)


async def test_a_job_is_found_by_its_name(app: Backbeat) -> None:
    await app.queue("mail").add("resize", {"width": 3, "height": 4})
    assert_enqueued("resize")
    assert_enqueued("resize", width=3)
    assert_enqueued("resize", {"width": 3, "height": 4}, queue="mail")
    assert enqueued("resize", {"width": 3}) == []


async def test_arguments_are_compared_as_they_travel(send: Handler[..., None]) -> None:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    await send.enqueue("ada", total=Decimal("1.50"), at=moment)
    assert_enqueued(send, total=Decimal("1.50"), at=moment)
    assert enqueued(send, total=Decimal("1.51")) == []


async def test_a_default_counts_as_given(send: Handler[..., None]) -> None:
    await send.enqueue("ada")
    assert_enqueued(send, total=Decimal(0), at=None)


async def test_delayed_jobs_are_found_too(send: Handler[..., None]) -> None:
    await send.options(delay=60).enqueue("later")
    await send.enqueue("now")
    assert [job.arguments["to"] for job in enqueued(send)] == ["now", "later"]


async def test_more_jobs_than_a_page_are_counted(app: Backbeat, send: Handler[..., None]) -> None:
    await app.queue("mail").add_many([send.call(f"number {n}") for n in range(450)])
    assert_enqueued(send, count=450)


async def test_what_has_run_is_not_enqueued(app: Backbeat, send: Handler[..., None]) -> None:
    await send.enqueue("ada")
    await drain(app)
    assert_enqueued(send, count=0)


async def test_what_is_missing_is_told_with_what_is_there(
    app: Backbeat, send: Handler[..., None]
) -> None:
    await send.enqueue("ada")
    await app.queue("other").add("resize", {"width": 3}, delay=60)
    with pytest.raises(AssertionError) as failure:
        assert_enqueued(send, "grace")
    told = str(failure.value)
    assert told.startswith(
        "expected at least one job send(to='grace') in queue mail, found 0; enqueued:"
    )
    assert "\n  send({'to': 'ada'" in told
    assert "\n  resize({'width': 3}) in queue other, delayed, due 2030-01-01T00:01:00" in told


async def test_another_number_is_told(send: Handler[..., None]) -> None:
    with pytest.raises(AssertionError, match=r"expected 2 jobs send\(\).*found 0.*nothing"):
        assert_enqueued(send, count=2)


async def test_an_argument_that_the_handler_has_not_is_a_type_error(
    send: Handler[..., None],
) -> None:
    with pytest.raises(TypeError, match="positional"):
        assert_enqueued(send, "ada", "grace")


def test_without_an_application_in_a_test_it_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no application is in a test"):
        assert_enqueued("anything")
