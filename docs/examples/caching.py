"""A result that is no older than a time stands in for another run."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()
analysis = app.queue("analysis")
runs = 0


@analysis.job(cache=600)
async def pnl(wallet: str) -> int:
    global runs
    runs += 1
    return 100 * runs


async def main() -> None:
    async with Worker(app):
        print(await (await pnl.enqueue("9xQe")).result(timeout=10))
        again = await pnl.enqueue("9xQe")
        print(again.added, await again.result(timeout=10))
        anew = await pnl.options(on_kept="replace").enqueue("9xQe")
        print(anew.added, await anew.result(timeout=10))
    print(runs, "runs")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
