"""Each rule about queues, on every store: when it speaks, what it says, when it is over."""

from typing_extensions import override

from backbeat import Backbeat, Retry, State, every
from backbeat.alerts import (
    AlertBook,
    AlertSetup,
    BacklogAge,
    DeadLetters,
    DeliveryFailed,
    FailureRate,
    JobAge,
    JobFailed,
    MissedSchedule,
    Notice,
    NoWorkers,
    QueueStalled,
    Rule,
    Watcher,
)
from backbeat.app.redaction import Redactor
from backbeat.testing import FakeClock, drain
from packages.backbeat.tests.support.claimer import Claimer
from packages.backbeat.tests.support.mailbox import Mailbox, turn


def watch(app: Backbeat, box: Mailbox, *rules: Rule) -> Watcher:
    return Watcher(app, AlertSetup(rules=rules, channels=[box]))


async def test_a_job_that_failed_for_good_is_told_once_a_cool_down(
    app: Backbeat, box: Mailbox, clock: FakeClock
) -> None:
    queue = app.queue("mails")

    @queue.job(retry=Retry.fixed(attempts=2, delay=1))
    async def send(to: str) -> None:
        raise ValueError(f"password=hunter2 is wrong for {to}")

    watcher = Watcher(app, AlertSetup(rules=[JobFailed(cooldown=300)], channels=[box]))
    await queue.configure()
    await turn(watcher)
    handle = await send.enqueue("ada")
    await drain(app, delayed=True)
    clock.advance(1)
    await turn(watcher)
    (notice,) = box.notices
    assert notice.kind == "JOB_FAILURE"
    assert notice.data.pop("stack").startswith("Traceback")
    assert notice.data.pop("timestamp").startswith(str(clock.now().date()))
    assert notice.data == {
        "queue": "mails",
        "jobId": handle.id,
        "jobName": "send",
        "error": "ValueError: password=[redacted] is wrong for ada",
        "attempts": 2,
        "maxAttempts": 2,
        "failures": 1,
    }
    await send.enqueue("bo")
    await drain(app, delayed=True)
    await turn(watcher)
    assert len(box.notices) == 1
    clock.advance(301)
    await queue.add("send", {"to": "cy"}, attempts=1)
    await drain(app, delayed=True)
    await turn(watcher)
    assert len(box.notices) == 2
    assert (box.notices[1].data["attempts"], box.notices[1].data["maxAttempts"]) == (1, 1)


async def test_what_an_application_calls_secret_is_told_to_nobody(
    app: Backbeat, box: Mailbox, clock: FakeClock
) -> None:
    app.redactor = Redactor(names=["plate"], patterns=[r"plate \w+"])

    @app.queue("cars").job()
    async def fine() -> None:
        raise ValueError("no owner of plate KH12345, password=hunter2")

    setup = AlertSetup(rules=[JobFailed(channels=("box", "broken"))], channels=[box, Broken()])
    watcher = Watcher(app, setup)
    await app.queue("cars").configure()
    await turn(watcher)
    clock.advance(1)
    await fine.enqueue()
    await drain(app)
    await turn(watcher)
    (notice,) = box.notices
    assert notice.data["error"] == "ValueError: no owner of [redacted], password=[redacted]"
    happened = [each.text for each in await AlertBook(app).history()]
    assert any("cannot tell of" in each for each in happened)
    assert "KH12345" not in str([notice, happened])


class Broken(Mailbox):
    """A channel that says in its error what it was told."""

    def __init__(self) -> None:
        super().__init__("broken")

    @override
    async def deliver(self, notice: Notice) -> None:
        raise DeliveryFailed("cannot tell of plate KH12345")


async def test_ten_failures_in_five_minutes(app: Backbeat, box: Mailbox, clock: FakeClock) -> None:
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None:
        raise ValueError

    watcher = Watcher(app, AlertSetup(rules=[FailureRate()], channels=[box]))
    for _ in range(9):
        await send.enqueue()
    await drain(app)
    await turn(watcher)
    assert box.told == []
    await send.enqueue()
    await drain(app)
    await turn(watcher)
    assert box.notices[0].data["failures"] == 10
    clock.advance(360)
    await turn(watcher)
    assert box.told == [("raised", "failure_rate|mails"), ("recovered", "failure_rate|mails")]


async def test_a_backlog_that_is_old_and_nobody_there(
    app: Backbeat, box: Mailbox, clock: FakeClock
) -> None:
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None: ...

    rules = [BacklogAge(older_than=120), NoWorkers(waited=60)]
    watcher = Watcher(app, AlertSetup(rules=rules, channels=[box]))
    await send.enqueue()
    clock.advance(61)
    await turn(watcher)
    assert box.told == [("raised", "no_workers|mails")]
    clock.advance(60)
    await turn(watcher)
    assert box.told[1:] == [("raised", "backlog_age|mails")]
    await drain(app)
    await turn(watcher)
    assert sorted(box.told[2:]) == [
        ("recovered", "backlog_age|mails"), ("recovered", "no_workers|mails"),
    ]  # fmt: skip


async def test_more_and_more_dead_letters(app: Backbeat, box: Mailbox, clock: FakeClock) -> None:
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None:
        raise ValueError

    watcher = Watcher(app, AlertSetup(rules=[DeadLetters(growth=3)], channels=[box]))
    await drain(app)
    clock.advance(60)
    for _ in range(3):
        await send.enqueue()
    await drain(app)
    await turn(watcher)
    assert box.notices[0].data == {"queue": "mails", "kept": 3, "growth": 3}


async def test_a_schedule_that_nobody_fires(app: Backbeat, box: Mailbox, clock: FakeClock) -> None:
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None: ...

    app.schedule("nightly", every(60), send.call())
    await queue.configure()
    await app.schedules.sync()
    watcher = Watcher(app, AlertSetup(rules=[MissedSchedule(late=60)], channels=[box]))
    await turn(watcher)
    assert box.told == []
    clock.advance(121)
    await turn(watcher)
    assert box.told == [("raised", "missed_schedule|mails|nightly")]
    await drain(app)
    await turn(watcher)
    assert box.told[1:] == [("recovered", "missed_schedule|mails|nightly")]


async def test_lost_jobs_are_counted_where_no_events_are_kept(
    app: Backbeat, box: Mailbox, clock: FakeClock
) -> None:
    queue = app.queue("mails", events="none", max_stalled=5)

    @queue.job()
    async def send() -> None: ...

    await send.enqueue()
    lost = Claimer(app, "mails", clock)
    await lost.claim(1)
    await lost.is_lost()
    await drain(app)
    watcher = watch(app, box, QueueStalled(window=300))
    await turn(watcher)
    assert box.notices[0].data == {"queue": "mails", "stalledJobCount": 1, "stalledJobIds": []}
    clock.advance(400)
    await turn(watcher)
    assert box.told[1:] == [("recovered", "queue_stall|mails")]


async def test_a_job_that_is_stale(app: Backbeat, box: Mailbox, clock: FakeClock) -> None:
    queue = app.queue("mails")

    @queue.job(stale_after=20)
    async def send() -> None: ...

    watcher = watch(app, box, JobAge())
    stale, fresh = await send.enqueue(), await send.enqueue()
    claimer = Claimer(app, "mails", clock)
    claim = await claimer.claim(2)
    clock.advance(20)
    await turn(watcher)
    assert box.told == []
    assert await claimer.lease.call("stale", [stale.id, claim.ticket]) == 1
    since = clock.now()
    clock.advance(5)
    await turn(watcher)
    (notice,) = box.notices
    assert (notice.kind, notice.data) == (
        "JOB_AGE",
        {
            "queue": "mails",
            "jobId": stale.id,
            "jobName": "send",
            "ageSeconds": 25,
            "staleSince": since.isoformat().replace("+00:00", "Z"),
            "jobs": 1,
        },
    )
    listed = await queue.list(State.ACTIVE)
    assert {each.id: each.stale_since for each in listed.jobs} == {stale.id: since, fresh.id: None}
    await claimer.is_lost()
    await turn(watcher)
    assert box.told[1:] == [("recovered", "job_age|mails")]


async def test_a_running_job_that_is_old(app: Backbeat, box: Mailbox, clock: FakeClock) -> None:
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None: ...

    watcher = watch(app, box, JobAge(older_than=900))
    await send.enqueue()
    clock.advance(890)
    await Claimer(app, "mails", clock).claim(1)
    await turn(watcher)
    assert box.told == []
    clock.advance(11)
    await turn(watcher)
    (notice,) = box.notices
    assert (notice.data["ageSeconds"], notice.data["staleSince"]) == (901, None)
