"""The part of the walk over a queue that looks at what has a name: keys, schedules, families.

Each table is read page by page; a script judges some names at one moment, another puts them right.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

from backbeat.engine.calls.reply import Arg, Reply, items, number, text
from backbeat.engine.flaws import WORDS, Flaw
from backbeat.engine.keys import QueueKeys

SENTINEL: Final = b"~" * 65


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the walk: a script, or a plain command.

    Attributes:
        name: Of the script; empty for a command.
        args: What comes after the time, or the whole command.
        numbered: Whether it changes something.
    """

    name: str
    args: tuple[Arg, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Something that has names.

    Attributes:
        keys: Where the names are: the command that reads a page, and the key.
        script: What comes after `verify_` and `mend_`.
        page: How many names a script takes.
    """

    keys: tuple[tuple[str, str], ...]
    script: str
    page: int


TABLES: Final = (
    Table((("HSCAN", "unique"), ("ZSCAN", "unique_until")), "unique", 200),
    Table(
        (("HSCAN", "schedules"), ("HSCAN", "schedule_states"), ("ZSCAN", "schedule_due")),
        "schedules",
        20,
    ),
    Table(
        (("HSCAN", "parents"), ("HSCAN", "dependents"), ("ZSCAN", "waiting_children")),
        "families",
        10,
    ),
    Table((("ZSCAN", "flows"),), "flows", 10),
)
Walk = Generator[Call, Reply, list[Flaw]]


def walk_tables(keys: QueueKeys, *, repair: bool) -> Walk:
    """All calls; its result is what was found, or put right."""
    found: list[Flaw] = []
    for table in TABLES:
        found += yield from _walk(keys, table, repair=repair)
    return found


def scan(command: str, key: str, cursor: bytes) -> Generator[Call, Reply, tuple[bytes, list[str]]]:
    """A page of the fields or members of a key, and the next cursor; b"0" at the end."""
    following, found = items((yield Call("", (command, key, cursor, "COUNT", 100))), 2)
    names = items(found, 0)[::2]
    return bytes(str(number(following)), "ascii"), [
        text(name) for name in names if name != SENTINEL
    ]


def pairs(reply: Reply) -> list[tuple[str, str]]:
    """Two by two."""
    words: Iterator[str] = (text(each) for each in items(reply, 0))
    return list(zip(words, words, strict=True))


def _walk(keys: QueueKeys, table: Table, *, repair: bool) -> Walk:
    found: dict[tuple[str, str], Flaw] = {}
    for command, name in table.keys:
        cursor = b"0"
        while True:
            cursor, names = yield from scan(command, keys.key(name), cursor)
            for at in range(0, len(names), table.page):
                some = tuple(names[at : at + table.page])
                for flaw in (yield from _judge(keys, table, some, repair=repair)):
                    found.setdefault((flaw.what, flaw.subject), flaw)
            if cursor == b"0":
                break
    return list(found.values())


def _judge(keys: QueueKeys, table: Table, names: tuple[str, ...], *, repair: bool) -> Walk:
    """What is wrong with some names. Only those are written to with which something is."""
    wrong = pairs((yield Call(f"verify_{table.script}", names)))
    mended: list[tuple[str, str]] = []
    if repair and wrong:
        some = tuple(dict.fromkeys(name for name, _ in wrong))
        mended = pairs((yield Call(f"mend_{table.script}", some, numbered=True)))
    rows = dict.fromkeys([*mended, *wrong])
    return [
        Flaw(keys.queue, what, name, WORDS[what], (name, what) in mended) for name, what in rows
    ]
