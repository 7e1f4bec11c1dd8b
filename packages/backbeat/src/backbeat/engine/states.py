"""The states of a job and the moves between them. Pure: no I/O, no clock."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a job is. A job is in exactly one state, or gone."""

    WAITING = "waiting"
    WAITING_CHILDREN = "waiting-children"
    DELAYED = "delayed"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a waiting or delayed job is not running: no state of its own, but always an answer."""

    TURN = "turn"  # waiting: its turn has not come
    WORKER = "worker"  # waiting: no worker takes jobs of this queue
    CLOSED = "closed"  # waiting: the queue takes no jobs and gives none
    PAUSED = "paused"  # waiting: the queue is paused
    LIMIT = "limit"  # waiting or delayed: as many jobs run, or were started, as may
    GROUP = "group"  # waiting: its group is at a limit, paused, or waits for its order
    DELAY = "delay"  # delayed: asked to start later
    RETRY = "retry"  # delayed: failed, waits for its next attempt
    SNOOZE = "snooze"  # delayed: put itself off
    UNIQUE = "unique"  # delayed: comes after the job that holds its unique key
    PARKED = "parked"  # delayed: a run of a schedule that comes after the one before it
    LOCK = "lock"  # delayed: others hold the lock that it needs
    BREAKER = "breaker"  # delayed: too many calls of its handler failed, it asks again later


# The due time of a delayed job that waits for another job, and for no time: the year 9999.
NO_TIME_MS: Final = 253_370_764_800_000

TERMINAL: Final = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})

# START and END are not states: a job that is not (or no longer) in the queue.
START: Final = "[*]"
END: Final = "[*]"

TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    START: frozenset({State.WAITING, State.WAITING_CHILDREN, State.DELAYED}),
    State.WAITING: frozenset({State.ACTIVE, State.DELAYED, State.CANCELLED, END}),
    State.WAITING_CHILDREN: frozenset(
        {State.WAITING, State.DELAYED, State.FAILED, State.CANCELLED, END}
    ),
    State.DELAYED: frozenset({State.WAITING, State.CANCELLED, END}),
    State.ACTIVE: frozenset(
        {
            State.WAITING,
            State.WAITING_CHILDREN,
            State.DELAYED,
            State.COMPLETED,
            State.FAILED,
            State.CANCELLED,
            END,
        }
    ),
    State.COMPLETED: frozenset({State.WAITING, END}),
    State.FAILED: frozenset({State.WAITING, State.WAITING_CHILDREN, END}),
    State.CANCELLED: frozenset({State.WAITING, State.WAITING_CHILDREN, END}),
}
