"""How a job gets its group, and what the groups of a queue may that have no rules of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backbeat.app.fields import arguments_of, fill, names_in
from backbeat.app.group_rules import GroupRules, rule_fields
from backbeat.engine.ids import check_group
from backbeat.errors import ConfigurationError, InvalidOption
from backbeat.values import Rate

# A name with arguments in braces, or a function from the arguments by name.
GroupRule = str | Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups:
    """What each group of a queue may that has no rules of its own.

    Groups take turns: whoever has jobs waiting gets the same share of the starts, or one by weight.

    Attributes:
        concurrency: Jobs of a group that run at once, over all workers. Defaults to no limit.
        rate: Jobs of a group that start in a time: in no window are there more. Defaults to no
            limit.
        max_waiting: Jobs that may wait in a group; more are refused with `GroupFull`. Delayed jobs
            do not count. Defaults to no limit.
        weight: Share of a group against the others, 1 to 100. Defaults to 1.
        ordered: Whether jobs of a group run one after the other, in the order of enqueueing. A
            job that failed or lost its worker comes first again; its group waits for a delayed
            retry or a snooze. Defaults to False.
    """

    concurrency: int | None = None
    rate: Rate | None = None
    max_waiting: int | None = None
    weight: int = 1
    ordered: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no sense, naming the field."""
        if self.ordered and self.concurrency not in {None, 1}:
            raise InvalidOption("ordered=True means concurrency=1: drop concurrency=")
        rule_fields(self._rules())

    def fields(self) -> dict[str, str | int]:
        """What the server has to know of it."""
        return rule_fields(self._rules())

    def _rules(self) -> GroupRules:
        return GroupRules(
            concurrency=self.concurrency,
            rate=self.rate,
            max_waiting=self.max_waiting,
            weight=self.weight,
            ordered=self.ordered,
        )


def check_rule(rule: GroupRule, label: str, names: set[str]) -> None:
    """Refuse a rule that names what is no argument of a handler.

    Raises:
        ConfigurationError: It does.
    """
    if isinstance(rule, str) and (unknown := set(names_in(rule)) - names):
        raise ConfigurationError(f"{label}: group= names {min(unknown)!r}, no argument of it")


def group_name(rule: GroupRule, payload: bytes) -> str:
    """The group of a job; where the filled in text could be no name, its digest.

    Args:
        rule: What gives it.
        payload: The arguments as JSON.

    Raises:
        InvalidOption: It names an argument that is not there, or gives something that is no name.
    """
    if isinstance(rule, str):
        return check_group(fill(rule, payload))
    group = rule(arguments_of(payload))
    return check_group(group) if group else ""
