"""Jobs that start later, and moving them."""

import asyncio
from datetime import UTC, datetime, timedelta

from backbeat import Backbeat, Snooze, Worker

app = Backbeat()
reminders = app.queue("reminders")
looks = 0


@reminders.job()
async def remind(what: str) -> str:
    return f"Do not forget {what}!"


@reminders.job()
async def fetch_report() -> Snooze | str:
    global looks
    looks += 1
    # Not ready yet is no failure, so it uses no attempt.
    return Snooze(0.01) if looks < 3 else f"the report came at look {looks}"


async def main() -> None:
    soon = await remind.options(delay=0.05).enqueue("the milk")
    far = await remind.options(run_at=datetime.now(UTC) + timedelta(days=30)).enqueue("the rent")
    report = await fetch_report.enqueue()
    async with Worker(app):
        print(await soon.result(timeout=10))
        print(await report.result(timeout=10))

        info = await far.info()
        print(info.state, "because of", info.reason)
        await far.reschedule(delay=timedelta(days=1))
        await far.promote()  # or now, after all
        print(await far.result(timeout=10))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
