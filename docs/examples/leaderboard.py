"""A board: results of a day, ranks, an update that comes twice, and a rebuild."""

import asyncio

from arena.services.leaderboard import Add, Best, Leaderboards, Page, Row, Rules
from backbeat import Backbeat

app = Backbeat()


def show(page: Page | None) -> None:
    assert page is not None
    print(", ".join(f"{each.rank}. {each.id} {each.points}" for each in page.standings))


async def main() -> None:
    board = await Leaderboards(app).open("snake-daily-2026-11-26", Rules("competition"))
    # The tie-break is the time at which the result was reached, in milliseconds.
    await board.update("session-1", Best("ann", 480, tie=1_764_115_200_000))
    await board.update("session-2", Best("bob", 500, tie=1_764_115_260_000))
    await board.update("session-3", Best("cid", 480, tie=1_764_115_190_000))
    await board.update("session-4", Best("dee", 400, tie=1_764_115_300_000))
    show(await board.top(10))

    mine = await board.standing("ann")
    print(f"ann: rank {mine.rank} of {mine.of}, {mine.percentile} %")

    for _ in range(2):
        receipt = await board.update("bonus-7", Add("dee", 90))
        print("dee gets 90, a repeat:", receipt.repeated)
    page = await board.top(2)
    show(page)
    assert page is not None
    assert page.cursor is not None
    show(await board.page(page.cursor, 2))

    print("not changed since:", await board.top(10, unless=page.version) is None)
    await board.rebuild([Row("ann", 480), Row("bob", 470)])
    show(await board.around("bob", 1))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
