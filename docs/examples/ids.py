"""An id of your own makes an enqueue repeatable: the answer says what it met."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()
reports = app.queue("reports")


@reports.job()
async def build(month: str) -> str:
    return f"report of {month}"


async def main() -> None:
    january = build.options(id="report-2026-01")
    print((await january.enqueue("2026-01")).added)
    handle = await january.enqueue("2026-01")
    print(handle.added)  # it waits already

    async with Worker(app):
        await handle.result(timeout=10)
    print((await january.enqueue("2026-01")).added)  # it has ended, and is kept

    again = build.options(id="report-2026-01", on_kept="replace")
    print((await again.enqueue("2026-01")).added)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
