"""The rules that the jobs of one handler run by, as the worker needs them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from backbeat.app.encryption import Encryption
from backbeat.app.handler import Handler
from backbeat.app.lock_name import LockName
from backbeat.app.results import ANY_RESULT
from backbeat.values import NO_RETRY, Retry


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules that the jobs of one handler run by, where a job does not bring its own.

    Attributes:
        name: Name of the handler.
        retry: How a failing job is tried again.
        encode: Writes a result.
        decrypts: Decrypts arguments; None: there are no keys.
        encrypts: Encrypts results; None: they are not to be encrypted.
        timeout: Seconds an attempt may run; None: no limit.
        stale_after: Seconds after which a running attempt is reported as stale; None: never.
        wait_ms: Longest time before the first start; None: for ever.
        deadline_ms: Longest time from enqueue to end; None: for ever.
        keep_flag: How long ended jobs stay, in the words of the tick; empty: as the queue says.
        lock: Which lock its jobs need; None: none.
        particular: Whether there is more to watch than a timeout.
        asked_first: Whether a run is asked to end before it is forced: it cannot be interrupted
            without harm.
        own_process: Whether each of its jobs has a process of its own.
    """

    name: str
    retry: Retry = NO_RETRY
    encode: Callable[[Any], bytes | None] = ANY_RESULT.encode
    decrypts: Encryption | None = None
    encrypts: Encryption | None = None
    timeout: float | None = None
    stale_after: float | None = None
    wait_ms: int | None = None
    deadline_ms: int | None = None
    keep_flag: str = ""
    lock: LockName | None = None
    particular: bool = False
    asked_first: bool = False
    own_process: bool = False

    @classmethod
    def of(cls, handler: Handler[..., Any]) -> Self:
        """The rules of a handler."""
        policy = handler.policy
        return cls(
            name=handler.name,
            retry=policy.retry,
            encode=handler.encode_result,
            decrypts=handler.queue.encryption,
            encrypts=policy.encryption,
            timeout=policy.timeout,
            stale_after=policy.stale_after,
            wait_ms=_ms(policy.wait_timeout),
            deadline_ms=_ms(policy.deadline),
            keep_flag=keep_flag(_ms(policy.keep)),
            lock=handler.lock,
            particular=any(
                bound is not None
                for bound in (policy.wait_timeout, policy.deadline, policy.stale_after, policy.lock)
            ),
            asked_first=policy.mode != "async",
            own_process=policy.mode == "process",
        )


def keep_flag(keep_ms: int | None) -> str:
    """How long an ended job stays, in the words of the tick; empty: as the queue says."""
    if keep_ms is None:
        return ""
    return f"k{keep_ms}" if keep_ms else "0"


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
