"""Drives the scripts of alerts as watchers and couriers do, at a time that the test sets."""

from typing import Final, cast

import redis

from backbeat.engine.alerts.keys import AlertKeys
from backbeat.engine.alerts.scripts import alert_scripts
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.scripts import NameScripts
from packages.backbeat.tests.support.queue_bench import START_MS

COOLDOWN_MS: Final = 60_000
LEASE_MS: Final = 30_000


class AlertBench:
    """The alerts of an installation on a store.

    Attributes:
        client: The plain client library, to look behind the scenes.
        keys: The keys of alerts.
        now_ms: The time that every call brings along.
    """

    def __init__(self, client: redis.Redis) -> None:
        """Load the scripts."""
        self.client = client
        self.keys = AlertKeys("bb")
        self.now_ms = START_MS
        self._scripts = NameScripts(alert_scripts(), self.keys)
        self._made = 0
        for script in alert_scripts().values():
            client.script_load(script.text)

    def run(self, script: str, *args: Arg) -> Reply:
        """Run a script."""
        command = self._scripts.command(script, [self.now_ms, *args])
        # The client library has no types for this.
        return cast("Reply", self.client.execute_command(*command))  # type: ignore[no-untyped-call]

    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.now_ms += ms

    def alert(self, key: str = "wet|mails", *, lasting: bool = True) -> Reply:
        """An alert is there."""
        return self.run("raise", self._id(), key, int(lasting), COOLDOWN_MS, "box", "{}")

    def recover(self, key: str = "wet|mails") -> Reply:
        """It is over."""
        return self.run("recover", self._id(), key, COOLDOWN_MS, "box", "{}")

    def silence(self, pattern: str, ms: int = 3_600_000) -> Reply:
        """Tell nobody."""
        return self.run("silence", pattern, ms, "why")

    def take(self) -> list[str]:
        """Ids of the notices that a courier gets."""
        reply = cast("list[bytes]", self.run("take", 100, LEASE_MS))
        return [each.decode() for each in reply[::2]]

    def settle(self, delivery: str, attempts: int, wait_ms: int = -1) -> Reply:
        """An attempt was made."""
        return self.run("settle", delivery, attempts, wait_ms, "delivered", "")

    def _id(self) -> str:
        self._made += 1
        return f"n{self._made}"
