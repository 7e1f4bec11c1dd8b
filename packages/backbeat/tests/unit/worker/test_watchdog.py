"""The watchdog names the job and the line that block the event loop."""

import asyncio
import ctypes
import inspect
import logging
import threading
import time
from typing import Any

import pytest

from backbeat.worker.pulse import PULSE_BYTES, Pulse
from backbeat.worker.watchdog import Watchdog


def block(until: threading.Event) -> None:
    until.wait(5)


async def test_it_names_the_job_and_the_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    seen = threading.Event()

    def whose(task: "asyncio.Task[Any]") -> str:
        return f"job of {task.get_name()}"

    watchdog = Watchdog(Pulse(), warning=0.05, whose=whose, on_block=seen.set)
    watchdog.start()
    await asyncio.create_task(_run(seen), name="slow-one")
    watchdog.close()
    # A busy machine may have stopped the whole process before, and that is said, too.
    first = next(said for said in caplog.messages if "stood still" not in said)
    line = inspect.getsourcelines(block)[1] + 1
    assert first.startswith("job of slow-one blocks the event loop")
    assert f"{__file__}:{line} in block" in first


async def test_what_is_no_task_is_not_blamed_on_one(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    seen, over = threading.Event(), asyncio.Event()
    watchdog = Watchdog(Pulse(), warning=0.05, whose=lambda _: None, on_block=seen.set)
    watchdog.start()
    loop = asyncio.get_running_loop()
    loop.call_soon(block, seen)
    loop.call_soon(over.set)
    await over.wait()
    watchdog.close()
    message = next(said for said in caplog.messages if "stood still" not in said)
    assert "it is no job that blocks it" in message
    assert "in block" in message


async def test_it_says_when_the_loop_turns_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    seen = threading.Event()
    watchdog = Watchdog(Pulse(), warning=0.05, whose=lambda _: None, on_block=seen.set)
    watchdog.start()
    await _run(seen)
    while len(caplog.records) < 2:  # noqa: ASYNC110 - a log tells no one
        await asyncio.sleep(0.005)
    watchdog.close()
    assert "turns again after" in caplog.records[1].getMessage()
    assert len(caplog.records) == 2


async def test_c_code_that_keeps_the_interpreter_is_noticed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    watchdog = Watchdog(Pulse(), warning=0.1, whose=lambda _: None, on_block=lambda: None)
    watchdog.start()
    # Called like this, a C function does not let other threads run.
    ctypes.PyDLL(None).usleep(400_000)
    while not caplog.records:  # noqa: ASYNC110 - a log tells no one
        await asyncio.sleep(0.005)
    watchdog.close()
    assert "this process stood still" in caplog.records[0].getMessage()


async def test_a_loop_that_turns_is_left_in_peace(caplog: pytest.LogCaptureFixture) -> None:
    blocked: list[bool] = []
    watchdog = Watchdog(
        Pulse(), warning=0.1, whose=lambda _: None, on_block=lambda: blocked.append(True)
    )
    watchdog.start()
    end = asyncio.get_running_loop().time() + 0.3
    while asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - a loop that turns is what is tested
        await asyncio.sleep(0.005)
    watchdog.close()
    assert blocked == []
    assert caplog.records == []


async def test_a_pulse_is_read_through_shared_memory() -> None:
    memory = bytearray(2 * PULSE_BYTES)
    ours, theirs = Pulse(memory, PULSE_BYTES), Pulse(memory, PULSE_BYTES)
    time.sleep(0.02)  # noqa: ASYNC251 - time itself is what is measured
    assert theirs.age >= 0.02
    ours.beat()
    assert theirs.age < 0.02
    assert memory[:PULSE_BYTES] == bytes(PULSE_BYTES)


async def _run(seen: threading.Event) -> None:
    block(seen)
