"""A cursor that is none is refused by name, before it reaches a script; one that is goes on."""

import random
from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from backbeat import Backbeat, InvalidOption, Queue, State
from backbeat.app import Groups, Page

NONE: Final = [
    "x", "|", "||", "z", "z|", "z||", "z|x|a", "z|1", "z|nan|a", "z|0x10|a", "z|1e9999|a", "a||x",
    "l|", "l|x", "l|-1", "l|1e999", "g|", "g||", "g|1|a", "g|x|a|b", "q|1|a", "0", "-1|", "9|",
    "9|z|1|a", "00000000000|", "1" * 5_000 + "|", "z|1|" + "a" * 1_000, "z|1|a\0b" * 200, "é|1|a",
    "*", "\n",
]  # fmt: skip


def declare(app: Backbeat) -> list[Queue]:
    """A plain queue, one with groups, and one with partitions."""
    return [
        app.queue("plain"),
        app.queue("grouped", groups=Groups()),
        app.queue("spread", partitions=4, partition_by="{n}"),
    ]


Asked = Callable[[str], Awaitable[Page]]


def lists(queue: Queue) -> list[Asked]:
    """Everything of a queue that takes the cursor of a page of jobs."""
    by_state = [
        lambda cursor, state=state: queue.list(state, cursor=cursor, limit=2) for state in State
    ]
    return [*by_state, lambda cursor: queue.dead.list("f", cursor=cursor)]


async def test_what_is_no_cursor_is_refused_by_every_list(app: Backbeat) -> None:
    asked = [ask for queue in declare(app) for ask in lists(queue)]
    for cursor in NONE:
        for ask in asked:
            with pytest.raises(InvalidOption, match="is no cursor") as refused:
                await ask(cursor)
            assert len(str(refused.value)) < 500
        with pytest.raises(InvalidOption, match="is no cursor"):
            app.sync.queue("plain").list(State.WAITING, cursor=cursor)


async def test_whatever_looks_like_a_cursor_is_a_page(app: Backbeat) -> None:
    rng = random.Random(7)
    numbers = ["0", "-1", "1.5", "1e+300", "-9007199254740993", "99999999999999999999", "0.0"]
    names = ["a", "a:b/c", "|", "a|b", "\n", "é", "*", "[", "(", "+", "-", "'; return 1 --"]
    for queue in declare(app):
        await queue.add_many([("do", {"n": n}) for n in range(5)])
        parts = ["0|", "3|"] if queue.options.partitions else [""]
        for _ in range(40):
            part, number, name = rng.choice(parts), rng.choice(numbers), rng.choice(names)
            group = name.strip("|")
            whole = rng.choice([
                f"z|{number}|{name}", f"a|{number}|{name}", f"l|{rng.randrange(9)}",
                f"g|{number}|{group}|{name}", f"g||{rng.choice('abc')}",
            ])  # fmt: skip
            for ask in lists(queue):
                assert len((await ask(part + whole)).jobs) <= 100


async def test_the_cursor_of_every_page_is_one(app: Backbeat) -> None:
    for queue in declare(app):
        grouped = queue.name == "grouped"
        for n in range(9):
            group = f"g{n % 3}" if grouped and n % 2 else None
            await queue.add("do", {"n": n}, priority=n % 3 * 4, group=group)
        seen, cursor = [], ""
        while True:
            page = await queue.list(State.WAITING, cursor=cursor, limit=1)
            seen += [job.id for job in page.jobs]
            if page.cursor is None:
                break
            cursor = page.cursor
        assert len(set(seen)) == 9
