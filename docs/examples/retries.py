"""Which errors are retried, how often, and after which pause."""

import asyncio

from backbeat import Backbeat, Job, JobFailed, Permanent, Retry, Worker

app = Backbeat()
payments = app.queue("payments")

patient = Retry.exponential(attempts=4, delay=0.01, factor=2, max_delay=60, jitter=0.2)


@payments.job(retry=patient)
async def charge(job: Job, order: int) -> str:
    if order < 0:
        raise Permanent("there are no negative orders")  # no retry will help
    if job.attempt < 3:
        raise ConnectionError("the bank does not answer")
    return f"order {order} is paid, at attempt {job.attempt}"


# Only these types are retried; `never=` excludes some.
@payments.job(retry=Retry(attempts=4, delay=0.01, only=(ConnectionError, TimeoutError)))
async def look_up(order: int) -> None:
    raise KeyError(order)


async def main() -> None:
    paid = await charge.enqueue(7)
    refused = await charge.enqueue(-1)
    missing = await look_up.enqueue(8)
    async with Worker(app):
        print(await paid.result(timeout=10))
        for handle in (refused, missing):
            try:
                await handle.result(timeout=10)
            except JobFailed as failure:
                print(f"{failure.error} after {failure.attempts} attempt")
        for attempt in (await paid.info()).history:
            print(f"  attempt {attempt.number}: {attempt.message}")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
