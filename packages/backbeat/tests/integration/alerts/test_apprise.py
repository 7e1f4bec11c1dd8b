"""Notices by way of apprise, to a service on this machine that misbehaves on request."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator

import msgspec
import pytest

from backbeat import Backbeat, InvalidOption
from backbeat.alerts import AlertBook, AlertSetup, Apprise, DeliveryFailed, JobFailed, Watcher
from backbeat.alerts.channels import aside
from packages.backbeat.tests.integration.alerts.test_webhook import NOTICE
from packages.backbeat.tests.support.mailbox import turn
from packages.backbeat.tests.support.receiver import Receiver, receiver
from packages.backbeat.tests.support.working import ended, until, working

HUNG = """
import asyncio
from backbeat.alerts import Apprise, DeliveryFailed, Notice

NOTICE = Notice(id="n1", event="test", kind="TEST", key="test|test", rule="test",
                severity="info", summary="this is a test", at="", data={{}})

async def main():
    try:
        await Apprise("chat", "{url}", timeout=0.2).deliver(NOTICE)
    except DeliveryFailed as error:
        print(error)

asyncio.run(main())
"""


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def chat(there: Receiver, timeout: float = 10.0) -> Apprise:
    return Apprise("chat", f"json://127.0.0.1:{there.port}/secret", timeout=timeout)


async def test_a_notice_comes_in_words(there: Receiver) -> None:
    await chat(there).deliver(NOTICE)
    over = msgspec.structs.replace(NOTICE, event="recovered", summary="it is over")
    await chat(there).deliver(over)
    said = [msgspec.json.decode(body) for _, body in there.came]
    assert [(each["title"], each["message"], each["type"]) for each in said] == [
        ("JOB_FAILURE job_failure|mails", "job 7 failed", "warning"),
        ("recovered: JOB_FAILURE job_failure|mails", "it is over", "success"),
    ]


@pytest.mark.parametrize("behaviour", [500, 404, "hang", "cut", "drip"])
async def test_whatever_is_no_success_is_a_failure(there: Receiver, behaviour: int | str) -> None:
    there.behaviour = behaviour
    with pytest.raises(DeliveryFailed) as failed:
        await chat(there, timeout=1).deliver(NOTICE)
    assert "secret" not in str(failed.value)
    assert len(there.came) == 1


async def test_a_failed_job_is_told_once_the_service_is_well(
    app: Backbeat, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backbeat.alerts.courier.PAUSES_S", (0.01,) * 6)
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None:
        raise ValueError("no such address")

    watcher = Watcher(app, AlertSetup(rules=[JobFailed()], channels=[chat(there)]))
    await queue.configure()
    await turn(watcher)
    there.behaviour = 503
    async with working(app):
        handle = await send.enqueue()
        await ended(queue, handle.id)
    await turn(watcher)
    there.behaviour = 200
    async with asyncio.timeout(10):
        while (await AlertBook(app).history(1))[0].what != "delivered":
            await watcher.deliver()
    bodies = [msgspec.json.decode(body) for _, body in there.came]
    assert [each["message"] for each in bodies] == [
        f"job {handle.id} (send) failed for good: ValueError: no such address"
    ] * 2
    log = [each.what for each in await AlertBook(app).history()]
    assert log == ["delivered", "failed", "raised"]


async def test_attempts_that_hang_are_not_added_to_without_end(there: Receiver) -> None:
    there.behaviour = "hang"
    service = chat(there, timeout=0.05)
    for _ in range(aside.MOST):
        with pytest.raises(DeliveryFailed, match="no answer"):
            await service.deliver(NOTICE)
    with pytest.raises(DeliveryFailed, match="still hang"):
        await service.deliver(NOTICE)
    there.behaviour = 200
    there.over.set()
    await until(lambda: not any("backbeat-chat" in each.name for each in threading.enumerate()))
    await service.deliver(NOTICE)


def test_a_process_ends_though_an_attempt_hangs(there: Receiver) -> None:
    there.behaviour = "drip"
    script = HUNG.format(url=f"json://127.0.0.1:{there.port}/")
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == "no answer within 0.2 s"


@pytest.mark.parametrize("timeout", [0, -1, 61, float("nan")])
def test_a_time_that_makes_no_sense_is_refused(timeout: float) -> None:
    with pytest.raises(InvalidOption, match="timeout"):
        Apprise("chat", "json://localhost/", timeout=timeout)


def test_a_url_that_apprise_does_not_know_is_refused_and_not_shown() -> None:
    with pytest.raises(InvalidOption) as refused:
        Apprise("chat", "nothing://token-of-mine")
    assert "token-of-mine" not in str(refused.value)
    assert "token-of-mine" not in repr(Apprise("chat", "json://localhost/token-of-mine"))
