"""What every command has in hand: the settings, the way to say things, the way to the queues."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

from backbeat.app import Backbeat, Queue
from backbeat.cli.contact import make_contact
from backbeat.cli.output import Output
from backbeat.config import Settings
from backbeat.errors import BackbeatError, ConfigurationError
from backbeat.worker.loading import load_app


@dataclass(frozen=True)
class Context:
    """One run of one command.

    Attributes:
        settings: Project file, environment and flags, merged.
        output: Where to write.
        alone: Whether an address without an application stands on the command line: then none is
            imported, whatever the settings name.
    """

    settings: Settings
    output: Output
    alone: bool

    @cached_property
    def application(self) -> Backbeat:
        """The application of `--app` or the settings, imported.

        Raises:
            ConfigurationError: None is named, or the named one cannot be had.
        """
        if self.settings.app is None:
            raise ConfigurationError(
                "no application is named: give --app module:attribute, or set app under"
                " [tool.backbeat], or BACKBEAT_APP"
            )
        return _import(self.settings.app)

    @property
    def asks_application(self) -> bool:
        """Whether `connected` gives the user's application, with its handlers."""
        return self.settings.app is not None and not self.alone

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Backbeat]:
        """An application to ask about queues, connected until the end of the block.

        The address may stand in the code of an application, so that is asked where one is named;
        without an application the address is enough.
        """
        app = self.application if self.asks_application else Backbeat(settings=self.settings)
        try:
            await make_contact(app)
            yield app
        finally:
            await app.close()

    @asynccontextmanager
    async def queue(self, name: str) -> AsyncIterator[Queue]:
        """A queue that is on the server.

        Raises:
            QueueNotFound: There is none of this name.
        """
        async with self.connected() as app:
            yield await app.known_queue(name)


def _import(path: str) -> Backbeat:
    try:
        return load_app(path)
    except BackbeatError:
        raise
    except Exception as error:
        # Whatever goes wrong in the user's own modules is one line here, and whole on request.
        raise ConfigurationError(
            f"{path!r} cannot be imported: {type(error).__name__}: {error}"
            " (--traceback shows where; --url asks the server without it)"
        ) from error
