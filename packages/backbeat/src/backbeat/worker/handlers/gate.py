"""The breakers of one worker: asked before a job of theirs starts, told how it ended.

What ends or wants to start while a call is in flight gathers and goes with the next; what has only
ended waits a moment for company. A job that may not start goes back, with no attempt used.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from backbeat.app.handler import Handler
from backbeat.app.times import whole_ms
from backbeat.engine.breakers.calls import MOST, Ending, Passed, Rules, pass_args
from backbeat.engine.breakers.client import BreakerClient
from backbeat.engine.timer import Timer
from backbeat.errors import BackbeatError, ConfigurationError
from backbeat.values import Breaker

logger = logging.getLogger("backbeat.worker.breakers")

# How long the end of a call that was no probe waits for others.
_GATHER_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Admission:
    """The leave to make one call.

    Attributes:
        token: Names the call, for ever.
        epoch: State of the breaker that it counts for.
        probe: Whether the breaker waits for its outcome.
    """

    token: str
    epoch: int
    probe: bool


@dataclass(frozen=True, slots=True)
class SentBack:
    """The call may not be made now.

    Attributes:
        due_ms: When to ask again; 0 where that is not known.
    """

    due_ms: int


Answer = Admission | SentBack


class Gate:
    """One breaker, as one worker sees it. Belongs to the running event loop."""

    def __init__(self, name: str, breaker: Breaker, client: BreakerClient, *, hold_ms: int) -> None:
        """Ask nothing yet.

        Args:
            name: Name of the breaker.
            breaker: When it opens and closes.
            client: Where it is asked.
            hold_ms: How long a probe is waited for when this worker falls silent.
        """
        self.breaker = breaker
        self._name = name
        self._client = client
        self._hold_ms = hold_ms
        self._rules = rules_of(breaker)
        self._state = "closed"
        self._loop = asyncio.get_running_loop()
        self._wanting: list[tuple[str, asyncio.Future[Answer]]] = []
        self._calls: dict[int, list[int]] = {}
        self._ended: list[tuple[str, Ending]] = []
        self._probing: dict[str, None] = {}
        self._timer: Timer | None = None
        self._talk: asyncio.Task[None] | None = None

    async def enter(self, token: str) -> Answer:
        """Ask whether a call may be made."""
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._wanting.append((token, answer))
        self._begin()
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled():
                self._give_back(answer.result())
            raise

    def leave(self, admission: Admission, ending: Ending) -> None:
        """Tell how a call has ended; "none" says nothing about what was called."""
        if admission.probe:
            self._probing.pop(admission.token, None)
            self._ended.append((admission.token, ending))
            self._begin()
        elif ending != "none":
            self._calls.setdefault(admission.epoch, [0, 0])[ending == "failed"] += 1
            self._later(_GATHER_SECONDS)

    async def settled(self) -> None:
        """Wait until everything was told."""
        while self._untold or self._talk is not None:
            self._begin()
            assert self._talk is not None
            await asyncio.wait([self._talk])

    def close(self) -> None:
        """Tell nothing more."""
        self._hush()
        if self._talk is not None:
            self._talk.cancel()

    @property
    def _untold(self) -> bool:
        return bool(self._wanting or self._ended or self._calls)

    def _begin(self) -> None:
        if self._talk is None:
            self._talk = self._loop.create_task(self._speak(), name=f"backbeat: {self._name}")

    async def _speak(self) -> None:
        try:
            self._hush()
            await self._say()
            while self._wanting or self._ended:
                await self._say()
        finally:
            self._talk = None
        if self._calls:
            self._later(_GATHER_SECONDS)
        if self._probing:
            self._later(self._hold_ms / 3000)

    async def _say(self) -> None:
        calls, self._calls = self._calls, {}
        ended, self._ended = self._ended[:MOST], self._ended[MOST:]
        wanting, self._wanting = self._wanting[:MOST], self._wanting[MOST:]
        args = pass_args(
            self._rules, self._hold_ms, calls=calls, ended=ended,
            running=list(self._probing)[:MOST], wanting=[token for token, _ in wanting],
        )  # fmt: skip
        try:
            passed = await self._client.ask(args)
        except BackbeatError as error:
            logger.warning("breaker %s does not answer: %s", self._name, error)
            for _, answer in wanting:
                if not answer.done():
                    answer.set_result(SentBack(0))
            return
        self._see(passed)
        for place, (token, answer) in enumerate(wanting):
            self._answer(answer, passed, place, token)

    def _answer(
        self, answer: "asyncio.Future[Answer]", passed: Passed, place: int, token: str
    ) -> None:
        back_ms = passed.back_ms(place)
        probe = passed.state == "half-open"
        said = SentBack(back_ms) if back_ms else Admission(token, passed.epoch, probe)
        if probe and not back_ms:
            self._probing[token] = None
        if answer.done():
            self._give_back(said)
        else:
            answer.set_result(said)

    def _give_back(self, said: Answer) -> None:
        if isinstance(said, Admission):
            self.leave(said, "none")

    def _see(self, passed: Passed) -> None:
        if passed.state != self._state:
            level = logging.WARNING if passed.state == "open" else logging.INFO
            logger.log(level, "breaker %s is %s", self._name, passed.state)
            self._state = passed.state

    def _later(self, seconds: float) -> None:
        if self._timer is None or self._timer.at > self._loop.time() + seconds:
            self._hush()
            self._timer = Timer(self._loop, seconds, self._begin)

    def _hush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Gates:
    """The breakers of one worker by name; handlers that name the same share one."""

    def __init__(self, connect: Callable[[str], BreakerClient], *, hold_ms: int) -> None:
        """Know none yet.

        Args:
            connect: Makes the client of a breaker by its name.
            hold_ms: How long a probe is waited for when this worker falls silent.
        """
        self._connect = connect
        self._hold_ms = hold_ms
        self._gates: dict[str, Gate] = {}

    def of(self, handler: Handler[..., Any]) -> Gate | None:
        """The breaker of a handler; None where it has none.

        Raises:
            ConfigurationError: Another handler declares one of the same name otherwise.
        """
        breaker = handler.policy.breaker
        if breaker is None:
            return None
        name = breaker.name or f"{handler.queue.name}.{handler.name}"
        gate = self._gates.get(name)
        if gate is None:
            gate = Gate(name, breaker, self._connect(name), hold_ms=self._hold_ms)
            self._gates[name] = gate
        elif rules_of(gate.breaker) != rules_of(breaker):
            raise ConfigurationError(
                f"breaker {name!r} is declared twice, with other numbers: declare one Breaker, and"
                " give it to all its handlers"
            )
        return gate

    async def settled(self) -> None:
        """Wait until everything was told."""
        for gate in self._gates.values():
            await gate.settled()

    def close(self) -> None:
        """Tell nothing more."""
        for gate in self._gates.values():
            gate.close()


def rules_of(breaker: Breaker) -> Rules:
    """A breaker in the words of its script."""
    return Rules(
        rate=max(1, round(breaker.failure_rate * 1_000_000)),
        min_calls=breaker.min_calls,
        window_ms=whole_ms(breaker.window),
        open_ms=whole_ms(breaker.open_for),
        probes=breaker.probes,
    )
