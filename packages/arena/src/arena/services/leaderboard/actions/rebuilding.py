"""A board put together anew from the rows of the database, while it is in use."""

import secrets
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Final, TypeVar

from arena.services.leaderboard.model.changes import Row
from arena.services.leaderboard.model.rules import check_id
from arena.services.leaderboard.store import BoardStore

_T = TypeVar("_T")

# Rows, or ids, of one call: the server does nothing else for a few milliseconds.
_BATCH: Final = 1_000


async def rebuild(
    store: BoardStore,
    board: str,
    rows: Iterable[Row] | AsyncIterable[Row],
    contained: Iterable[str],
) -> int:
    """See `Board.rebuild`."""
    token = secrets.token_hex(8)
    await store.begin_rebuild(board, token)
    count = 0
    async for batch in _batches(rows):
        await store.load_rows(board, token, count + 1, batch)
        count += len(batch)
    async for updates in _batches(contained):
        await store.contain(board, token, [check_id(each, "an update") for each in updates])
    while True:
        swapped = await store.finish_rebuild(board, token, count)
        if swapped is not None:
            return int(swapped[0])


async def _batches(items: Iterable[_T] | AsyncIterable[_T]) -> AsyncIterator[list[_T]]:
    batch: list[_T] = []
    async for item in _each(items):
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _each(items: Iterable[_T] | AsyncIterable[_T]) -> AsyncIterator[_T]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
