"""Declaring queues and handlers: what is inherited, what is refused, and that nothing connects."""

import inspect
from datetime import timedelta
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    Cancel,
    ConfigurationError,
    InvalidOption,
    Job,
    Keep,
    Priority,
    Rate,
    Retry,
    Snooze,
)
from backbeat.app import Handler, QueueOptions
from backbeat.config import Settings

TWICE = Retry(attempts=2)
THRICE = Retry(attempts=3)


def an_app(**options: Any) -> Backbeat:
    return Backbeat("unix:///nowhere", **options)


def test_nothing_is_read_or_connected_by_declaring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "load", lambda **_: pytest.fail("settings were read"))
    app = Backbeat()
    queue = app.queue("shop", max_running=3)

    @queue.job()
    async def ping() -> None: ...

    assert dict(app.queues) == {"shop": queue}
    assert dict(queue.handlers) == {"ping": ping}


def test_settings_come_whole_or_by_address_and_namespace() -> None:
    assert Backbeat("redis://a", namespace="x").settings.namespace == "x"
    assert Backbeat(settings=Settings(namespace="y")).settings.namespace == "y"

    with pytest.raises(ConfigurationError, match="settings="):
        Backbeat("redis://a", settings=Settings())


def test_a_queue_is_declared_once() -> None:
    app = an_app()
    queue = app.queue("shop", max_running=3, retry=TWICE)

    assert app.queue("shop") is queue
    assert app.queue("shop", max_running=3, retry=TWICE) is queue
    with pytest.raises(ConfigurationError, match="'shop' is declared already"):
        app.queue("shop", max_running=4)


def test_a_queue_may_be_mentioned_before_it_is_declared() -> None:
    app = an_app()
    mentioned = app.sync.queue("shop")

    declared = app.queue("shop", max_running=3)

    assert declared.sync is mentioned
    assert declared.options.max_running == 3


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"name": "a b"}, "queue 'a b'"),
        ({"name": "x{y}"}, "queue"),
        ({"name": "q", "concurrency": 0}, "concurrency"),
        ({"name": "q", "max_running": -1}, "max_running"),
        ({"name": "q", "max_jobs": 0}, "max_jobs"),
        ({"name": "q", "max_stalled": 0}, "max_stalled"),
        ({"name": "q", "weight": 0}, "weight"),
        ({"name": "q", "events": "some"}, "events"),
        ({"name": "q", "timeout": -1}, "duration"),
    ],
)
def test_a_queue_that_makes_no_sense_is_refused(options: dict[str, Any], word: str) -> None:
    with pytest.raises(InvalidOption, match=word):
        an_app().queue(**options)


def test_handlers_inherit_from_queue_and_application() -> None:
    app = an_app(retry=TWICE, timeout=60)
    plain, strict = app.queue("plain"), app.queue("strict", retry=THRICE, timeout=30)

    @plain.job()
    async def inherits() -> None: ...

    @strict.job()
    async def from_queue() -> None: ...

    @strict.job(
        retry=TWICE,
        timeout=timedelta(seconds=5),
        stale_after=2,
        wait_timeout=3,
        deadline=4,
        keep=0,
        priority=Priority.HIGH,
    )
    async def its_own() -> None: ...

    assert (inherits.retry, inherits.timeout, inherits.keep) == (TWICE, 60.0, None)
    assert (from_queue.retry, from_queue.timeout) == (THRICE, 30.0)
    policy = its_own.policy
    assert (policy.retry, policy.timeout, policy.stale_after) == (TWICE, 5.0, 2.0)
    assert (policy.wait_timeout, policy.deadline, policy.keep) == (3.0, 4.0, 0.0)
    assert its_own.plan.priority == its_own.priority == 7


def test_the_function_decides_where_it_runs_unless_told() -> None:
    queue = an_app().queue("q")

    @queue.job()
    async def task() -> None: ...

    @queue.job()
    def thread() -> None: ...

    @queue.job(mode="process", max_memory_mb=512)
    def process() -> None: ...

    @queue.job(mode="process")
    async def async_process() -> None: ...

    modes = [each.mode for each in (task, thread, process, async_process)]
    assert modes == ["async", "thread", "process", "process"]
    assert process.policy.max_memory_mb == 512


def test_modes_that_do_not_fit_the_function_are_refused() -> None:
    queue = an_app().queue("q")

    async def task() -> None: ...
    def function() -> None: ...

    for fn, options, word in (
        (task, {"mode": "thread"}, "drop the async"),
        (function, {"mode": "async"}, "async def"),
        (function, {"mode": "fiber"}, "fiber"),
        (function, {"max_memory_mb": 5}, "mode='process'"),
    ):
        declare: Any = queue.job
        with pytest.raises(ConfigurationError, match=word):
            declare(**options)(fn)
    with pytest.raises(InvalidOption, match="priority"):
        queue.job(priority=11)(task)
    assert dict(queue.handlers) == {}


def test_two_handlers_of_one_name_are_refused() -> None:
    queue = an_app().queue("q")

    @queue.job("charge")
    async def first() -> None: ...

    with pytest.raises(ConfigurationError, match=r"'charge' already.*first"):

        @queue.job("charge")
        async def second() -> None: ...

    with pytest.raises(InvalidOption, match="job 'no good'"):
        queue.job("no good")


def test_what_is_no_name_is_said_to_be_none() -> None:
    queue = an_app().queue("q")
    declare: Any = queue.job

    async def charge() -> None: ...

    with pytest.raises(ConfigurationError, match=r"@queue\.job\(\)"):
        declare(charge)
    with pytest.raises(InvalidOption, match="job 7: letters"):
        declare(7)


async def test_a_handler_called_is_its_function() -> None:
    queue = an_app().queue("q")

    @queue.job()
    async def double(job: Job, x: int) -> int | Snooze:
        """Twice as much.

        Not more.
        """
        return x * 2 if x else Snooze(1)

    @queue.job()
    def half(x: int) -> int | Cancel:
        return x // 2

    job: Any = object()
    assert await double(job, 4) == 8
    assert half(4) == 2
    assert double.description == "Twice as much."
    assert inspect.signature(double) == inspect.signature(double.fn)
    assert isinstance(double, Handler)
    assert repr(double) == "<Handler q/double>"


def test_the_worker_finds_what_it_needs() -> None:
    queue = an_app().queue("q")

    @queue.job()
    async def with_job(job: Job, wallet: str, force: bool = False) -> int:
        return 1

    assert with_job.wants_job
    assert with_job.decode_arguments(b'{"wallet":"a"}') == {"wallet": "a", "force": False}
    assert with_job.encode_result(3) == b"3"
    assert with_job.encode_result(None) is None
    assert dict(with_job.dependencies) == {}


def test_a_result_that_cannot_be_read_again_is_refused() -> None:
    queue = an_app().queue("q")

    with pytest.raises(ConfigurationError, match="the result"):

        @queue.job()
        async def opaque() -> Exception:
            return ValueError()


def test_middleware_is_kept_in_order() -> None:
    app = an_app()

    @app.middleware
    async def outer(job: Job, call_next: Any) -> Any:
        return await call_next()

    @app.middleware
    async def inner(job: Job, call_next: Any) -> Any:
        return await call_next()

    assert app.middlewares == (outer, inner)


def test_the_server_is_told_what_was_declared() -> None:
    options = QueueOptions(max_running=5, max_jobs=10, rate=Rate(100), max_stalled=2, events="all")
    keep = Keep(completed=None, failed=0, completed_for=60, failed_for=None, max_bytes=7)

    fields = options.fields(keep)

    assert fields == {
        "max_running": "5",
        "max_jobs": "10",
        "rate": "100",
        "rate_ms": "1000",
        "rate_burst": "",
        "max_stalled": "2",
        "events": "all",
        "keep_completed": "1000000000000",
        "ageing": "",
        "keep_failed": "0",
        "keep_cancelled": "1000",
        "keep_completed_ms": "60000",
        "keep_failed_ms": "1000000000000",
        "keep_cancelled_ms": "86400000",
        "keep_bytes": "7",
    }
    assert QueueOptions().fields(Keep())["max_running"] == ""
