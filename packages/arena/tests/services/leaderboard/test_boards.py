"""What boards do, a sentence each."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from arena.base.errors import Invalid
from arena.services.leaderboard import (
    Add,
    BadCursor,
    Best,
    Board,
    BoardClosed,
    BoardFull,
    BoardNotFound,
    Leaderboards,
    OtherRules,
    Ranking,
    Receipt,
    Remove,
    Rules,
    Set,
)
from arena.services.leaderboard.model.standings import Standing
from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def board(app: Backbeat) -> Board:
    """An open board."""
    return await Leaderboards(app).open("snake-daily-2026-11-26")


async def names(board: Board) -> list[str]:
    page = await board.top(100)
    assert page is not None
    return [standing.id for standing in page.standings]


@pytest.mark.parametrize(
    ("ranking", "ranks"),
    [("competition", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3]), ("ordinal", [1, 2, 3, 4])],
)
async def test_equal_points_are_ranked_by_the_rule_of_the_board(
    app: Backbeat, ranking: Ranking, ranks: list[int]
) -> None:
    board = await Leaderboards(app).open("c1", Rules(ranking))
    await board.update("1", Set("a", 500), Set("b", 480), Set("c", 480), Set("d", 400))
    page = await board.top()
    assert page is not None
    assert [standing.rank for standing in page.standings] == ranks
    assert [(await board.standing(each)).rank for each in "abcd"] == ranks


async def test_who_reached_the_points_first_comes_first(board: Board) -> None:
    await board.update("1", Set("late", 1), Set("early", 5))
    await board.update("2", Set("late", 5))
    await board.update("3", Set("early", 5))
    assert await names(board) == ["early", "late"]


async def test_a_tie_break_of_the_callers_decides_in_whatever_order_it_comes(board: Board) -> None:
    await board.update("1", Best("ann", 70, tie=2_000), Best("bob", 70, tie=1_000))
    await board.update("2", Best("ann", 70, tie=500))
    await board.update("3", Best("ann", 70, tie=900))
    assert await names(board) == ["ann", "bob"]
    assert (await board.standing("ann")).tie == 500


async def test_only_a_better_result_counts(board: Board) -> None:
    await board.update("1", Best("ann", -3, tie=1))
    assert (await board.update("2", Best("ann", -4, tie=0))).changed == 0
    assert (await board.update("3", Best("ann", 9, tie=7))).changed == 1
    assert (await board.standing("ann")).tie == 7


async def test_an_older_revision_changes_nothing(board: Board) -> None:
    await board.update("1", Set("ann", 10, revision=7))
    for update, revision in (("2", 6), ("3", 7)):
        assert (await board.update(update, Set("ann", 99, revision=revision))).changed == 0
    await board.update("4", Set("ann", 5, revision=8))
    assert (await board.standing("ann")).points == 5


async def test_an_update_is_made_once_and_answered_the_same(board: Board) -> None:
    first = await board.update("goal-17", Add("ann", 10), Add("bob", 5))
    await board.update("goal-18", Add("ann", 1))
    again = await board.update("goal-17", Add("ann", 10), Add("bob", 5))
    assert again == Receipt(first.version, 2, repeated=True)
    assert (await board.standing("ann")).points == 11


async def test_the_last_updates_are_remembered_and_no_more_than_twice_as_many(
    app: Backbeat, any_server: PrivateServer
) -> None:
    board = await Leaderboards(app).open("c1", Rules(remembered=10))
    for number in range(95):
        await board.update(f"u{number}", Add("ann", 1))
    for number in range(85, 95):
        assert (await board.update(f"u{number}", Add("ann", 1))).repeated
    kept = [any_server.client.hlen(key) for key in any_server.client.keys("*seen*")]
    assert sum(kept) <= 20


async def test_an_update_is_all_or_nothing(app: Backbeat) -> None:
    board = await Leaderboards(app).open("c1", Rules(most_entries=2))
    await board.update("1", Set("ann", 1), Set("bob", 2))
    with pytest.raises(BoardFull, match="2 entries and no more"):
        await board.update("2", Set("ann", 9), Set("cid", 3))
    assert (await board.standing("ann")).points == 1
    await board.update("2", Remove("bob"), Set("cid", 3))
    assert await names(board) == ["cid", "ann"]


async def test_the_version_grows_with_what_changes_and_with_nothing_else(board: Board) -> None:
    version = (await board.info()).version
    assert (await board.update("1", Set("ann", 1))).version == version + 1
    assert (await board.update("2", Set("ann", 1), Remove("bob"))).version == version + 1
    page = await board.top()
    assert page is not None
    assert page.etag == f'"v{version + 1}"'
    assert await board.top(unless=version + 1) is None
    assert await board.top(unless=version) == page


async def test_a_board_that_was_lost_does_not_come_back_to_an_old_version(
    app: Backbeat, board: Board, any_server: PrivateServer
) -> None:
    for number in range(50):
        await board.update(str(number), Add("ann", 1))
    before = (await board.info()).version
    any_server.client.flushall()
    with pytest.raises(BoardNotFound, match="open it, or rebuild it"):
        await board.update("50", Add("ann", 1))
    again = await Leaderboards(app).open(board.name)
    assert (await again.info()).version > before


async def test_pages_follow_each_other_while_others_move(board: Board) -> None:
    await board.update("1", *(Set(f"p{number:02}", 100 - number) for number in range(30)))
    page = await board.top(10)
    assert page is not None
    seen = [standing.id for standing in page.standings]
    await board.update("2", Remove("p03"), Set("new", 1_000), Set("p05", 99))
    while page.cursor:
        page = await board.page(page.cursor, 10)
        seen += [standing.id for standing in page.standings]
    assert seen == [f"p{number:02}" for number in range(30)]
    assert page.standings[-1].position == 30


@pytest.mark.parametrize("cursor", ["", "!", "AAAA", "MTIz", "Ä", "x" * 1_000, "=" * 7])
async def test_a_cursor_that_no_page_gave_is_refused(board: Board, cursor: str) -> None:
    with pytest.raises(BadCursor, match="begin at the top"):
        await board.page(cursor)


async def test_the_percentile_is_that_of_the_rank() -> None:
    assert Standing("a", 0, 0, rank=3, position=3, of=40).percentile == Decimal("95.0")
    assert Standing("a", 0, 0, rank=1, position=1, of=1).percentile == Decimal("100.0")
    assert Standing("a", 0, 0, rank=2, position=2, of=3).percentile == Decimal("66.7")


async def test_a_closed_board_is_read_only_and_ends_when_it_was_said(
    board: Board, any_server: PrivateServer
) -> None:
    await board.update("1", Set("ann", 1))
    version = await board.close(keep=timedelta(hours=1))
    assert await board.close(keep=timedelta(days=9)) == version
    with pytest.raises(BoardClosed):
        await board.update("2", Set("ann", 2))
    assert (await board.update("1", Set("ann", 1))).repeated
    info = await board.info()
    assert info.closed
    assert info.expires_in_ms is not None
    assert 3_590_000 < info.expires_in_ms <= 3_600_000
    assert all(any_server.client.pttl(key) > 0 for key in keys(any_server))


async def test_a_dropped_board_leaves_nothing(board: Board, any_server: PrivateServer) -> None:
    await board.update("1", Set("ann", 1))
    await board.drop()
    await board.drop()
    assert keys(any_server) == []


async def test_rules_are_fixed_when_a_board_is_opened(app: Backbeat, board: Board) -> None:
    await Leaderboards(app).open(board.name)
    with pytest.raises(OtherRules):
        await Leaderboards(app).open(board.name, Rules("dense"))


async def test_updates_at_once_are_all_there(board: Board) -> None:
    calls = [board.update(f"u{number}", Add(f"p{number % 7}", 1)) for number in range(700)]
    receipts = await asyncio.gather(*calls)
    assert len({receipt.version for receipt in receipts}) == 700
    page = await board.top()
    assert page is not None
    assert [standing.points for standing in page.standings] == [100] * 7


async def test_what_does_not_fit_is_refused_in_words(app: Backbeat, board: Board) -> None:
    with pytest.raises(Invalid, match="is no name of a board"):
        Leaderboards(app).board("a b")
    with pytest.raises(Invalid, match="is no id of an entry"):
        Set("", 1)
    with pytest.raises(Invalid, match="is no id of an entry"):
        Remove("a\nb")
    with pytest.raises(Invalid, match="points of 'ann' is an int from"):
        Set("ann", 2**63)
    with pytest.raises(Invalid, match=r"points of 'ann' is an int.*not 1\.5"):
        Add("ann", 1.5)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="names an entry twice"):
        await board.update("1", Add("ann", 1), Add("ann", 2))
    with pytest.raises(Invalid, match="1 to 1,000 changes"):
        await board.update("1")
    with pytest.raises(Invalid, match="ranking is"):
        Rules("olympic")  # type: ignore[arg-type]


def keys(server: PrivateServer) -> list[bytes | str]:
    """Those of boards."""
    found = server.client.keys("*{S:leaderboards:*")
    assert isinstance(found, list)
    return found
