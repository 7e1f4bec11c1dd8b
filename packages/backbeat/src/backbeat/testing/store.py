"""The engine's own scripts in this process: a store for tests, without a server.

Nothing in it outlives the test, and nothing but this process can see it.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from backbeat.config import Settings
from backbeat.engine.transport.base import Reply, UnknownScript
from backbeat.engine.transport.reactions import CONNECTION_ERRORS, reaction
from backbeat.errors import ConfigurationError
from backbeat.lua import Arg, Script
from backbeat.testing.clock import FakeClock

# Like the oldest server that we support.
_VERSION: Final = (7, 0)


class FakeStore:
    """Answers commands at once, from memory. Safe to share by threads and event loops.

    Attributes:
        clock: The time of the store's blocking commands.
    """

    def __init__(self, clock: FakeClock) -> None:
        """Start empty.

        Raises:
            ConfigurationError: The settings say that this is production, or fakeredis is missing.
        """
        refuse_production(Settings.load())
        self.clock = clock
        self._run = _open()
        self._listeners: list[Callable[[], object]] = []

    def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        """Run a script; see `Transport.script`."""
        try:
            return self.execute(*command)
        except UnknownScript:
            return self.execute(*script.in_full(command))

    def execute(self, *command: Arg) -> Reply:
        """Run a command that does not block; the errors are those of a transport."""
        try:
            reply = self.ask(*command)
        finally:
            self._tell()
        return reply

    def ask(self, *command: Arg) -> Reply:
        """Run a command without waking those who wait for a change."""
        try:
            reply: Any = self._run(*command)
        except CONNECTION_ERRORS as error:
            raise reaction(error) from error
        return cast("Reply", reply)

    @contextlib.contextmanager
    def changes(self, on_change: Callable[[], object]) -> Iterator[None]:
        """Have `on_change` called after each command and each move of the clock."""
        self._listeners.append(on_change)
        try:
            with self.clock.listened(on_change):
                yield
        finally:
            self._listeners.remove(on_change)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def refuse_production(settings: Settings) -> None:
    """Refuse to pretend where jobs are real.

    Raises:
        ConfigurationError: The settings say that this is production.
    """
    if settings.production:
        raise ConfigurationError(
            "BACKBEAT_ENV says production: backbeat.testing forgets every job with the process, and"
            " is for tests only"
        )


def _open() -> Callable[..., Any]:
    """What runs a command, with replies as the protocol has them: bytes, integers, None, lists."""
    # Only tests need these two installed.
    try:
        import fakeredis
        import lupa  # type: ignore[import-untyped] # noqa: F401 - fakeredis needs it for scripts
    except ImportError as error:
        raise ConfigurationError(
            f"{error.name} is missing: install backbeat[testing] to run jobs without a server"
        ) from error
    client = fakeredis.FakeRedis(server=fakeredis.FakeServer(version=_VERSION), protocol=2)
    client.response_callbacks.clear()
    return client.execute_command
