"""What one group may, and what is known of it: as users write and read it."""

from dataclasses import dataclass
from typing import Final, Literal, TypedDict

from backbeat.app.times import whole_ms
from backbeat.engine.calls.groups import GroupRow
from backbeat.errors import InvalidOption
from backbeat.values import Rate

Held = Literal["paused", "concurrency", "order", "rate"]

_MOST: Final = 10**9


class GroupRules(TypedDict, total=False):
    """Rules of one group; what is not given stays as it is, None is no limit.

    Attributes:
        concurrency: Jobs that run at once, over all workers.
        rate: Jobs that start in a time; a window that slides.
        max_waiting: Jobs that may wait; delayed ones do not count.
        weight: Share against the other groups, 1 to 100.
        priority: 0 to 10; the groups of a level go strictly before those of lower ones. It is 5
            where nobody says otherwise.
        paused: Whether none of its jobs starts.
        ordered: Whether its jobs run one after the other, in their order.
    """

    concurrency: int | None
    rate: Rate | None
    max_waiting: int | None
    weight: int
    priority: int
    paused: bool
    ordered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupInfo:
    """A group as it was when asked for, and the rules that it runs by.

    Attributes:
        name: Its name.
        active: Its jobs that run.
        waiting: Its jobs that wait; delayed ones are not counted.
        held: Why those that wait do not start; None where they only wait for their turn.
        concurrency: Jobs that run at once; None: no limit.
        rate: Jobs that start in a time; None: no limit.
        max_waiting: Jobs that may wait; None: no limit.
        weight: Share against the other groups.
        priority: Level among the groups.
        paused: Whether none of its jobs starts.
        ordered: Whether its jobs run one after the other.
        own: Names of the rules that are its own; the others are those of the queue.
    """

    name: str
    active: int
    waiting: int
    held: Held | None
    concurrency: int | None
    rate: Rate | None
    max_waiting: int | None
    weight: int
    priority: int
    paused: bool
    ordered: bool
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A page of groups.

    Attributes:
        groups: The groups, by name.
        cursor: For the next page; None at the end.
    """

    groups: list[GroupInfo]
    cursor: str | None


def rule_fields(rules: GroupRules) -> dict[str, str | int]:
    """Rules as the server reads them.

    Raises:
        InvalidOption: One of them makes no sense; the message names it.
        TypeError: There is no such rule.
    """
    if unknown := rules.keys() - GroupRules.__annotations__.keys():
        raise TypeError(f"there is no rule {min(unknown)!r} for groups")
    fields: dict[str, str | int] = {}
    if "concurrency" in rules:
        fields["concurrency"] = _bound("concurrency", rules["concurrency"])
    if "max_waiting" in rules:
        fields["max_waiting"] = _bound("max_waiting", rules["max_waiting"])
    if "rate" in rules:
        fields["starts"], fields["ms"] = _rate(rules["rate"])
    if "weight" in rules:
        fields["weight"] = _from_to("weight", rules["weight"], 1, 100)
    if "priority" in rules:
        fields["priority"] = _from_to("priority", rules["priority"], 0, 10)
    if "paused" in rules:
        fields["paused"] = int(rules["paused"])
    if "ordered" in rules:
        fields["ordered"] = int(rules["ordered"])
    return fields


def read_group(row: GroupRow) -> GroupInfo:
    """A group as users see it."""
    rules = row.rules
    return GroupInfo(
        name=row.name,
        active=row.active,
        waiting=row.waiting,
        held=_HELD.get(row.held),
        concurrency=rules["concurrency"] or None,
        rate=Rate(rules["starts"], rules["ms"] / 1000) if rules["starts"] else None,
        max_waiting=rules["max_waiting"] or None,
        weight=rules["weight"],
        priority=rules["priority"],
        paused=rules["paused"] == 1,
        ordered=rules["ordered"] == 1,
        own=tuple("rate" if name == "starts" else name for name in row.own if name != "ms"),
    )


def _bound(name: str, most: int | None) -> int:
    return 0 if most is None else _from_to(name, most, 1, _MOST)


def _from_to(name: str, number: int, first: int, last: int) -> int:
    if number not in range(first, last + 1):
        raise InvalidOption(
            f"{name} of groups must be a whole number from {first:,} to {last:,}, not {number!r}"
        )
    return int(number)


def _rate(rate: Rate | None) -> tuple[int, int]:
    if rate is None:
        return 0, 0
    if rate.burst is not None:
        raise InvalidOption("the rate of groups is a window that slides: drop burst=")
    return rate.count, whole_ms(rate.per)


_HELD: Final[dict[str, Held]] = {
    "paused": "paused",
    "concurrency": "concurrency",
    "order": "order",
    "rate": "rate",
}
