"""A queue as code with an event loop reaches it."""

import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any

from backbeat.app.connections import AsyncConnection
from backbeat.app.decrypting import decrypted
from backbeat.app.encrypted_queues import declaration, may_add
from backbeat.app.encryption import Encryption
from backbeat.app.home import Home
from backbeat.app.info import JobInfo
from backbeat.app.partitions import Spread, agree
from backbeat.app.policy import QueueOptions
from backbeat.engine.calls.reply import text_or_none
from backbeat.engine.client import QueueClient
from backbeat.engine.keys import partitions, registry
from backbeat.engine.partitioned import PartitionedClient
from backbeat.errors import StorageFull


class Contact(ABC):
    """What every question and command begins with: the connection, and the queue made known."""

    app: Home
    name: str
    options: QueueOptions
    spread: Spread | None

    async def connection(self) -> AsyncConnection:
        """The application's connection of this event loop."""
        return self.app.connections.here() or await self.app.connections.open()

    @property
    def encryption(self) -> Encryption | None:
        """Decrypts what its jobs carry, and encrypts it where it is `encrypted`; None: no keys."""
        return None if self.app.keyring is None else Encryption(self.app.keyring, self.name)

    @property
    def encrypts(self) -> Encryption | None:
        """Encrypts what its jobs carry; None: they are not to be encrypted."""
        return self.encryption if self.options.encrypted else None

    @property
    def parts(self) -> tuple[str, ...]:
        """The engine's queues behind this one: its partitions, or just itself."""
        return (self.name,) if self.spread is None else self.spread.parts

    async def client(self) -> QueueClient | PartitionedClient:
        """What the queue is asked and told through."""
        return self._client_of(await self.connection())

    async def ready(self, *, adding: bool = True) -> AsyncConnection:
        """The connection, after the server was told once that there is this queue.

        Args:
            adding: Whether jobs are to be added. Defaults to True.

        Raises:
            ConfigurationError: Others have declared it with other partitions.
            QueueEncrypted: Others have declared it as encrypted, and jobs are to be added.
        """
        connection = await self.connection()
        if connection.wants_time:
            asked_at = time.monotonic()
            connection.learn_time(asked_at, await connection.transport.execute("TIME"))
        if self.name not in connection.announced:
            # A full server knows the name already, or learns it later: workers must go on.
            with suppress(StorageFull):
                await self._announce(connection, adding=adding)
        return connection

    def decrypt(self, info: JobInfo) -> JobInfo:
        """What is known about a job of an encrypted queue, with arguments and result decrypted.

        Raises:
            KeyNotFound: The key that encrypted them is not here.
            DecryptionError: They were changed, or are those of another job.
        """
        return decrypted(info, self.encryption)

    @abstractmethod
    def payload(self, name: str, data: Any) -> bytes:
        """Arguments of a handler as JSON, checked where it is known here.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
        """

    async def _announce(self, connection: AsyncConnection, *, adding: bool) -> None:
        execute, namespace = connection.transport.execute, connection.namespace
        encrypted = self.options.encrypted
        said = await execute(*declaration(namespace, self.name, encrypted))
        allowed = may_add(self.name, encrypted, said, adding=adding)
        there = await execute("HGET", partitions(namespace), self.name)
        if self.spread is not None and there is None:
            # Whoever has partitions says so before the name: a name alone is without.
            if not await execute("SISMEMBER", registry(namespace), self.name):
                await execute("HSETNX", partitions(namespace), self.name, self.spread.text)
            there = await execute("HGET", partitions(namespace), self.name)
        agree(self.name, self.spread, text_or_none(there))
        await execute("SADD", registry(namespace), self.name)
        if allowed:
            connection.announced.add(self.name)

    def _client_of(self, connection: AsyncConnection) -> QueueClient | PartitionedClient:
        if self.spread is None:
            return connection.client(self.name)
        parts = [connection.client(part) for part in self.parts]
        return PartitionedClient(parts, self.spread.partitioning)

    def _fields(self) -> dict[str, str]:
        return self.options.fields(self.options.keep or self.app.keep)
