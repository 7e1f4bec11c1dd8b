"""Random calls of one lock, semaphore or rate, on a store and on its model."""

import itertools
from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from typing_extensions import override

from backbeat.engine.permits.limit_calls import LimitTerms, Settled
from packages.backbeat.tests.model.permit_models import RateModel, SlotModel
from packages.backbeat.tests.support.permit_bench import TTL_MS, PermitBench
from packages.backbeat.tests.support.servers import Store

_NAMES = ("a", "b", "c", "d", "e")
_SESSIONS = ("s", "t", "u")
_TIMES_MS = (1, 10, 100, 999, 1_000, 1_001, 5_000, TTL_MS - 1, TTL_MS, 20_000)


class PermitMachine(RuleBasedStateMachine):
    """A permit on a store, and the time that passes."""

    store: ClassVar[Callable[[], Store]]

    def __init__(self) -> None:
        super().__init__()
        client = type(self).store().client
        client.flushall()
        self.bench = PermitBench(client)

    @property
    def now_ms(self) -> int:
        """The time."""
        return self.bench.now_ms

    @rule(ms=st.sampled_from(_TIMES_MS))
    def wait(self, ms: int) -> None:
        """Time passes."""
        self.bench.wait(ms)

    @invariant()
    def keys_are_in_order(self) -> None:
        """Counters are sums, and nothing stays for ever."""
        self.bench.check()


class LockMachine(PermitMachine):
    """A lock."""

    slots = 1

    def __init__(self) -> None:
        super().__init__()
        self.model = SlotModel(self.slots)
        self.since: dict[str, int] = {}
        self.tokens = itertools.count()
        self.named: dict[str, str] = {}
        self.fences: dict[str, int] = {}

    @rule(name=st.sampled_from(_NAMES), stay=st.booleans())
    def hold(self, name: str, stay: bool) -> None:
        """Somebody asks, or asks again."""
        token = self.named.setdefault(name, f"{name}{next(self.tokens)}")
        since = self.since.setdefault(token, self.now_ms)
        mode = "stay" if stay else "take"
        answer = self.bench.hold(token, mode, slots=self.slots, since_ms=since)  # type: ignore[arg-type] # one of two
        expected = self.model.hold(token, self.now_ms, TTL_MS, stay=stay, since=since)
        assert (answer.word, answer.until_ms) == expected
        if answer.word == "held":
            assert answer.fence == self.model.fences[token]
            assert answer.fence == self.fences.get(token) or answer.fence > max(
                self.fences.values(), default=0
            )
            self.fences[token] = answer.fence

    @rule(name=st.sampled_from(_NAMES))
    def extend(self, name: str) -> None:
        """Somebody extends what it may or may not hold."""
        token = self.named.get(name, name)
        expected = self.model.extend(token, self.now_ms, TTL_MS)
        assert self.bench.extend(token).ours == expected

    @rule(name=st.sampled_from(_NAMES), twice=st.booleans())
    def release(self, name: str, twice: bool) -> None:
        """Somebody gives back what it may or may not hold; the call may arrive twice."""
        token = self.named.pop(name, name)
        expected = self.model.release(token, self.now_ms)
        assert self.bench.release(token).ours == expected
        if twice:
            self.bench.repeat()
            assert not self.model.release(token, self.now_ms)

    @invariant()
    def no_more_hold_it_than_may(self) -> None:
        """The holders are those of the model."""
        holders = self.bench.look().holders
        alive = {token for token, end in self.model.held.items() if end > self.now_ms}
        assert {share.token for share in holders} == alive
        assert len(holders) <= self.slots

    @invariant()
    def a_free_slot_is_somebodys_turn(self) -> None:
        """Nobody waits in line for what is free without anybody having been told."""
        assert self.bench.members("told") == set(self.model.told)
        assert self.bench.members("line") == {name for _, name in self.model.line}
        if self.model.line and self.model.free > 0:
            assert self.model.told


class SemaphoreMachine(LockMachine):
    """A semaphore."""

    slots = 3


class WindowMachine(PermitMachine):
    """A sliding window."""

    terms = LimitTerms("a", rate=7, per_us=1_000_000)

    def __init__(self) -> None:
        super().__init__()
        self.model = RateModel(self.terms.rate, self.terms.per_us, self.terms.burst)
        # From when to when units may have been used, and how many.
        self.uses: list[tuple[int, int, int]] = []
        self.open: dict[str, list[tuple[int, int]]] = {}

    @rule(
        session=st.sampled_from(_SESSIONS),
        want=st.integers(1, 7),
        need=st.integers(1, 7),
        pending=st.booleans(),
    )
    def take(self, session: str, want: int, need: int, pending: bool) -> None:
        """Somebody takes units."""
        need, want = sorted(min(number, self.terms.most) for number in (need, want))
        now_us = self._pass()
        free = self.model.free(now_us)
        taken = self.bench.take(session, self.terms, want=want, need=need, pending=pending)
        assert taken.units == (min(want, free) if free >= need else 0)
        if taken.units and pending:
            units, _ = self.model.pending.get(session, (0, 0))
            self.model.pending[session] = (units + taken.units, now_us + TTL_MS * 1_000)
            self.open.setdefault(session, []).append((now_us, taken.units))
        elif taken.units:
            self.model.spend(now_us, taken.units)
            self.uses.append((now_us, now_us, taken.units))

    @rule(session=st.sampled_from(_SESSIONS), part=st.floats(0, 1))
    def settle(self, session: str, part: float) -> None:
        """Somebody tells how many of its units were used."""
        now_us = self._pass()
        units, _ = self.model.pending.pop(session, (0, 0))
        spent = round(units * part)
        self.bench.take(session, self.terms, settled=Settled(spent, units - spent))
        self.model.spend(now_us, spent)
        for at_us, some in self.open.pop(session, []):
            used = min(spent, some)
            spent -= used
            self.uses.append((at_us, now_us, used))

    @invariant()
    def as_much_is_free_as_the_model_says(self) -> None:
        """Where nobody is dead and not yet found to be."""
        now_us = self.now_ms * 1_000
        if all(end_us > now_us for _, end_us in self.model.pending.values()):
            look = self.bench.look()
            assert not look.rate or look.free == self.model.free(now_us)

    @override
    def teardown(self) -> None:
        """Whenever within its time each unit was used, no window has too many."""
        for at in (0, 1):
            uses = sorted((use[at], use[2]) for use in self.uses)
            for first in range(len(uses)):
                total = 0
                for moment, units in uses[first:]:
                    total += units
                    assert total <= self.most_in(moment - uses[first][0])

    def most_in(self, length_us: int) -> float:
        """The most that may be used from one moment to another, both included."""
        return (length_us // self.terms.per_us + 1) * self.terms.rate

    def _pass(self) -> int:
        """Dead workers are found now; gives the time in µs."""
        now_us = self.now_ms * 1_000
        self.model.sweep(now_us)
        for session in [each for each in self.open if each not in self.model.pending]:
            for at_us, units in self.open.pop(session):
                self.uses.append((at_us, now_us, units))
        return now_us


class BucketMachine(WindowMachine):
    """A bucket."""

    terms = LimitTerms("a", rate=7, per_us=1_000_000, kind="bucket", burst=5)

    @override
    def most_in(self, length_us: int) -> float:
        """What it holds, and what flows in."""
        return self.terms.burst + length_us * self.terms.rate / self.terms.per_us
