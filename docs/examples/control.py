"""Looking into a queue, and steering it."""

import asyncio

from backbeat import Backbeat, JobFailed, Permanent, Retry, State, Worker

app = Backbeat()
letters = app.queue("letters", retry=Retry.fixed(attempts=2, delay=0.01))
stamps = 0


@letters.job()
async def send(to: str) -> str:
    if not stamps:
        raise Permanent("no stamps left")
    return f"to {to}"


async def main() -> None:
    global stamps
    await letters.pause()
    handle = await send.enqueue("Ada")
    info = await handle.info()
    print(info.state, "because of", info.reason)
    await letters.resume()

    async with Worker(app):
        try:
            await handle.result(timeout=10)
        except JobFailed as failure:
            print("failed:", failure.detail)
        page = await letters.list(State.FAILED)
        for job in page.jobs:
            print(job.name, job.state)

        stamps = 10
        print(await letters.retry_where(state=State.FAILED, name="send"), "retried")
        print(await handle.result(timeout=10))
    print(await letters.clean(State.COMPLETED, older_than=0), "cleaned")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
