"""Brings messages from the outboxes of queues to the queues that they are for, without a loop."""

from backbeat.engine.calls.reply import Reply
from backbeat.engine.delivery import Delivery
from backbeat.engine.session import PATIENCE_S, Clock
from backbeat.engine.steps import Step
from backbeat.engine.transport.base import SyncTransport
from backbeat.engine.transport.resend import Resend, answered_sync


class SyncRelay:
    """`Relay` for threads: safe to share between them."""

    def __init__(
        self,
        transport: SyncTransport,
        namespace: str,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Bring nothing yet; see `Relay` for the arguments."""
        self._transport = transport
        self._patience = patience
        self._delivery = Delivery(namespace, clock)

    def bring(self, *queues: str, probe: bool = False) -> int:
        """See `Relay.bring`."""
        steps, reply = self._delivery.bring(queues, probe=probe), None
        try:
            while True:
                reply = self._send(steps.send(reply))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return] # as `Delivery.bring` declares it

    def _send(self, step: Step) -> Reply:
        def once() -> Reply:
            if step.script is None:
                return self._transport.execute(*step.command)
            return self._transport.script(step.script, step.command)

        return answered_sync(once, Resend(self._patience))
