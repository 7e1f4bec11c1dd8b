"""Alerts: what is wrong, by which rules, and of what nobody is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

from backbeat.alerts import ActiveAlert, AlertBook, AlertSetup, Happened, Rule, Silence
from backbeat.app import Backbeat
from backbeat.app.redaction import Redactor
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.guard import Guard
from backbeat.gateway.service.resource import Resource

_OF_EVERY_RULE = frozenset(each.name for each in fields(Rule))


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule, its channels by name, and the numbers that only its kind has."""

    name: str
    kind: str
    severity: str
    lasting: bool
    cooldown: float
    queues: tuple[str, ...]
    channels: tuple[str, ...]
    settings: Mapping[str, Any]


class Alerts(Resource):
    """Alerts, for callers who may; rules are those of the watchers' setup."""

    def __init__(
        self,
        app: Backbeat,
        guard: Guard,
        redactor: Redactor,
        setup: Callable[[], AlertSetup] = AlertSetup.load,
    ) -> None:
        """Ask nothing yet.

        Args:
            app: The application.
            guard: Decides what a caller may.
            redactor: Takes secrets out.
            setup: What watchers look by; asked once. Defaults to the project's file.
        """
        super().__init__(app, guard, redactor)
        self._load = setup

    async def active(self, caller: Caller) -> Sequence[ActiveAlert]:
        """The alerts that are there, of queues that the caller may see; the facts as they may."""
        may = caller.principal.may
        found = await self._book.active()
        return [
            self._shown(alert, readable=may(Action.READ_DATA, queue_of(alert.key)))
            for alert in found
            if may(Action.VIEW, queue_of(alert.key))
        ]

    async def history(self, caller: Caller, count: int) -> Sequence[Happened]:
        """What happened to alerts and to those who bring them, the newest first."""
        self._guard.check(caller, Action.READ_DATA)
        found = await self._book.history(count)
        return [replace(each, text=self._redactor.text(each.text)) for each in found]

    async def rules(self, caller: Caller) -> Sequence[RuleView]:
        """By what watchers look."""
        self._guard.check(caller, Action.VIEW)
        return [_rule(rule, self._setup) for rule in self._setup.rules]

    async def silences(self, caller: Caller) -> Sequence[Silence]:
        """Of what nobody is told."""
        self._guard.check(caller, Action.VIEW)
        found = await self._book.silences()
        return [replace(each, reason=self._redactor.text(each.reason)) for each in found]

    async def silence(self, caller: Caller, pattern: str, seconds: float, reason: str) -> None:
        """Tell nobody of some alerts for so long; 0 ends that."""
        self._guard.check(caller, Action.CONFIGURE)
        what = "alerts.silence" if seconds else "alerts.unsilence"
        new = {"seconds": seconds, "reason": reason}
        async with self._guard.act(caller, Action.CONFIGURE, what, subjects=[pattern], new=new):
            await self._book.silence(pattern, seconds, reason)

    @cached_property
    def _setup(self) -> AlertSetup:
        return self._load()

    @cached_property
    def _book(self) -> AlertBook:
        return AlertBook(self._app)

    def _shown(self, alert: ActiveAlert, *, readable: bool) -> ActiveAlert:
        about = self._redactor.value(dict(alert.about))
        return replace(alert, about=about if readable else {**about, "data": None})


def queue_of(key: str) -> str:
    """The queue that an alert is about: a key is a rule, a queue, and what of it."""
    return key.partition("|")[2].partition("|")[0]


def _rule(rule: Rule, setup: AlertSetup) -> RuleView:
    every_channel = tuple(channel.name for channel in setup.channels)
    own = {name: value for name, value in asdict(rule).items() if name not in _OF_EVERY_RULE}
    return RuleView(
        rule.name, rule.kind, rule.severity, rule.lasting, rule.cooldown, rule.queues,
        rule.channels or every_channel, own,
    )  # fmt: skip
