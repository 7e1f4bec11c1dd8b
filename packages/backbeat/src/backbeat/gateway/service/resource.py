"""What the resources have in common."""

from backbeat.app import Backbeat, Queue
from backbeat.app.redaction import Redactor
from backbeat.errors import QueueNotFound
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.guard import Guard


class Resource:
    """One kind of thing that can be asked about and acted on."""

    def __init__(self, app: Backbeat, guard: Guard, redactor: Redactor) -> None:
        """Ask nothing yet."""
        self._app = app
        self._guard = guard
        self._redactor = redactor

    async def _queue(
        self, caller: Caller, action: Action, name: str, job: str | None = None
    ) -> Queue:
        """A queue that is there, for somebody who may.

        Raises:
            Forbidden: The caller may not, whether there is one or not.
            QueueNotFound: There is none.
        """
        self._guard.check(caller, action, name, job)
        return await self._known(name)

    async def _known(self, name: str) -> Queue:
        """A queue that is on the server, or declared here."""
        if name not in self._app.queues and name not in await self._app.queue_names():
            raise QueueNotFound(name)
        return self._app.queue(name)

    async def _visible(
        self, caller: Caller, action: Action = Action.VIEW, job: str | None = None
    ) -> list[str]:
        """The queues in which the caller may; all that are on the server or declared here."""
        names = sorted({*await self._app.queue_names(), *self._app.queues})
        return [name for name in names if caller.principal.may(action, name, job)]
