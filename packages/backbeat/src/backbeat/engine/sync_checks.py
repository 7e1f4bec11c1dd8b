"""Verifies one queue, for code without an event loop; the walk itself is in `verifying`."""

from collections.abc import Sequence

from backbeat.engine.calls.reply import Reply
from backbeat.engine.flaws import Flaw
from backbeat.engine.keys import QueueKeys
from backbeat.engine.session import SyncSession
from backbeat.engine.sync_dead import SyncAsk
from backbeat.engine.transport.base import SyncTransport
from backbeat.engine.verifying import Meter, Verifying
from backbeat.engine.verifying_tables import Call
from backbeat.errors import ProtocolError


class SyncQueueChecks:
    """`QueueChecks` for threads."""

    def __init__(
        self, session: SyncSession, ask: SyncAsk, transport: SyncTransport, keys: QueueKeys
    ) -> None:
        """Send changes through a session, and what may run twice by `ask`."""
        self._session = session
        self._ask = ask
        self._transport = transport
        self._keys = keys

    def verify(self, *, repair: bool, meter: Meter | None = None) -> list[Flaw]:
        """See `QueueChecks.verify`."""
        walk = Verifying(self._keys, meter, repair=repair).walk()
        try:
            call = next(walk)
            while True:
                try:
                    reply = self._answer(call)
                except ProtocolError as error:
                    call = walk.throw(error)
                else:
                    call = walk.send(reply)
        except StopIteration as end:
            flaws: list[Flaw] = end.value
            return flaws

    def _answer(self, call: Call) -> Reply:
        if not call.name:
            return self._transport.execute(*call.args)
        if call.numbered:
            return self._session.run(call.name, call.args)
        return self._ask(call.name, call.args)


class SyncPartitionedChecks:
    """`PartitionedChecks` for threads."""

    def __init__(self, parts: Sequence[SyncQueueChecks]) -> None:
        """Verify through the checks of the partitions."""
        self._parts = parts

    def verify(self, *, repair: bool, meter: Meter | None = None) -> list[Flaw]:
        """See `PartitionedChecks.verify`."""
        found = [part.verify(repair=repair, meter=meter) for part in self._parts]
        return [flaw for flaws in found for flaw in flaws]
