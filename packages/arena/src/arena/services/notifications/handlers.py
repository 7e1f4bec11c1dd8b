"""The jobs of notifications: a queue for each channel, so that a slow one delays no other."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from arena.services.notifications.actions.delivering import Delivering, Done, Held
from arena.services.notifications.channels.channel import Channel
from arena.services.notifications.errors import NoSuchDelivery
from backbeat import (
    Backbeat,
    Breaker,
    Handler,
    Job,
    Permanent,
    Retry,
    Snooze,
    Throttled,
    every,
)

# Time for the database, beside that of the channel.
_MARGIN_S: Final = 30.0
_AT_ONCE: Final = 50
SWEEP: Final = "notify-sweep"


class NotBrought(Exception):
    """An attempt failed in a way that passes: what breaker and retries count."""


def declare(
    app: Backbeat,
    delivering: Delivering,
    channels: Mapping[str, Channel],
    retry: Retry,
    breaker: Mapping[str, Any],
) -> dict[str, Handler[[int], str]]:
    """Declare a queue and its handler for each channel.

    Args:
        app: Where.
        delivering: Does it.
        channels: By name.
        retry: How often, and how long apart.
        breaker: Options of the breaker of each channel.
    """
    return {
        name: _declare(
            app,
            delivering,
            channel,
            retry,
            Breaker(f"notify-{name}", only=(NotBrought,), **breaker),
        )
        for name, channel in channels.items()
    }


def _declare(
    app: Backbeat, delivering: Delivering, channel: Channel, retry: Retry, breaker: Breaker
) -> Handler[[int], str]:
    name = f"notify-{channel.name}"
    app.limit(name, max_running=_AT_ONCE)
    queue = app.queue(name, limits=[name])

    @queue.job(name="deliver", retry=retry, timeout=channel.seconds + _MARGIN_S, breaker=breaker)
    async def deliver(job: Job, delivery: int) -> str | Snooze | Throttled:
        try:
            result = await delivering.bring(delivery, last=job.attempt >= job.attempts)
        except NoSuchDelivery as error:
            raise Permanent(str(error)) from error
        if isinstance(result, Done):
            return result.state
        if isinstance(result, Held):
            return Snooze(result.seconds)
        if result.retry_after is not None:
            return Throttled(name, retry_after=result.retry_after)
        raise NotBrought(result.detail)

    return deliver


def declare_sweep(app: Backbeat, sweep: Callable[[], Awaitable[int]], seconds: float) -> None:
    """Declare the schedule that looks after deliveries whose job was lost.

    Args:
        app: Where.
        sweep: Does it; gives how many jobs it made.
        seconds: How often.
    """

    @app.queue(SWEEP).job(name="sweep", timeout=60)
    async def run_sweep() -> int:
        return await sweep()

    app.schedule(SWEEP, every(timedelta(seconds=seconds)), run_sweep.call())
