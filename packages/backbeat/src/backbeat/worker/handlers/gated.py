"""How the jobs of a handler with a breaker are run: asked for first, and their end is told."""

from typing import Any, Protocol

from backbeat.engine.breakers.calls import Ending
from backbeat.errors import InvalidPayload, Throttled
from backbeat.values import Breaker, Cancel, Snooze
from backbeat.worker.attempt.judge import RemoteError
from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.terms import Terms
from backbeat.worker.handlers.gate import Gate, SentBack


class Answers(Protocol):
    """A routine: what it makes of an attempt; see `Routine`."""

    terms: Terms
    title: str

    async def answer(self, run: Run) -> Any:
        """What the handler and all that runs around it return or raise."""


class GatedRoutine:
    """How the jobs of a handler with a breaker are run; see `Routine`."""

    def __init__(self, inner: Answers, gate: Gate) -> None:
        """Ask the gate before what the inner routine does."""
        self.terms = inner.terms
        self.title = inner.title
        self._answer = inner.answer
        self._gate = gate

    async def run(self, run: Run) -> None:
        """Run one attempt and tell its home how it ended, or that it is sent back."""
        gate = self._gate
        try:
            leave = await gate.enter(f"{run.job.queue}|{run.id}|{run.ticket}")
        except BaseException as error:  # noqa: BLE001 - it was stopped before it began
            run.home.raised(run, error)
            return
        if isinstance(leave, SentBack):
            run.home.sent_back(run, leave.due_ms, "breaker")
            return
        try:
            value = await self._answer(run)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            gate.leave(leave, meaning_of_error(gate.breaker, run, error))
            run.home.raised(run, error)
        else:
            gate.leave(leave, meaning_of_value(value))
            run.home.returned(run, value)


def meaning_of_error(breaker: Breaker, run: Run, error: BaseException) -> Ending:
    """What a raised error says about what was called."""
    if run.stop is Stop.TIMEOUT:
        error = TimeoutError(run.cause)
    elif run.stop is not None or isinstance(error, InvalidPayload | Throttled):
        return "none"
    if isinstance(error, RemoteError):
        return "failed" if error.raised.counts else "none"
    return "failed" if breaker.counts(error) else "none"


def meaning_of_value(value: Any) -> Ending:
    """What a returned value says about what was called."""
    return "none" if isinstance(value, Snooze | Cancel | Throttled) else "well"
