"""A lock over all processes, by itself and as an option of jobs; a semaphore; a fence."""

import asyncio

from backbeat import Backbeat, Job, NotGranted, Worker

app = Backbeat()
wallets = app.queue("wallets")
reports = app.queue("reports")
stored = {"9xQe": (0, "nothing")}
order: list[str] = []
begun = asyncio.Event()


def store(wallet: str, fence: int, text: str) -> bool:
    """What a table does with `UPDATE ... WHERE wallet = :wallet AND fence <= :fence`."""
    if fence < stored[wallet][0]:
        return False
    stored[wallet] = (fence, text)
    return True


@wallets.job(lock="wallet:{wallet}:pnl")
async def analyze(job: Job, wallet: str) -> None:
    order.append("analyze begins")
    begun.set()
    await asyncio.sleep(0.2)
    store(wallet, job.lock_fence, "analyzed")
    order.append("analyze ends")


@reports.job(lock=lambda wallet: f"wallet:{wallet}:pnl")
async def report(wallet: str, title: str = "") -> None:
    order.append("report begins")


async def main() -> None:
    async with app.lock("wallet:9xQe:pnl", ttl=30) as lock:
        print("held:", store("9xQe", lock.fence, "by hand"))
        old_fence = lock.fence
        try:
            await app.lock("wallet:9xQe:pnl").acquire(timeout=0.1)
        except NotGranted:
            print("somebody else has it")

    async with Worker(app):
        first = await analyze.enqueue("9xQe")
        await begun.wait()
        second = await report.enqueue("9xQe")
        await second.result(timeout=10)
        await first.result(timeout=10)
        info = await second.info()
    print(*order, sep="\n")
    print("attempts of the report:", info.attempts)
    print("written with an old fence:", store("9xQe", old_fence, "too late"))

    slots = [app.semaphore("gpu", limit=2) for _ in range(3)]
    print("slots:", [await slot.try_acquire() for slot in slots])
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
