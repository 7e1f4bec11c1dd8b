"""What handlers depend on: made once per job, in order, cleaned up, in the right place."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from typing import Any

import pytest

from backbeat.app.depends import Dependency, Depends
from backbeat.worker.handlers.injection import Injection

log: list[str] = []


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    log.clear()


def settings() -> dict[str, str]:
    log.append("settings")
    return {"dsn": "memory"}


def session(config: dict[str, str] = Depends(settings)) -> Iterator[str]:  # noqa: B008 - that is how it is declared
    log.append(f"open {config['dsn']} in {threading.current_thread().name}")
    try:
        yield "session"
    except ValueError:
        log.append("rolled back")
        raise
    finally:
        log.append("closed")


async def client(config: dict[str, str] = Depends(settings)) -> AsyncIterator[str]:  # noqa: B008 - that is how it is declared
    log.append("connect")
    await asyncio.sleep(0)
    yield f"client of {config['dsn']}"
    log.append("disconnect")


async def token(connected: str = Depends(client)) -> str:
    return f"token of {connected}"


def plan(in_thread: bool = False, **wanted: Any) -> Injection:
    return Injection({name: Dependency(fn) for name, fn in wanted.items()}, in_thread=in_thread)


async def test_each_value_is_made_once_after_what_it_needs() -> None:
    injection = plan(db=session, auth=token, http=client)
    async with AsyncExitStack() as stack:
        values = await injection.prepare(stack)
        made = injection.arguments(values)
    assert made == {
        "db": "session",
        "auth": "token of client of memory",
        "http": "client of memory",
    }
    assert log.count("settings") == 1
    assert log.count("connect") == 1


async def test_generators_are_cleaned_up_in_the_reverse_order() -> None:
    injection = plan(db=session, http=client)
    async with AsyncExitStack() as stack:
        await injection.prepare(stack)
        log.clear()
    assert log == ["disconnect", "closed"]


async def test_the_error_of_the_handler_reaches_the_generator() -> None:
    injection = plan(db=session)

    async def handler() -> None:
        async with AsyncExitStack() as stack:
            await injection.prepare(stack)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await handler()
    assert log[-2:] == ["rolled back", "closed"]


async def test_a_blocking_handler_gets_blocking_values_in_its_own_thread() -> None:
    injection = plan(in_thread=True, db=session)
    async with AsyncExitStack() as outer:
        values = await injection.prepare(outer)
        assert log == []

        def in_thread() -> None:
            threading.current_thread().name = "job-thread"
            with ExitStack() as stack:
                injection.complete(values, stack)

        await asyncio.to_thread(in_thread)
    assert injection.arguments(values) == {"db": "session"}
    assert log == ["settings", "open memory in job-thread", "closed"]


async def test_what_a_coroutine_needs_stays_in_the_loop() -> None:
    injection = plan(in_thread=True, db=session, auth=token)
    async with AsyncExitStack() as outer:
        values = await injection.prepare(outer)
        assert log == ["settings", "connect"]
        with ExitStack() as stack:
            injection.complete(values, stack)
    assert injection.arguments(values)["auth"] == "token of client of memory"


async def test_a_function_that_gives_an_awaitable_is_awaited() -> None:
    class Factory:
        async def __call__(self) -> str:
            return "made"

    injection = plan(value=Factory())
    async with AsyncExitStack() as stack:
        values = await injection.prepare(stack)
    assert injection.arguments(values) == {"value": "made"}
