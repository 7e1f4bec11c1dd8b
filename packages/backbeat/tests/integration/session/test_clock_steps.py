"""A call that is sent again after the server's clock was set has one effect."""

from collections.abc import Iterator
from typing import Final

import pytest

from backbeat.engine.calls.enqueue import Added, enqueue_args, parse_enqueue
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.scripts import QueueScripts
from packages.backbeat.tests.support.queue_bench import QueueBench, job
from packages.backbeat.tests.support.settable_server import SettableServer, settable_server

pytestmark = pytest.mark.needs_gcc

DAY_S: Final = 86_400
STEPS: Final = (700, 3_600, 20_000 * DAY_S, -700, -3_600, -400 * DAY_S)


@pytest.fixture
def clocked() -> Iterator[SettableServer]:
    """A server whose clock can be set."""
    with settable_server() as running:
        yield running


@pytest.mark.parametrize("step", STEPS)
def test_what_was_answered_is_answered_again(clocked: SettableServer, step: int) -> None:
    bench = QueueBench(clocked.client)
    scripts = QueueScripts(bench.keys)

    def call(script: str, *args: Arg) -> Reply:
        reply: Reply = clocked.client.execute_command(*scripts.command(script, (0, *args)))  # type: ignore[no-untyped-call] # has none
        return reply

    def add() -> list[Added]:
        new = [job("a")]
        return parse_enqueue(call("enqueue", "mine", 1, *enqueue_args(new)), new)

    assert add() == ["created"]
    assert call("remove", "other", 1, "a")

    clocked.set_clock(step)
    # Whoever comes first after the step, also twice, must not end the memory of others.
    for number in range(3):
        call("configure", f"new-{number}", 1, "max_running", 5)
        call("janitor")

    assert add() == ["created"]
    assert bench.state("a") is None, "it was added twice"
