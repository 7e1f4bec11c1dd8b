"""Verifies one queue, for async code; the walk itself is in `verifying`."""

from collections.abc import Awaitable, Callable, Sequence

from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.flaws import Flaw
from backbeat.engine.keys import QueueKeys
from backbeat.engine.session import Session
from backbeat.engine.transport.base import Transport
from backbeat.engine.verifying import Meter, Verifying
from backbeat.engine.verifying_tables import Call
from backbeat.errors import ProtocolError

Ask = Callable[[str, Sequence[Arg]], Awaitable[Reply]]


class QueueChecks:
    """Finds and repairs what is wrong with a queue; made by `QueueClient`."""

    def __init__(self, session: Session, ask: Ask, transport: Transport, keys: QueueKeys) -> None:
        """Send changes through a session, and what may run twice by `ask`."""
        self._session = session
        self._ask = ask
        self._transport = transport
        self._keys = keys

    async def verify(self, *, repair: bool, meter: Meter | None = None) -> list[Flaw]:
        """Walk over the queue; what is wrong with it, and what of that was put right.

        Args:
            repair: Whether to put things right.
            meter: Is told how many entries were looked at, and how many there are about. Defaults
                to nobody.
        """
        walk = Verifying(self._keys, meter, repair=repair).walk()
        try:
            call = next(walk)
            while True:
                try:
                    reply = await self._answer(call)
                except ProtocolError as error:
                    call = walk.throw(error)
                else:
                    call = walk.send(reply)
        except StopIteration as end:
            flaws: list[Flaw] = end.value
            return flaws

    async def _answer(self, call: Call) -> Reply:
        if not call.name:
            return await self._transport.execute(*call.args)
        if call.numbered:
            return await self._session.run(call.name, call.args)
        return await self._ask(call.name, call.args)


class PartitionedChecks:
    """`QueueChecks` over the partitions of one queue, one after the other."""

    def __init__(self, parts: Sequence[QueueChecks]) -> None:
        """Verify through the checks of the partitions."""
        self._parts = parts

    async def verify(self, *, repair: bool, meter: Meter | None = None) -> list[Flaw]:
        """See `QueueChecks.verify`; the meter begins anew with each partition."""
        found = [await part.verify(repair=repair, meter=meter) for part in self._parts]
        return [flaw for flaws in found for flaw in flaws]
