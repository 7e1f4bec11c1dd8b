"""Brings messages from the outboxes of queues to the queues that they are for, for async code."""

from backbeat.engine.calls.reply import Reply
from backbeat.engine.delivery import Delivery
from backbeat.engine.session import PATIENCE_S, Clock
from backbeat.engine.steps import Step
from backbeat.engine.transport.base import Transport
from backbeat.engine.transport.resend import Resend, answered


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
        self._patience = patience
        self._delivery = Delivery(namespace, clock)

    async def bring(self, *queues: str, probe: bool = False) -> int:
        """Bring all messages of these queues, and those that follow from them.

        Args:
            *queues: Whose outboxes to empty.
            probe: Whether to ask also targets for which there is nothing: after a failover they
                may have forgotten what they had received. And to let queues forget what they told
                each other more than a day ago. Defaults to False.

        Returns:
            How many messages were brought.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses for good; bringing them
                again later is safe.
        """
        steps, reply = self._delivery.bring(queues, probe=probe), None
        try:
            while True:
                reply = await self._send(steps.send(reply))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return] # as `Delivery.bring` declares it

    async def _send(self, step: Step) -> Reply:
        async def once() -> Reply:
            if step.script is None:
                return await self._transport.execute(*step.command)
            return await self._transport.script(step.script, step.command)

        return await answered(once, Resend(self._patience))
