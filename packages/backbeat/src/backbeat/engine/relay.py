"""Brings messages from the outboxes of queues to the queues that they are for.

A message is brought at least once and received once: each outbox is read in order, and the target
remembers the number of the last one that it has received. Whoever brings them may die at any
moment, and any number may do so at the same time: what was received is passed over.
"""

from collections.abc import Sequence
from typing import Final

from backbeat.engine.calls import flow as calls
from backbeat.engine.calls.flow import Letter
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.keys import QueueKeys
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import PATIENCE_S, Clock
from backbeat.engine.transport.base import Transport
from backbeat.engine.transport.resend import Resend, answered

_MOST: Final = 100
_MAX_BYTES: Final = 1_048_576


class Relay:
    """Empties outboxes. Belongs to one event loop."""

    def __init__(
        self,
        transport: Transport,
        namespace: str,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Bring nothing yet.

        Args:
            transport: Where calls go.
            namespace: That of the queues.
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
            patience: Seconds for which a call is sent again until answered. Defaults to 60.
        """
        self._transport = transport
        self._namespace = namespace
        self._clock = clock
        self._patience = patience
        self._scripts: dict[str, QueueScripts] = {}

    async def bring(self, *queues: str, probe: bool = False) -> int:
        """Bring all messages of these queues, and those that follow from them.

        Args:
            *queues: Whose outboxes to empty.
            probe: Whether to ask also targets for which there is nothing: after a failover they
                may have forgotten what they had received. Defaults to False.

        Returns:
            How many messages were brought.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses for good; bringing them
                again later is safe.
        """
        brought, waiting = 0, list(dict.fromkeys(queues))
        while waiting:
            source = waiting.pop(0)
            for target, (written, seen) in (await self._outboxes(source)).items():
                if written <= seen and not probe:
                    continue
                count, post = await self._empty(source, target, seen)
                brought += count
                if post and target not in waiting:
                    waiting.append(target)
            probe = False
        return brought

    async def _outboxes(self, source: str) -> dict[str, tuple[int, int]]:
        key = self._keys(source).key("outboxes")
        return calls.read_outboxes(await self._execute("HGETALL", key))

    async def _empty(self, source: str, target: str, seen: int) -> tuple[int, bool]:
        """Bring what is after a number; how much it was, and whether the target has messages."""
        brought, post = 0, False
        while True:
            letters = await self._read(source, target, seen)
            args = calls.receive_args(source, seen, letters)
            last, more = calls.parse_receive(await self._run(target, "receive", args))
            brought += len(letters)
            post = post or more
            back = last < seen
            if letters or back:
                args = calls.acknowledge_args(target, last, back=back)
                await self._run(source, "acknowledge", args)
            if not letters and (not back or not await self._read(source, target, last)):
                return brought, post
            seen = last

    async def _read(self, source: str, target: str, seen: int) -> list[Letter]:
        outbox = self._keys(source).outbox(target)
        reply = await self._execute("XRANGE", outbox, f"({seen}-0", "+", "COUNT", _MOST)
        letters = calls.read_outbox(reply)
        size = 0
        for count, letter in enumerate(letters, start=1):
            size += len(letter.data) + len(letter.args)
            if size > _MAX_BYTES:
                return letters[:count]
        return letters

    def _keys(self, queue: str) -> QueueKeys:
        return self._of(queue).keys

    def _of(self, queue: str) -> QueueScripts:
        found = self._scripts.get(queue)
        if found is None:
            found = self._scripts[queue] = QueueScripts(QueueKeys(self._namespace, queue))
        return found

    async def _run(self, queue: str, name: str, tail: Sequence[Arg]) -> Reply:
        scripts = self._of(queue)
        script = scripts.script(name)
        command = scripts.command(name, (self._clock() if self._clock else 0, *tail))
        resend = Resend(self._patience)
        return await answered(lambda: self._transport.script(script, command), resend)

    async def _execute(self, *command: Arg) -> Reply:
        resend = Resend(self._patience)
        return await answered(lambda: self._transport.execute(*command), resend)
