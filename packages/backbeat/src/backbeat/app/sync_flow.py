"""A flow for code without an event loop."""

from backbeat.app.flow_draft import ABOUT, FlowDraft, queues_of
from backbeat.app.flow_room import ask_for_room_sync
from backbeat.app.sync_flow_handle import SyncFlowHandle
from backbeat.app.sync_flow_post import announce_sync, bring_sync


class SyncFlow(FlowDraft):
    """`Flow` for code without an event loop; made by `app.sync.flow()`. Belongs to one thread.

    Attributes:
        id: Id of the flow; the same id is one flow.
    """

    def start(self) -> SyncFlowHandle:
        """Start all jobs that need not wait: all of this happens, or nothing; see `Flow.start`."""
        for queue in self._queues():
            queue.sync.ready()
        connection = self._app.connections.open_sync()
        nodes, home = self._build(connection.now_ms(), connection.limit)
        ask_for_room_sync(connection, home, self.id, nodes)
        announce_sync(connection, queues_of(nodes))
        started = connection.client(home).start_flow(home, self.id, ABOUT, nodes)
        bring_sync(connection, home)
        return SyncFlowHandle(
            self._app, self._queue_of, home, self.id, existing=started == "existing"
        )
