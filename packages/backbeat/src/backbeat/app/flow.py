"""A flow: jobs that wait for others, said at once and started together."""

from backbeat.app.flow_draft import ABOUT, FlowDraft, queues_of
from backbeat.app.flow_handle import FlowHandle
from backbeat.app.flow_post import announce, bring
from backbeat.app.flow_room import ask_for_room


class Flow(FlowDraft):
    """Jobs that wait for others; made by `app.flow()`.

    Attributes:
        id: Id of the flow; the same id is one flow.
    """

    async def start(self) -> FlowHandle:
        """Start all jobs that need not wait: all of this happens, or nothing.

        What is recorded is brought to its end also if this process dies at any moment. The record
        is kept in the queue of the job that was added last.

        Returns:
            A handle; its `existing` says that there was a flow of this id already: nothing was
            started then.

        Raises:
            InvalidOption: There are no jobs, more than 500, or two of one id.
            PayloadTooLarge: The arguments of a job are larger than the limit.
            QueueFull: A queue is full, or has no room for those that need not wait.
            QueueClosed: A queue is being obliterated.
            ServerUnavailable: The server cannot be reached, or refuses.
            OutcomeUnknown: It was sent and never answered: repeat it with the same id.
        """
        for queue in self._queues():
            await queue.ready()
        connection = await self._app.connections.open()
        nodes, home = self._build(connection.now_ms(), connection.limit)
        await ask_for_room(connection, home, self.id, nodes)
        await announce(connection, queues_of(nodes))
        started = await connection.client(home).start_flow(home, self.id, ABOUT, nodes)
        await bring(connection, home)
        return FlowHandle(self._app, self._queue_of, home, self.id, existing=started == "existing")
