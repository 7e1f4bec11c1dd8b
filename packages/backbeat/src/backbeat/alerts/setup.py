"""Which rules look, and who brings what they find: in code, or out of the project's file."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self, TypeVar

import msgspec

from backbeat.alerts.channels.apprise import Apprise
from backbeat.alerts.channels.channel import Channel
from backbeat.alerts.channels.webhook import Webhook
from backbeat.alerts.jobs import JobAge, JobFailed
from backbeat.alerts.processes import BlockedLoop, MemoryGrowth, NoWorkers
from backbeat.alerts.queues import BacklogAge, DeadLetters, FailureRate, QueueStalled
from backbeat.alerts.rule import Rule
from backbeat.alerts.schedules import MissedSchedule
from backbeat.config.layers import alerts_table
from backbeat.config.project import find_project_root
from backbeat.errors import ConfigurationError, InvalidOption

_RULES: Final[tuple[type[Rule], ...]] = (
    JobFailed, FailureRate, QueueStalled, BacklogAge, DeadLetters, MissedSchedule, NoWorkers,
    MemoryGrowth, BlockedLoop, JobAge,
)  # fmt: skip
KINDS: Final[Mapping[str, type[Rule]]] = {rule.kind.lower(): rule for rule in _RULES}
T = TypeVar("T")

_ENVIRONMENT: Final = "env:"
_WEBHOOK: Final = frozenset({"name", "type", "url", "keys", "timeout", "insecure", "private"})
_APPRISE: Final = frozenset({"name", "type", "url"})


@dataclass(frozen=True, kw_only=True)
class AlertSetup:
    """Rules and channels.

    Attributes:
        rules: What is looked at. Defaults to one rule of each kind, with its defaults.
        channels: Who brings it. Defaults to nobody: alerts are in the store and the log only.
        every: Seconds between two looks. Defaults to 15.
    """

    rules: Sequence[Rule] = field(default_factory=lambda: [kind() for kind in KINDS.values()])
    channels: Sequence[Channel] = ()
    every: float = 15.0

    def __post_init__(self) -> None:
        """Check that names are unique and that rules name channels that are there.

        Raises:
            InvalidOption: They are not, or `every` makes no sense.
        """
        if not 1 <= self.every <= 3_600:
            raise InvalidOption(f"alerts look every 1 to 3,600 s, not every {self.every!r}")
        for what, names in (
            ("rules", [rule.name for rule in self.rules]),
            ("channels", [channel.name for channel in self.channels]),
        ):
            if twice := {name for name in names if names.count(name) > 1}:
                raise InvalidOption(f"two {what} are called {min(twice)!r}: give one a name=")
        known = {channel.name for channel in self.channels}
        for rule in self.rules:
            if missing := set(rule.channels) - known:
                raise InvalidOption(f"rule {rule.name!r}: there is no channel {min(missing)!r}")

    @classmethod
    def load(cls) -> Self:
        """What the project's file says: `[tool.backbeat.alerts]`, or `[alerts]` of backbeat.toml.

        Values that begin with `env:` are those of environment variables.

        Raises:
            ConfigurationError: The file says something that cannot be meant; the message says what.
        """
        table, origin = alerts_table(find_project_root())
        try:
            return cls.parse(table)
        except (InvalidOption, ConfigurationError) as error:
            raise ConfigurationError(f"{origin}: {error}") from error

    @classmethod
    def parse(cls, table: Mapping[str, Any]) -> Self:
        """What a table says.

        Raises:
            ConfigurationError: It says something that cannot be meant.
            InvalidOption: A value makes no sense.
        """
        _only(table, {"rules", "channels", "every"}, "alerts")
        given: dict[str, Any] = {}
        if "rules" in table:
            given["rules"] = [_rule(each) for each in _tables(table, "rules")]
        given["channels"] = [_channel(each) for each in _tables(table, "channels")]
        if "every" in table:
            given["every"] = _convert(table["every"], float, "every")
        return cls(**given)


def _rule(table: Mapping[str, Any]) -> Rule:
    kind = KINDS.get(str(table.get("kind", "")))
    if kind is None:
        raise ConfigurationError(
            f"kind of a rule is one of {', '.join(KINDS)}: {dict(table)!r:.80}"
        )
    values = {name: value for name, value in table.items() if name != "kind"}
    _only(values, {each.name for each in fields(kind)}, f"rule {table['kind']}")
    return _convert(values, kind, f"rule {table['kind']}")


def _channel(table: Mapping[str, Any]) -> Channel:
    values = {name: _secret(value) for name, value in table.items()}
    kind, name = values.get("type"), str(values.get("name", ""))
    what = f"channel {name!r}"
    if kind not in ("webhook", "apprise"):
        raise ConfigurationError(f'{what}: type is "webhook" or "apprise"')
    _only(values, _WEBHOOK if kind == "webhook" else _APPRISE, what)
    if not isinstance(values.get("url"), str):
        raise ConfigurationError(f"{what}: url is missing")
    if kind == "apprise":
        return Apprise(name, values["url"])
    return Webhook(
        name,
        values["url"],
        keys=_convert(values.get("keys", []), list[str], f"{what}: keys"),
        timeout=_convert(values.get("timeout", 10.0), float, f"{what}: timeout"),
        insecure=_convert(values.get("insecure", False), bool, f"{what}: insecure"),
        private=_convert(values.get("private", False), bool, f"{what}: private"),
    )


def _secret(value: Any) -> Any:
    """The value itself, or that of the variable that it names."""
    if isinstance(value, list):
        return [_secret(each) for each in value]
    if not isinstance(value, str) or not value.startswith(_ENVIRONMENT):
        return value
    name = value.removeprefix(_ENVIRONMENT)
    found = os.environ.get(name)
    if not found:
        raise ConfigurationError(f"the environment variable {name} is not set")
    return found


def _tables(table: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return _convert(table.get(name, []), list[dict[str, Any]], name)


def _only(table: Mapping[str, Any], known: set[str] | frozenset[str], what: str) -> None:
    if unknown := sorted(set(table) - known):
        raise ConfigurationError(
            f"{what}: there is no {unknown[0]!r}; there is {', '.join(sorted(known))}"
        )


def _convert(value: Any, kind: type[T], what: str) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{what}: {error}") from None
