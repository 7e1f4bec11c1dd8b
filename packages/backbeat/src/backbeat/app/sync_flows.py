"""The flows of an application, for code without an event loop."""

from backbeat.app.flow_draft import QueueOf
from backbeat.app.flow_info import FlowInfo, newest, read_flow
from backbeat.app.home import Home
from backbeat.app.sync_flow_handle import SyncFlowHandle
from backbeat.app.sync_flow_post import flow_homes_sync
from backbeat.errors import FlowNotFound


def find_flow_sync(app: Home, queue_of: QueueOf, flow_id: str, home: str | None) -> SyncFlowHandle:
    """See `find_flow`."""
    connection = app.connections.open_sync()
    for name in [home] if home is not None else flow_homes_sync(connection):
        if connection.client(name).get_flow(flow_id, 0, 0) is not None:
            return SyncFlowHandle(app, queue_of, name, flow_id)
    raise FlowNotFound(flow_id)


def last_flows_sync(app: Home, limit: int) -> list[FlowInfo]:
    """See `last_flows`."""
    connection = app.connections.open_sync()
    found = [
        read_flow(name, line.id, line)
        for name in flow_homes_sync(connection)
        for line in connection.client(name).list_flows(0, limit)
    ]
    return newest(found, limit)
