"""The same boards on a cluster, and in the room for tests, which has no server."""

from collections.abc import AsyncIterator

from arena.services.leaderboard import Add, Best, Board, Leaderboards, Remove, Row, Rules, Set
from backbeat import Backbeat
from backbeat.testing import application
from packages.backbeat.tests.support.cluster import private_cluster


async def play(app: Backbeat) -> None:
    """Something of everything, on enough boards for every slot range."""
    for number in range(12):
        board = await Leaderboards(app).open(f"contest-{number}", Rules("dense"))
        await board.update("1", Set("a", 2**62), Best("b", 5), Add("c", 5), Set("d", -1))
        await board.update("2", Remove("d"), Add("a", 1))
        assert (await board.update("2", Remove("d"), Add("a", 1))).repeated
        page = await board.top(2)
        assert page is not None
        assert page.cursor is not None
        shown = [(each.id, each.points, each.rank) for each in page.standings]
        assert shown == [("a", 2**62 + 1, 1), ("b", 5, 2)]
        last = (await board.page(page.cursor, 2)).standings
        assert [(each.id, each.rank) for each in last] == [("c", 2)]
        await board.rebuild(rows(board))
        assert (await board.info()).total == 1_201
        assert (await board.standing("c")).points == 2
        await board.close()
        await board.drop()


async def rows(board: Board) -> AsyncIterator[Row]:
    await board.update("3", Add("c", 2))
    for place in range(1_200):
        yield Row(f"p{place}", place)


async def test_boards_on_a_cluster() -> None:
    with private_cluster() as cluster:
        app = Backbeat(url=cluster.url)
        await play(app)
        await app.close()


async def test_boards_without_a_server() -> None:
    app = Backbeat()
    async with application(app):
        await play(app)
