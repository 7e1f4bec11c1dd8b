"""What is written about an attempt that did not complete: history line, error, run record."""

import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Self

import msgspec
from typing_extensions import override

from backbeat.worker.attempt.fingerprint import fingerprint

Ending = Literal["failed", "snoozed", "throttled", "released", "stalled", "cancelled", "waits"]
Reason = Literal["retry", "snooze", "turn", "lock", "limit", "breaker"]

# A job's history holds 16 KiB: two full lines always fit.
_MAX_MESSAGE: Final = 1_000
_MAX_TRACE: Final = 6_000
_OUR_FOLDER: Final = str(Path(__file__).parent)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """How often a job was started, and how it came back; written when it comes back first.

    Attributes:
        starts: Attempts that were started and ended, however they ended.
        fails: Attempts that failed: only these use up `attempts`.
        crashes: Attempts that lost their worker or their process.
        snoozes: Attempts that put the job off.
        reason: Why the job waits again.
        ready_ms: From when on its waiting and living is counted, where that is not its creation.
        unhandled: How often in a row its worker had no handler for it.
    """

    starts: int = 0
    fails: int = 0
    crashes: int = 0
    snoozes: int = 0
    reason: str = ""
    ready_ms: int = 0
    unhandled: int = 0

    @classmethod
    def read(cls, text: bytes) -> Self:
        """From the text in the server; empty for a job that never came back."""
        if not text:
            return cls()
        parts = (text.decode() + "::::::").split(":")[:7]
        starts, fails, crashes, snoozes, ready_ms, unhandled = (
            int(part) if part.isdigit() else 0 for part in (*parts[:4], *parts[5:])
        )
        return cls(starts, fails, crashes, snoozes, parts[4], ready_ms, unhandled)

    @override
    def __str__(self) -> str:
        counts = f"{self.starts}:{self.fails}:{self.crashes}:{self.snoozes}:{self.reason}"
        if not (self.ready_ms or self.unhandled):
            return counts
        return f"{counts}:{self.ready_ms}:{self.unhandled}"

    def failed(self) -> "RunRecord":
        """After one more failure."""
        return replace(self._started("retry"), fails=self.fails + 1)

    def crashed(self) -> "RunRecord":
        """After one more lost process."""
        return replace(self._started("turn"), crashes=self.crashes + 1)

    def snoozed(self) -> "RunRecord":
        """After one more put-off."""
        return replace(self._started("snooze"), snoozes=self.snoozes + 1)

    def put_off_unhandled(self) -> "RunRecord":
        """After one more put-off because nobody here knows how to do it."""
        return replace(self.snoozed(), unhandled=self.unhandled + 1)

    def waited(self) -> "RunRecord":
        """After one more start that ended in a wait for children; counted like a put-off."""
        return replace(self, starts=self.starts + 1, snoozes=self.snoozes + 1, reason="turn")

    def released(self) -> "RunRecord":
        """After one more start that came to nothing and counts as nothing."""
        return self._started("turn")

    def _started(self, reason: Reason) -> "RunRecord":
        return replace(self, starts=self.starts + 1, reason=reason, unhandled=0)

    def throttled(self) -> "RunRecord":
        """After one more start that was told to wait by somebody else."""
        return replace(self, starts=self.starts + 1, reason="limit")

    def waiting(self, reason: Reason) -> "RunRecord":
        """After a start that did not come about: the job waits for something outside of it."""
        return replace(self, reason=reason)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as people read it later."""

    error: str
    message: str
    trace: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Describe an exception."""
        trace = "".join(traceback.format_exception(_without_our_frames(error)))
        return cls(type(error).__name__, str(error)[:_MAX_MESSAGE], _tail(trace))

    def as_result(self, handler: str, reason: str, attempts: int = 0) -> bytes:
        """The JSON that is kept as the result of a failed job.

        Args:
            handler: Name of the handler.
            reason: Why there is no further attempt.
            attempts: Attempts that were started, this one included. Defaults to 0: not counted.
        """
        # The script reads the fingerprint where the text begins.
        kept: dict[str, str | int] = {
            "fingerprint": fingerprint(handler, self.error, self.message, self.trace),
            "error": self.error,
            "message": self.message,
            "trace": self.trace,
            "reason": reason,
        }
        return _encode(kept | {"attempts": attempts} if attempts else kept)


class Line(msgspec.Struct, omit_defaults=True):
    """One line of a job's history.

    Attributes:
        attempt: Which attempt it was, from 1.
        worker: Who ran it.
        started: When it started, in ms since 1970 by the server's clock.
        ended: When it ended.
        outcome: How it ended.
        due: When the next attempt is due; 0 when it is not delayed.
        error: Type of the error.
        message: Its text, or the reason of a cancel.
        trace: The traceback.
    """

    attempt: int
    worker: str
    started: int
    ended: int
    outcome: Ending
    due: int = 0
    error: str = ""
    message: str = ""
    trace: str = ""

    def encode(self) -> bytes:
        """The line with its end."""
        return _encode(self) + b"\n"


def _tail(text: str) -> str:
    """The end of a long traceback: there is the error."""
    return text if len(text) <= _MAX_TRACE else "...\n" + text[-_MAX_TRACE:]


def _without_our_frames(error: BaseException) -> BaseException:
    """The exception with a traceback that begins in the handler's code."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OUR_FOLDER):
        frames = frames.tb_next
    return error.with_traceback(frames) if frames is not None else error


_encode: Final = msgspec.json.Encoder().encode
