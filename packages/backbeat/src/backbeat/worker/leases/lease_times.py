"""When a lease is renewed, tried again, given up, and taken back: sums of seconds, without a clock.

A renewal is due after a third of the lease. A worker that got none gives up a little before the
end, so that nobody else has its jobs while it still runs them. What lies between is for failed
renewals: each of them is short against the lease, so that several fit in however short it is.
"""

from typing import Final

from backbeat.engine.transport.multiplexed import ANSWER_TIMEOUT_S

# This long before its lease is over a worker that could not renew it stops its runs.
_MARGIN: Final = 2.0
_LONGEST_RETRY: Final = 0.5
_SHORTEST_ANSWER: Final = 0.2
# All keepers of a queue learn of the same lease: one of them shall be first.
_RECLAIM_SPREAD: Final = 0.1
_RECLAIM_DELAY: Final = 0.01


# Of a lease, after which it is renewed.
_PART: Final = 1 / 3
_IDLE_PART: Final = 0.6


def renew_after(lease: float, draw: float, *, idle: bool = False) -> float:
    """Seconds from one renewal to the next.

    Args:
        lease: Seconds of the lease.
        draw: 0 to 1, at random: spreads load.
        idle: Whether it is one of many of a worker, and no job is under it: with nothing to lose,
            they need not cost as many calls. Defaults to False.
    """
    return lease * (_IDLE_PART if idle else _PART) * (0.9 + 0.1 * draw)


def retry_after(lease: float) -> float:
    """Seconds from a failed renewal to the next try; also the longest pause before connecting."""
    return min(_LONGEST_RETRY, lease / 12)


def answer_within(lease: float) -> float:
    """Seconds without an answer after which the keeper's connection counts as dead.

    A hang has to be noticed in time for another try, and a server that is merely slow has to be
    waited for: with the default lease longer than the 5 s after which it begins to answer BUSY.
    """
    return min(ANSWER_TIMEOUT_S, max(_SHORTEST_ANSWER, lease / 5))


def give_up_after(lease: float) -> float:
    """Seconds after its last renewal at which a worker stops its runs by itself."""
    return lease - min(_MARGIN, lease / 4)


def reclaim_at(deadline_ms: int, server_ahead_ms: float, draw: float) -> float:
    """When a lease is over, by our monotonic clock; a little later.

    Args:
        deadline_ms: When it is over by the server's clock.
        server_ahead_ms: What the server's clock is ahead of ours.
        draw: 0 to 1, at random: all keepers know of the same lease.
    """
    delay = _RECLAIM_DELAY + (_RECLAIM_SPREAD - _RECLAIM_DELAY) * draw
    return (deadline_ms - server_ahead_ms) / 1000 + delay
