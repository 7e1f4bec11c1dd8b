"""The calls about groups: their rules, and what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backbeat.engine.calls.reply import Arg, Reply, items, number, text

# In the order in which the scripts write them.
RULES: Final = (
    "weight", "concurrency", "starts", "ms", "max_waiting", "priority", "paused", "ordered",
)  # fmt: skip
ALL_GROUPS: Final = "*"

_WIDTH: Final = 6


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What is known of one group.

    Attributes:
        name: Its name.
        active: Its jobs that run.
        waiting: Its jobs that wait.
        held: Why those that wait do not start: paused, concurrency, order, rate; empty: their turn.
        own: Names of the rules that are its own.
        rules: The rules that it runs by; 0 is no bound.
    """

    name: str
    active: int
    waiting: int
    held: str
    own: tuple[str, ...]
    rules: Mapping[str, int]


def configure_group_args(group: str, rules: Mapping[str, str | int]) -> list[Arg]:
    """Arguments of `configure_group`: rules to set; none at all takes back those of its own."""
    return [group, *(part for rule in rules.items() for part in rule)]


def all_groups_args(rules: Mapping[str, str | int]) -> list[Arg]:
    """Arguments of `configure_group` for the rules of all groups, every one of them."""
    whole = {name: rules.get(name, "") for name in RULES} if rules else {}
    return configure_group_args(ALL_GROUPS, whole)


def parse_changed(reply: Reply) -> bool:
    """Whether `configure_group` changed anything."""
    return number(items(reply, 1)[0]) == 1


def parse_refresh(reply: Reply) -> str:
    """Where `refresh_groups` has to go on; empty at the end."""
    return text(reply)


def parse_group(reply: Reply) -> GroupRow:
    """Answer of `get_group`."""
    return _row(items(reply, _WIDTH))


def parse_groups(reply: Reply) -> tuple[str, list[GroupRow]]:
    """Answer of `list_groups`: the cursor of the next page, empty at the end, and the groups."""
    cursor, *rows = items(reply, 1)
    return text(cursor), [_row(rows[i : i + _WIDTH]) for i in range(0, len(rows), _WIDTH)]


def _row(parts: list[Reply]) -> GroupRow:
    own = text(parts[4]).split(":")
    rules = text(parts[5]).split(":")
    return GroupRow(
        name=text(parts[0]),
        active=number(parts[1]),
        waiting=number(parts[2]),
        held=text(parts[3]),
        own=tuple(name for name, value in zip(RULES, own, strict=False) if value),
        rules={name: int(value) for name, value in zip(RULES, rules, strict=True)},
    )
