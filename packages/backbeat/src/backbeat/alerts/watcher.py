"""Looks at all queues by all rules, raises what it finds, and has it brought to people."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec

from backbeat.alerts.alert import Finding
from backbeat.alerts.book import AlertBook
from backbeat.alerts.channels.channel import Event, Notice
from backbeat.alerts.courier import Courier
from backbeat.alerts.facts import Facts
from backbeat.alerts.rule import Rule
from backbeat.alerts.setup import AlertSetup
from backbeat.app import Queue
from backbeat.app.application import Backbeat
from backbeat.app.times import moment
from backbeat.engine.alerts.client import AlertClient
from backbeat.errors import BackbeatError, LockLost

logger = logging.getLogger("backbeat.alerts")

LOCK: Final = "backbeat:alerts"
_STEP_S: Final = 1.0
# A pager is sent no megabytes.
_LONGEST: Final = 8_192
_MOST: Final = 100


class Watcher:
    """Any number may run; one of them leads, and the next takes over when its lease is over.

    Guarantees: an alert that lasts is raised once until it recovers; each notice is brought to each
    of its channels at least once, or is in the log as abandoned. Should two lead for a moment, they
    raise nothing twice: what is raised is decided in the store.
    """

    def __init__(self, app: Backbeat, setup: AlertSetup, *, lease: float = 15.0) -> None:
        """Look at nothing yet.

        Args:
            app: The application; queues are those on its server.
            setup: Rules and channels.
            lease: Seconds after which another one leads, should this one die. Defaults to 15.
        """
        self._app = app
        self._setup = setup
        self._lease = lease
        self._book = AlertBook(app)
        self._redactor = app.redactor.bounded(longest=_LONGEST, most=_MOST)
        self._channels = {channel.name for channel in setup.channels}

    async def run(self) -> None:
        """Lead or wait to lead, until cancelled."""
        while True:
            try:
                async with self._app.lock(LOCK, ttl=self._lease):
                    logger.info("this watcher leads")
                    await self._lead()
            except LockLost as error:
                logger.warning("this watcher leads no more: %s", error)
            except BackbeatError as error:
                logger.warning("watching goes on later: %s", error)
                await asyncio.sleep(_STEP_S)

    async def look(self) -> None:
        """Look at all queues once, and raise what is found."""
        client = await self._book.client()
        active = {row.key for row in await client.active()}
        queues = await self._app.known_queues()
        for queue in queues:
            facts = Facts(self._app, queue, client)
            for rule in self._setup.rules:
                if rule.watches(queue.name):
                    await self._apply(client, rule, facts, active)
        await self._close_orphans(client, active, queues)

    async def deliver(self) -> None:
        """Bring what is due, and wait until that is done."""
        courier = await self._courier()
        await courier.step()
        await courier.settled()

    async def test(self) -> dict[str, str]:
        """Bring a notice to each channel that says it is a test; what went wrong, by channel."""
        finding = Finding("test", "this is a test: nothing is wrong")
        notice = await self._notice("test", "TEST", "test", "info", finding)
        failed: dict[str, str] = {}
        for channel in self._setup.channels:
            try:
                await channel.deliver(notice)
            except Exception as error:  # noqa: BLE001 - whatever it is, that is what was asked
                failed[channel.name] = str(error) or type(error).__name__
        return failed

    async def _lead(self) -> None:
        courier = await self._courier()
        looking = asyncio.create_task(self._keep_looking())
        try:
            while not looking.done():
                await courier.step()
                await asyncio.wait([looking], timeout=_STEP_S)
            await looking
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError, BackbeatError):
                await looking
            await courier.close()

    async def _courier(self) -> Courier:
        client, channels = await self._book.client(), self._setup.channels
        return Courier(client, channels, redactor=self._redactor)

    async def _keep_looking(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._setup.every)

    async def _apply(self, client: AlertClient, rule: Rule, facts: Facts, active: set[str]) -> None:
        place = f"{rule.name}|{facts.queue.name}"
        try:
            findings = await rule.look(facts)
        except Exception:
            # One queue that cannot be read, or one rule that is broken, must not hide the others.
            logger.exception("rule %s could not look at %s", rule.name, facts.queue.name)
            return
        found = {f"{rule.name}|{finding.subject}": finding for finding in findings}
        for key, finding in found.items():
            await self._raise(client, rule, key, finding)
        await rule.told(facts)
        over = [key for key in active if key == place or key.startswith(place + "|")]
        for key in over:
            if key not in found:
                await self._recover(client, key, rule)

    async def _raise(self, client: AlertClient, rule: Rule, key: str, finding: Finding) -> None:
        notice = await self._notice("raised", rule.kind, rule.name, rule.severity, finding)
        answer = await client.raised(
            notice.id, key, lasting=rule.lasting, cooldown_ms=round(rule.cooldown * 1000),
            channels=self._names(rule.channels), body=msgspec.json.encode(notice).decode(),
        )  # fmt: skip
        if answer == "raised":
            logger.warning("alert %s: %s", key, notice.summary)

    async def _recover(self, client: AlertClient, key: str, rule: Rule | None) -> None:
        name, _, subject = key.partition("|")
        kind = name.upper() if rule is None else rule.kind
        severity = "info" if rule is None else rule.severity
        finding = Finding(subject, f"{key} is over")
        notice = await self._notice("recovered", kind, name, severity, finding)
        over = await client.recovered(
            notice.id, key, cooldown_ms=0 if rule is None else round(rule.cooldown * 1000),
            channels=self._names(() if rule is None else rule.channels),
            body=msgspec.json.encode(notice).decode(),
        )  # fmt: skip
        if over:
            logger.info("alert %s is over", key)

    async def _close_orphans(
        self, client: AlertClient, active: set[str], queues: Sequence[Queue]
    ) -> None:
        """End alerts whose rule or queue is no more: nobody else would."""
        known = {queue.name for queue in queues}
        watching = {rule.name: rule for rule in self._setup.rules}
        for key in active:
            name, _, subject = key.partition("|")
            queue, rule = subject.partition("|")[0], watching.get(name)
            if rule is None or queue not in known or not rule.watches(queue):
                await self._recover(client, key, rule)

    async def _notice(
        self, event: Event, kind: str, rule: str, severity: str, finding: Finding
    ) -> Notice:
        connection = await self._app.connections.open()
        return Notice(
            id=secrets.token_hex(12),
            event=event,
            kind=kind,
            key=f"{rule}|{finding.subject}",
            rule=rule,
            severity=severity,
            summary=self._redactor.text(finding.summary),
            at=moment(connection.now_ms()).isoformat(),
            data=self._redactor.value(msgspec.to_builtins(dict(finding.data))),
        )

    def _names(self, wanted: Sequence[str]) -> list[str]:
        return sorted(self._channels.intersection(wanted) if wanted else self._channels)
