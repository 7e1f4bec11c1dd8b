"""Why a job is not running, in a sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from backbeat.app.info import JobInfo
from backbeat.engine.states import Reason

_WHY: Final = {
    Reason.TURN: "its turn has not come: {workers} worker(s) take jobs from this queue",
    Reason.WORKER: "no worker takes jobs from this queue: start one with `backbeat worker`",
    Reason.CLOSED: "the queue is closed: it takes no jobs and gives none",
    Reason.PAUSED: "the queue is paused: `backbeat resume {queue}` lets it go on",
    Reason.LIMIT: "as many jobs run, or were started in their time, as a limit allows",
    Reason.GROUP: "its group is held back: `backbeat group {queue} {group}` says by what",
    Reason.DELAY: "it was asked to start {due}",
    Reason.RETRY: "it failed {failures} time(s), its next attempt is {due}",
    Reason.SNOOZE: "its handler put it off, it goes on {due}",
    Reason.UNIQUE: "it comes after the running job that holds its unique key",
    Reason.PARKED: "it comes after the run of its schedule before it",
    Reason.LOCK: "others hold the lock that it needs: `backbeat locks` shows who",
    Reason.BREAKER: "too many calls of its handler failed: `backbeat breakers` shows until when",
}


def why_not_running(
    info: JobInfo, workers: int, say: Callable[[datetime], str] = datetime.isoformat
) -> str | None:
    """Why a waiting or delayed job is not running; None in other states.

    Args:
        info: The job.
        workers: How many workers take jobs of its queue.
        say: Writes a moment for people. Defaults to ISO 8601.
    """
    if info.reason is None:
        return None
    return _WHY[info.reason].format(
        workers=workers,
        queue=info.queue,
        failures=info.failures,
        due="soon" if info.due_at is None else say(info.due_at),
        group=info.group,
    )
