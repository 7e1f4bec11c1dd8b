"""A circuit breaker: what fails too often is left alone for a while, and its jobs wait."""

import asyncio

from backbeat import Backbeat, Breaker, JobFailed, JobHandle, Worker

app = Backbeat()
payments = app.queue("payments")
stripe = Breaker("stripe", failure_rate=0.5, min_calls=4, window=30, open_for=0.5, probes=2)
up = False


@payments.job(breaker=stripe)
async def charge(order: int) -> str:
    if not up:
        raise ConnectionError("stripe does not answer")
    return f"order {order} is paid"


async def outcome(handle: JobHandle[str]) -> str:
    try:
        return await handle.result(timeout=10)
    except JobFailed as failure:
        return f"failed: {failure.detail}"


async def main() -> None:
    global up
    async with Worker(app, concurrency=1):
        for order in range(4):
            print(await outcome(await charge.enqueue(order)))
        held = await charge.enqueue(4)
        while (info := await held.info()).reason != "breaker":  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        print("stripe is", (await app.breaker("stripe").info()).state)
        print(
            "order 4 is", info.state, "because of the", info.reason, "after", info.attempts, "runs"
        )

        up = True
        print(await outcome(held))
        print(await outcome(await charge.enqueue(5)))
    print("stripe is", (await app.breaker("stripe").info()).state)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
