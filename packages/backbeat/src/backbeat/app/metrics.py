"""What is measured of all queues and their servers, out of the store: any process can answer."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from backbeat.app.history import BOUNDS, HandlerCounts, Histogram, read_handlers
from backbeat.engine.calls.reply import text
from backbeat.engine.states import TERMINAL, State
from backbeat.errors import BackbeatError, ConfigurationError
from backbeat.telemetry.figures import HandlerFigures, QueueFigures, ServerFigures, Times

if TYPE_CHECKING:
    from backbeat.app.queue import Queue
    from backbeat.engine.transport.base import Transport

# So many queues are asked at the same time.
_AT_ONCE: Final = 16


async def exposition(queues: "list[Queue]", transport: "Transport") -> str:
    """The text that Prometheus reads.

    Raises:
        ConfigurationError: prometheus-client is not installed.
    """
    try:
        from backbeat.telemetry.exposition import expose
    except ImportError as error:
        raise ConfigurationError(
            f"metrics need {error.name}: pip install backbeat[telemetry]"
        ) from error
    turns = asyncio.Semaphore(_AT_ONCE)

    async def figures(queue: "Queue") -> QueueFigures:
        async with turns:
            return await figures_of(queue)

    found = await asyncio.gather(*map(figures, queues))
    return expose(found, await servers(transport))


async def figures_of(queue: "Queue") -> QueueFigures:
    """What is measured of one queue."""
    client = await queue.client()
    counts, load, totals = await asyncio.gather(client.counts(), queue.load(), client.totals())
    return QueueFigures(
        name=queue.name,
        jobs={state.value: counts.of(state) for state in State},
        ended={state.value: getattr(counts, f"total_{state.value}") for state in sorted(TERMINAL)},
        oldest_wait=load.oldest_wait or 0.0,
        workers=load.workers,
        paused=counts.paused,
        stalled=counts.total_stalled,
        expired=counts.total_reclaimed,
        handlers={name: handler_figures(each) for name, each in read_handlers(totals).items()},
    )


async def servers(transport: "Transport") -> list[ServerFigures]:
    """What each server says of itself; one that says nothing is left out."""
    found = []
    for number, server in enumerate(await transport.servers()):
        try:
            stats = _fields(text(await server.execute("INFO", "commandstats")))
            memory = _fields(text(await server.execute("INFO", "memory")))
        except BackbeatError:
            continue
        calls = dict(
            part.split("=") for part in stats.get("cmdstat_evalsha", "calls=0,usec=0").split(",")
        )
        found.append(
            ServerFigures(
                str(number),
                int(calls["calls"]),
                int(calls["usec"]) / 1_000_000,
                int(memory.get("used_memory", 0)),
            )
        )
    return found


def handler_figures(counts: HandlerCounts) -> HandlerFigures:
    """What was counted of one handler, as it is exposed."""
    outcomes = ("completed", "failed", "cancelled", "retried")
    return HandlerFigures(
        counts.started,
        {outcome: getattr(counts, outcome) for outcome in outcomes},
        _times(counts.waits),
        _times(counts.runs),
    )


def _times(histogram: Histogram) -> Times:
    return Times(BOUNDS, histogram.buckets, histogram.seconds)


def _fields(info: str) -> Mapping[str, Any]:
    lines = [line.partition(":") for line in info.splitlines() if ":" in line]
    return {name: value.strip() for name, _, value in lines}
