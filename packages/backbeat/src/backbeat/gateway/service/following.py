"""What may be followed as it happens, and by whom."""

from backbeat.app import Queue
from backbeat.app.redaction import Redactor
from backbeat.errors import JobNotFound
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Following(Resource):
    """Queues and jobs, for callers who may follow them."""

    @property
    def redactor(self) -> Redactor:
        """Takes secrets out of what is told."""
        return self._redactor

    async def queue(self, caller: Caller, name: str, job_id: str | None = None) -> Queue:
        """A queue of which the caller may follow everything, or one job.

        Raises:
            Forbidden: The caller may not, whether there is one or not.
            QueueNotFound: There is none.
        """
        return await self._queue(caller, Action.VIEW, name, job_id)

    async def queue_of(self, caller: Caller, job_id: str) -> Queue:
        """The queue that has a job, among those in which the caller may follow it.

        Raises:
            JobNotFound: None of them has it.
        """
        names = await self._visible(caller, job=job_id)
        if len(names) == 1:
            return self._app.queue(names[0])
        for name in names:
            queue = self._app.queue(name)
            if await queue.handle(job_id).state() is not None:
                return queue
        raise JobNotFound(job_id)
