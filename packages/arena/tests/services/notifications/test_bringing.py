"""What a provider does, and what becomes of the message: on real stores, by real workers."""

import pytest

from arena.services.notifications.fake_provider import FakeProvider
from packages.arena.tests.services.notifications.stage import Stage


@pytest.fixture
async def _ann(stage: Stage) -> None:
    await stage.notifications.users.set_address("ann", "email", "ann@example.org")


pytestmark = pytest.mark.usefixtures("_ann")


async def test_a_message_is_brought_and_logged(stage: Stage, provider: FakeProvider) -> None:
    notification = await stage.outbid("bid-1")
    async with stage.worker():
        delivery = await stage.ended(notification)
    assert (delivery.state, delivery.attempts, delivery.reference) == ("sent", 1, "m1")
    assert await stage.outcomes(notification) == ["brought"]
    [message] = provider.taken
    assert (message["to"], message["title"]) == ("ann@example.org", "Outbid on Lot 7")
    assert message["body"] == "bob leads with 12.50."


async def test_the_same_key_is_told_once(stage: Stage, provider: FakeProvider) -> None:
    first = await stage.outbid("bid-1")
    assert await stage.outbid("bid-1") == first
    other = await stage.outbid("bid-2")
    async with stage.worker():
        await stage.ended(first)
        await stage.ended(other)
    assert sorted(message["key"] for message in provider.taken) == [
        f"notification-{first}-email",
        f"notification-{other}-email",
    ]


@pytest.mark.parametrize(
    ("behaviours", "outcomes"),
    [
        (["500"], ["later", "brought"]),
        (["503", "502", "401"], ["later", "later", "later", "brought"]),
        (["drop"], ["unsure", "brought"]),
        (["hang"], ["unsure", "brought"]),
        (["drop", "500", "hang"], ["unsure", "later", "unsure", "brought"]),
    ],
)
async def test_what_passes_is_tried_again_and_comes_once(
    stage: Stage, provider: FakeProvider, behaviours: list[str], outcomes: list[str]
) -> None:
    provider.behaviours += behaviours
    notification = await stage.outbid("bid-1")
    async with stage.worker():
        delivery = await stage.ended(notification)
    assert delivery.state == "sent"
    assert await stage.outcomes(notification) == outcomes
    assert len(provider.taken) == 1
    assert len(provider.came) == len(outcomes)


async def test_a_pause_that_is_asked_for_is_kept_and_uses_no_attempt(
    stage: Stage, provider: FakeProvider
) -> None:
    provider.behaviours += ["429:1"] * 2
    notification = await stage.outbid("bid-1")
    async with stage.worker():
        delivery = await stage.ended(notification)
    log = await stage.notifications.log(delivery.id)
    assert [each.outcome for each in log] == ["later", "later", "brought"]
    assert log[1].started_ms - (log[0].ended_ms or 0) >= 990
    info = await stage.app.queue("notify-email").handle(f"delivery-{delivery.id}").info()
    assert info.failures == 0


async def test_who_asks_for_pauses_for_ever_is_given_up(
    stage: Stage, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "arena.services.notifications.actions.delivering.MOST_ATTEMPTS"
    monkeypatch.setattr(module, 3)
    provider.behaviours += ["429:1"] * 9
    delivery = await stage.email(await stage.outbid("bid-1"))
    for _ in range(2):
        await stage.delivering.bring(delivery.id, last=True)
        assert (await stage.email(delivery.notification)).state == "queued"
    await stage.delivering.bring(delivery.id, last=False)
    assert (await stage.email(delivery.notification)).state == "failed"


async def test_a_refusal_is_final(stage: Stage, provider: FakeProvider) -> None:
    provider.behaviours += ["422"]
    notification = await stage.outbid("bid-1")
    async with stage.worker():
        delivery = await stage.ended(notification)
    assert (delivery.state, delivery.attempts) == ("failed", 1)
    [attempt] = await stage.notifications.log(delivery.id)
    assert (attempt.outcome, attempt.detail) == ("refused", "answered 422")


async def test_who_never_takes_it_is_given_up(stage: Stage, provider: FakeProvider) -> None:
    provider.behaviours += ["500"] * 9
    notification = await stage.outbid("bid-1")
    async with stage.worker():
        delivery = await stage.ended(notification)
    assert (delivery.state, delivery.attempts) == ("failed", 4)
    assert provider.taken == []


async def test_nobody_knows_is_an_answer_too(stage: Stage, provider: FakeProvider) -> None:
    provider.behaviours += ["drop"] * 9
    notification = await stage.outbid("bid-1")
    async with stage.worker():
        delivery = await stage.ended(notification)
    assert delivery.state == "unsure"
    assert len(provider.taken) == 1


async def test_a_provider_that_fails_is_left_alone_and_uses_up_no_attempts(
    stage: Stage, provider: FakeProvider
) -> None:
    provider.behaviours += ["500"] * 4
    careful = stage.again(breaker={"min_calls": 4, "open_for": 1.0, "probes": 1})
    notifications = [await careful.outbid(f"bid-{number}") for number in range(20)]
    async with careful.worker():
        states = [(await careful.ended(each)).state for each in notifications]
    assert states == ["sent"] * 20
    assert len(provider.taken) == 20
    breaker = await careful.app.breaker("notify-email").info()
    assert breaker.state == "closed"
    await careful.app.close()
