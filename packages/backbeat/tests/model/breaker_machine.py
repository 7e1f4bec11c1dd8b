"""Random calls under a breaker, against a model of its states.

The model knows nothing of keys and buckets of the script but the tenths in which calls are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backbeat.engine.breakers.calls import (
    BreakerState,
    Ending,
    Passed,
    Rules,
    force_args,
    parse_look,
    parse_pass,
    pass_args,
)
from backbeat.engine.breakers.keys import BREAKER_KEYS, BreakerKeys
from backbeat.engine.breakers.scripts import BreakerScripts
from packages.backbeat.tests.support.servers import Store

RULES: Final = Rules(rate=500_000, min_calls=3, window_ms=1_000, open_ms=2_000, probes=2)
HOLD_MS: Final = 500
_COIN: Final = st.booleans()
START_MS: Final = 1_767_225_600_000


@dataclass
class Model:
    """What a breaker is said to do."""

    state: BreakerState = "closed"
    epoch: int = 0
    until_ms: int = 0
    good: int = 0
    held: int = 0
    counts: dict[int, list[int]] = field(default_factory=dict)
    probes: dict[str, int] = field(default_factory=dict)

    def change(self, state: BreakerState, until_ms: int = 0) -> None:
        """Come to another state, and forget everything of the last one."""
        self.state, self.until_ms, self.epoch = state, until_ms, self.epoch + 1
        self.good = self.held = 0
        self.counts, self.probes = {}, {}

    def call(
        self, now_ms: int, calls: dict[int, list[int]], ended: list[tuple[str, Ending]],
        running: list[str], wanting: list[str],
    ) -> tuple[str, int, int, list[int]]:  # fmt: skip
        """State, epoch, how many may call, and when the others come back."""
        failed = False
        for token, how in ended:
            if self.probes.pop(token, None) is not None:
                failed = failed or how == "failed"
                self.good += how == "well"
        for token in running:
            if token in self.probes:
                self.probes[token] = now_ms + HOLD_MS
        fresh = self._count(now_ms, calls)
        if self.state == "open" and 0 < self.until_ms <= now_ms:
            self.change("half-open")
        elif self.state == "half-open":
            self.probes = {token: ms for token, ms in self.probes.items() if ms > now_ms}
            if failed:
                self.change("open", now_ms + RULES.open_ms)
            elif self.good >= RULES.probes:
                self.change("closed")
        elif self.state == "closed" and fresh and self._broken(now_ms):
            self.change("open", now_ms + RULES.open_ms)
        return self.state, self.epoch, *self._admit(now_ms, wanting)

    def _count(self, now_ms: int, calls: dict[int, list[int]]) -> bool:
        well, bad = calls.get(self.epoch, [0, 0])
        if self.state != "closed" or not well + bad:
            return False
        tenth = self.counts.setdefault(now_ms - now_ms % (RULES.window_ms // 10), [0, 0])
        tenth[0] += well
        tenth[1] += bad
        return True

    def in_window(self, now_ms: int) -> tuple[int, int]:
        """Calls that count: those that ended well, and those that failed."""
        live = [both for ms, both in self.counts.items() if ms > now_ms - RULES.window_ms]
        return sum(well for well, _ in live), sum(bad for _, bad in live)

    def _broken(self, now_ms: int) -> bool:
        well, bad = self.in_window(now_ms)
        return well + bad >= RULES.min_calls and bad / (well + bad) >= RULES.rate / 1_000_000

    def _admit(self, now_ms: int, wanting: list[str]) -> tuple[int, list[int]]:
        if self.state == "closed":
            return len(wanting), []
        granted, look = 0, max(min(RULES.open_ms / 10, 5_000), 100)
        first: float = self.until_ms or now_ms + RULES.open_ms
        if self.state == "half-open":
            granted = max(0, min(RULES.probes - self.good - len(self.probes), len(wanting)))
            self.probes |= dict.fromkeys(wanting[:granted], now_ms + HOLD_MS)
            first = now_ms + look
        back = [
            round(first if self.held + place < RULES.probes else first + look)
            for place in range(len(wanting) - granted)
        ]
        self.held += len(back)
        return granted, back


class BreakerMachine(RuleBasedStateMachine):
    """Random calls to one breaker by two workers; subclasses say on what store."""

    store: Callable[[], Store]

    @initialize()
    def start(self) -> None:
        """A breaker that nobody has called."""
        self.client = type(self).store().client
        self.client.flushall()
        self.keys = BreakerKeys("bb", "b")
        self.scripts = BreakerScripts(self.keys)
        self.model = Model()
        self.now_ms = START_MS
        self.number = self.made = 0
        self.calls: dict[str, int] = {}
        self.probes: list[str] = []

    @rule(want=st.integers(0, 4))
    def enter(self, want: int) -> None:
        """Some want to call."""
        tokens = [f"q|j{self.made + place}|1" for place in range(want)]
        self.made += want
        self._pass(wanting=tokens)

    @rule(data=st.data(), how=st.sampled_from(["well", "well", "failed", "failed", "none"]))
    def end(self, data: st.DataObject, how: Ending) -> None:
        """A call ends, also one of an earlier state."""
        if self.calls and (not self.probes or data.draw(_COIN)):
            token = data.draw(st.sampled_from(sorted(self.calls)))
            epoch = self.calls.pop(token)
            self._pass(
                calls={} if how == "none" else {epoch: [int(how == "well"), int(how == "failed")]}
            )
        elif self.probes:
            token = data.draw(st.sampled_from(self.probes))
            self.probes.remove(token)
            self._pass(ended=[(token, how)])

    @rule(well=st.integers(0, 2), failed=st.integers(1, 4))
    def end_many(self, well: int, failed: int) -> None:
        """Calls of the present state end together."""
        self._pass(calls={self.model.epoch: [well, failed]})

    @rule()
    def extend(self) -> None:
        """A worker says that its probes go on."""
        self._pass(running=self.probes)

    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """A worker dies with its probe."""
        if self.probes:
            self.probes.remove(data.draw(st.sampled_from(self.probes)))

    @rule(ms=st.sampled_from([1, 90, 300, 501, 1_000, 2_000]))
    def wait(self, ms: int) -> None:
        """Time passes."""
        self.now_ms += ms

    @rule(state=st.sampled_from(["open", "closed"]), ms=st.sampled_from([0, 300]))
    def force(self, state: Any, ms: int) -> None:
        """Somebody opens or closes it by hand."""
        self._run("force", force_args(state, ms))
        self.model.change(state, self.now_ms + ms if state == "open" and ms else 0)

    @rule()
    def repeat(self) -> None:
        """The reply of a call was lost: it is sent again, and answered as before."""
        tokens = [f"q|j{self.made}|1"]
        self.made += 1
        before = self._pass(wanting=tokens)
        self.number -= 1
        again = parse_pass(self._run("pass", self.last))
        assert again == before

    @invariant()
    def it_looks_as_the_model(self) -> None:
        """What people are shown is what the model says."""
        if not hasattr(self, "model"):
            return
        line = self.scripts.command("look", [self.now_ms])
        look = parse_look(cast("Any", self.client.eval(self._text("look"), *_rest(line))))
        over = self.model.state == "open" and 0 < self.model.until_ms <= self.now_ms
        assert look.state == ("half-open" if over else self.model.state)
        if self.model.state == "closed" and look.rules:
            assert (look.well, look.failed) == self.model.in_window(self.now_ms)

    @invariant()
    def no_more_probes_than_allowed(self) -> None:
        """Those that ended well and those that run are never more than the rules say."""
        if hasattr(self, "model") and self.model.state == "half-open":
            running = self.client.zcard(self.keys.key("probes"))
            assert self.model.good + running <= RULES.probes

    @invariant()
    def nothing_is_left_lying_about(self) -> None:
        """Every key is known, and goes by itself unless it was opened by hand without an end."""
        if not hasattr(self, "model"):
            return
        by_hand = self.model.state == "open" and not self.model.until_ms
        for key in cast("list[bytes]", self.client.keys("*")):
            name = key.decode().removeprefix(self.keys.prefix)
            assert name in BREAKER_KEYS or name.startswith("session:")
            if name != "meta" or not by_hand:
                assert self.client.pttl(key) > 0, name

    def _pass(
        self, *, calls: dict[int, list[int]] | None = None,
        ended: list[tuple[str, Ending]] | None = None, running: list[str] | None = None,
        wanting: list[str] | None = None,
    ) -> Passed:  # fmt: skip
        said = calls or {}, ended or [], running or [], wanting or []
        self.last = pass_args(
            RULES, HOLD_MS, calls=said[0], ended=said[1], running=said[2], wanting=said[3]
        )
        passed = parse_pass(self._run("pass", self.last))
        state, epoch, granted, back = self.model.call(self.now_ms, *said)
        assert (passed.state, passed.epoch, passed.granted) == (state, epoch, granted)
        assert [passed.back_ms(place) for place in range(granted, len(said[3]))] == back
        for token in said[3][:granted]:
            if state == "half-open":
                self.probes.append(token)
            else:
                self.calls[token] = epoch
        return passed

    def _run(self, name: str, tail: list[Any]) -> Any:
        self.number += 1
        line = self.scripts.command(name, [self.now_ms, "s", self.number, *tail])
        return self.client.eval(self._text(name), *_rest(line))

    def _text(self, name: str) -> str:
        return self.scripts.script(name).text


def _rest(line: tuple[Any, ...]) -> tuple[Any, ...]:
    return line[2:]
