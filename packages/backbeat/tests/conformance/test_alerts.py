"""Alerts on every store: raised once, silenced, recovered, brought at least once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest
from typing_extensions import override

from backbeat import Backbeat, InvalidOption
from backbeat.alerts import AlertBook, AlertSetup, Finding, NoWorkers, Rule, Watcher
from backbeat.alerts.courier import LEASE_S, PAUSES_S
from backbeat.alerts.facts import Facts
from backbeat.testing import FakeClock
from packages.backbeat.tests.support.mailbox import Mailbox, turn


@dataclass(frozen=True, kw_only=True)
class Wet(Rule):
    """Finds what a test says."""

    kind: ClassVar[str] = "WET"

    wet: Sequence[str] = ()

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        return [Finding(subject, f"{subject} is wet") for subject in self.wet]


@pytest.fixture
def puddle() -> list[str]:
    """What is wet now."""
    return ["mails"]


@pytest.fixture
async def watcher(app: Backbeat, box: Mailbox, puddle: list[str]) -> Watcher:
    """A watcher with one queue and a rule that a test steers."""
    await app.queue("mails").configure()
    return Watcher(app, AlertSetup(rules=[Wet(wet=puddle, cooldown=60)], channels=[box]))


async def test_an_alert_is_told_once_and_its_end_once(
    watcher: Watcher, box: Mailbox, puddle: list[str], app: Backbeat
) -> None:
    for _ in range(3):
        await turn(watcher)
    assert box.told == [("raised", "wet|mails")]
    (active,) = await AlertBook(app).active()
    assert (active.key, active.told, active.about["summary"]) == ("wet|mails", True, "mails is wet")
    puddle.clear()
    for _ in range(3):
        await turn(watcher)
    assert box.told == [("raised", "wet|mails"), ("recovered", "wet|mails")]
    assert await AlertBook(app).active() == []


async def test_several_watchers_tell_it_once(
    watcher: Watcher, app: Backbeat, box: Mailbox, puddle: list[str]
) -> None:
    others = [Watcher(app, AlertSetup(rules=[Wet(wet=puddle)], channels=[box])) for _ in range(5)]
    await asyncio.gather(*(turn(each) for each in [watcher, *others]))
    await watcher.deliver()
    assert box.told == [("raised", "wet|mails")]


async def test_what_comes_and_goes_is_told_again_after_its_cool_down(
    watcher: Watcher, box: Mailbox, puddle: list[str], clock: FakeClock
) -> None:
    await turn(watcher)
    puddle.clear()
    await turn(watcher)
    puddle.append("mails")
    await turn(watcher)
    assert len(box.told) == 2
    clock.advance(61)
    await turn(watcher)
    assert box.told[2:] == [("raised", "wet|mails")]


@pytest.mark.parametrize("pattern", ["*", "wet", "wet|mails"])
async def test_a_silence_is_kept_and_what_outlasts_it_is_told(
    watcher: Watcher, app: Backbeat, box: Mailbox, clock: FakeClock, pattern: str
) -> None:
    book = AlertBook(app)
    await book.silence(pattern, 600, "we know")
    await turn(watcher)
    assert box.told == []
    ((active,), (silence,)) = await book.active(), await book.silences()
    assert (active.told, silence.pattern, silence.reason) == (False, pattern, "we know")
    clock.advance(601)
    await turn(watcher)
    assert box.told == [("raised", "wet|mails")]
    assert await book.silences() == []


async def test_what_recovers_in_silence_is_never_told(
    watcher: Watcher, app: Backbeat, box: Mailbox, puddle: list[str]
) -> None:
    book = AlertBook(app)
    await book.silence("wet", 600)
    await turn(watcher)
    puddle.clear()
    await turn(watcher)
    await book.silence("wet", 0)
    await turn(watcher)
    assert box.told == []
    assert [each.what for each in await book.history()] == [
        "unsilenced", "recovered", "silenced", "silence",
    ]  # fmt: skip


async def test_another_silence_silences_nothing(
    watcher: Watcher, app: Backbeat, box: Mailbox
) -> None:
    for pattern in ("dry", "wet|other", "mails"):
        await AlertBook(app).silence(pattern, 600)
    await turn(watcher)
    assert len(box.told) == 1


@pytest.mark.parametrize("pattern", ["", "x" * 501, "a\nb"])
async def test_a_pattern_that_is_none_is_refused(app: Backbeat, pattern: str) -> None:
    with pytest.raises(InvalidOption, match="pattern"):
        await AlertBook(app).silence(pattern, 60)


async def test_a_channel_that_fails_is_asked_again_and_holds_up_no_other(
    app: Backbeat, box: Mailbox, clock: FakeClock, puddle: list[str]
) -> None:
    await app.queue("mails").configure()
    broken = Mailbox("broken")
    broken.broken = True
    watcher = Watcher(app, AlertSetup(rules=[Wet(wet=puddle)], channels=[broken, box]))
    await turn(watcher)
    assert len(box.notices) == 1
    clock.advance(PAUSES_S[0] * 1.3)
    broken.broken = False
    await watcher.deliver()
    assert broken.notices == box.notices
    log = [each.what for each in await AlertBook(app).history()]
    assert sorted(log) == ["delivered", "delivered", "failed", "raised"]


async def test_a_notice_is_given_up_in_the_end(
    watcher: Watcher, app: Backbeat, box: Mailbox, clock: FakeClock
) -> None:
    box.broken = True
    await turn(watcher)
    for pause in PAUSES_S:
        clock.advance(pause * 1.3)
        await watcher.deliver()
    log = await AlertBook(app).history()
    assert [each.what for each in log] == ["abandoned", *["failed"] * len(PAUSES_S), "raised"]
    assert "out of order" in log[0].text
    clock.advance(86_400)
    box.broken = False
    await watcher.deliver()
    assert box.notices == []


async def test_what_a_dead_courier_had_in_hand_is_brought_by_another(
    watcher: Watcher, app: Backbeat, box: Mailbox, clock: FakeClock
) -> None:
    await watcher.look()
    client = await AlertBook(app).client()
    (taken,) = await client.take(10, round(LEASE_S * 1000))
    await watcher.deliver()
    assert box.notices == []
    clock.advance(LEASE_S + 1)
    await watcher.deliver()
    assert len(box.notices) == 1
    await client.settle(taken, 0, "failed", "too late")
    await watcher.deliver()
    assert len(box.notices) == 1


async def test_alerts_of_a_rule_that_is_no_more_end(
    watcher: Watcher, app: Backbeat, box: Mailbox
) -> None:
    await turn(watcher)
    later = Watcher(app, AlertSetup(rules=[NoWorkers()], channels=[box]))
    await turn(later)
    assert box.told == [("raised", "wet|mails"), ("recovered", "wet|mails")]


async def test_a_rule_that_breaks_hides_no_other(
    app: Backbeat, box: Mailbox, puddle: list[str]
) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Broken(Wet):
        kind: ClassVar[str] = "BROKEN"

        @override
        async def look(self, facts: Facts) -> Sequence[Finding]:
            raise ValueError("no rule")

    await app.queue("mails").configure()
    await turn(Watcher(app, AlertSetup(rules=[Broken(), Wet(wet=puddle)], channels=[box])))
    assert box.told == [("raised", "wet|mails")]


async def test_a_test_reaches_each_channel_and_says_which_failed(app: Backbeat) -> None:
    good, bad = Mailbox("good"), Mailbox("bad")
    bad.broken = True
    watcher = Watcher(app, AlertSetup(channels=[good, bad]))
    assert await watcher.test() == {"bad": "out of order"}
    assert [each.event for each in good.notices] == ["test"]
