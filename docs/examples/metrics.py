"""What was counted of a queue: by minute in the store, and as Prometheus reads it."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()
mails = app.queue("mails")


@mails.job()
async def send(to: str) -> str:
    return f"sent to {to}"


async def main() -> None:
    async with Worker(app):
        for handle in await mails.add_many([send.call(to) for to in ("ada", "bo", "cy")]):
            await handle.result(timeout=10)
    # What a worker counted is written down every 15 seconds, and when it stops.
    points = [point for point in await mails.history(600) if point.handlers]
    counts = points[0].handlers["send"]
    print(counts.started, "started,", counts.completed, "completed,", counts.failed, "failed")
    print("half of the runs took less than a second:", (counts.runs.quantile(0.5) or 0) < 1)

    for line in (await app.metrics()).splitlines():
        if line.startswith("backbeat_attempts_ended_total") and "completed" in line:
            print(line)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
