"""Jobs at given times: declared in code, changed at run time, looked at afterwards."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from backbeat import Backbeat, Job, Worker, at, cron, every

app = Backbeat()
reports = app.queue("reports")
slots: list[datetime] = []
four = asyncio.Event()


@reports.job()
async def summarise(job: Job, wallet: str) -> str:
    assert job.scheduled_at is not None  # the slot, however late the job runs
    slots.append(job.scheduled_at)
    if len(slots) == 4:
        four.set()
    return f"summary of {wallet}"


# Declared: on the server as soon as a worker of the queue starts.
app.schedule(
    "nightly", cron("30 2 * * *", tz="Europe/Oslo"), summarise.call("9xQe"),
    missed="one", overlap="skip", jitter=timedelta(minutes=5),
)  # fmt: skip


async def main() -> None:
    async with Worker(app):
        # At run time, by any process: four times, a tenth of a second apart.
        await app.schedules.upsert("often", every(0.1), summarise.call("7pTk"), limit=4)
        await four.wait()
        apart = {(later - earlier).total_seconds() for earlier, later in pairwise(slots)}
        print("4 runs, their slots", *apart, "s apart")

        once = at(datetime(2100, 1, 1, tzinfo=UTC))
        info = await app.schedules.upsert("new-year", once, summarise.call("all"))
        print(info.name, "next:", info.next_at)

        handle = await app.schedules.run_now("new-year")
        print("on request:", await handle.result(timeout=10))
        print("outcome:", [run.outcome for run in await app.schedules.history("new-year")])

        await app.schedules.pause("nightly")
        for each in await app.schedules.list():
            print(f"{each.name}: {each.rule}{', paused' if each.paused else ''}")
    await app.close()

    # The clocks go forward over 02:30 on the second of these days.
    rule = cron("30 2 * * *", tz="Europe/Oslo")
    for slot in rule.preview(3, after=datetime(2030, 3, 30, tzinfo=UTC)):
        print(slot.isoformat())


if __name__ == "__main__":
    asyncio.run(main())
