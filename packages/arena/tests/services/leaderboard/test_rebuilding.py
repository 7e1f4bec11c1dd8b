"""A board is put together anew from the database while it is used, and no update is lost."""

import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Final

import pytest

from arena.services.leaderboard import (
    Add,
    Best,
    Board,
    BoardFull,
    BoardNotFound,
    Leaderboards,
    RebuildLost,
    Remove,
    Row,
    Rules,
    Set,
)
from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer

SUMS: Final = "SELECT who, SUM(points) FROM scored GROUP BY who"


@pytest.fixture
async def board(app: Backbeat) -> Board:
    """An open board."""
    return await Leaderboards(app).open("contest-17")


async def points(board: Board) -> dict[str, int]:
    page = await board.top(1_000)
    assert page is not None
    return {standing.id: standing.points for standing in page.standings}


async def test_the_rows_are_the_board_afterwards(board: Board) -> None:
    await board.update("1", Set("gone", 9), Set("ann", 1))
    version = (await board.info()).version
    assert await board.rebuild([Row("ann", 5), Row("bob", 5), Row("cid", 7)]) == version + 1
    page = await board.top()
    assert page is not None
    assert [standing.id for standing in page.standings] == ["cid", "ann", "bob"]
    await board.update("2", Set("dee", 5))
    assert (await board.standing("dee")).position == 4
    assert not (await board.info()).rebuilding


async def test_the_board_is_as_it_was_until_the_end(board: Board) -> None:
    await board.update("1", Set("ann", 1))

    async def rows() -> AsyncIterator[Row]:
        for number in range(2_500):
            if number % 1_000 == 500:
                assert await points(board) == {"ann": 1}
                assert (await board.info()).rebuilding
            yield Row(f"p{number}", number)

    await board.rebuild(rows())
    assert (await board.info()).total == 2_500


async def test_what_comes_meanwhile_is_there_afterwards(board: Board) -> None:
    await board.update("1", Set("ann", 1), Set("gone", 3))

    async def rows() -> AsyncIterator[Row]:
        yield Row("ann", 10, revision=4)
        await board.update("2", Set("ann", 99, revision=3), Set("bob", 6))
        yield Row("dee", 40)
        yield Row("eve", 50)
        await board.update("3", Best("dee", 41), Best("eve", 49), Remove("gone"))
        yield Row("gone", 3)

    await board.rebuild(rows())
    assert await points(board) == {"ann": 10, "bob": 6, "dee": 41, "eve": 50}


async def test_what_the_rows_contain_is_not_added_again_nor_later(board: Board) -> None:
    contained: list[str] = []

    async def rows() -> AsyncIterator[Row]:
        await board.update("before", Add("ann", 10))
        contained.extend(["before", "on its way"])
        yield Row("ann", 10 + 5)
        await board.update("after", Add("ann", 1))

    await board.rebuild(rows(), contained=contained)
    assert await points(board) == {"ann": 16}
    for update in ("before", "on its way", "after"):
        assert (await board.update(update, Add("ann", 1_000))).repeated
    assert await points(board) == {"ann": 16}


async def test_adds_during_rebuilds_end_as_the_database_says(board: Board) -> None:
    """Each add is committed first and reaches the board later; rebuilds come in between."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE scored (id TEXT PRIMARY KEY, who TEXT, points INTEGER)")
    chance = random.Random(7)
    on_their_way: list[tuple[str, str, int]] = []

    def commit(number: int) -> None:
        scored = (f"u{number}", f"p{number % 5}", chance.randrange(-50, 100))
        database.execute("INSERT INTO scored VALUES (?, ?, ?)", scored)
        on_their_way.append(scored)

    async def arrive(share: float) -> None:
        chance.shuffle(on_their_way)
        for _ in range(round(len(on_their_way) * share)):
            update, who, more = on_their_way.pop()
            await board.update(update, Add(who, more))

    async def rows(number: int, contained: list[str]) -> AsyncIterator[Row]:
        commit(10 * number + 1)
        await arrive(0.5)
        # One snapshot: the rows, and the updates that they have.
        contained += [update for (update,) in database.execute("SELECT id FROM scored")]
        for who, total in list(database.execute(SUMS)):
            commit(10 * number + 2 + int(who[1:]))
            await arrive(0.5)
            yield Row(who, total)

    for number in range(20):
        commit(10 * number)
        contained: list[str] = []
        await board.rebuild(rows(number, contained), contained=contained)
        await arrive(0.3)
    await arrive(1)
    assert await points(board) == dict(database.execute(SUMS))


async def test_much_may_come_meanwhile(board: Board) -> None:
    async def rows() -> AsyncIterator[Row]:
        for number in range(4):
            await board.update(f"u{number}", *(Add(f"p{place}", 1) for place in range(1_000)))
        yield Row("p0", 10)

    await board.rebuild(rows())
    found = await points(board)
    assert found == {"p0": 14} | {f"p{place}": 4 for place in range(1, 1_000)}


async def test_too_much_meanwhile_gives_the_rebuild_up_and_not_the_updates(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.services.leaderboard.store.MOST_LOGGED", 3)

    async def rows() -> AsyncIterator[Row]:
        await board.update("1", Add("a", 1), Add("b", 1))
        await board.update("2", Add("a", 1), Add("b", 1))
        yield Row("c", 1)

    with pytest.raises(RebuildLost):
        await board.rebuild(rows())
    assert await points(board) == {"a": 2, "b": 2}
    assert not (await board.info()).rebuilding


async def test_a_second_rebuild_takes_over_from_the_first(board: Board) -> None:
    async def rows() -> AsyncIterator[Row]:
        yield Row("ann", 1)
        await board.rebuild([Row("bob", 2)])

    with pytest.raises(RebuildLost, match="begin again"):
        await board.rebuild(rows())
    assert await points(board) == {"bob": 2}


async def test_a_rebuild_that_does_not_fit_leaves_the_board_alone(app: Backbeat) -> None:
    board = await Leaderboards(app).open("small", Rules(most_entries=2))
    await board.update("1", Set("ann", 1))
    with pytest.raises(BoardFull):
        await board.rebuild([Row("a", 1), Row("b", 1), Row("c", 1)])
    assert await points(board) == {"ann": 1}


async def test_a_closed_board_can_be_corrected_and_still_ends(
    board: Board, any_server: PrivateServer
) -> None:
    await board.update("1", Set("ann", 1))
    await board.close(keep=timedelta(hours=1))
    await board.rebuild([Row("ann", 2)])
    assert await points(board) == {"ann": 2}
    assert all(any_server.client.pttl(key) > 0 for key in keys(any_server, "*{S:*"))


async def test_a_rebuild_that_is_given_up_leaves_nothing_for_ever(
    board: Board, any_server: PrivateServer
) -> None:
    def rows() -> Iterator[Row]:
        yield from (Row(f"p{number}", number) for number in range(1_001))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await board.rebuild(rows())
    left = keys(any_server, "*:new_*")
    assert left
    assert all(any_server.client.pttl(key) > 0 for key in left)


async def test_a_board_has_to_be_opened_first(app: Backbeat) -> None:
    with pytest.raises(BoardNotFound):
        await Leaderboards(app).board("nobody").rebuild([])


def keys(server: PrivateServer, pattern: str) -> list[bytes | str]:
    """Those that are there."""
    found = server.client.keys(pattern)
    assert isinstance(found, list)
    return found
