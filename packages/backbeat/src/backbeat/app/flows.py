"""The flows of an application, wherever they were started."""

from backbeat.app.flow_draft import QueueOf
from backbeat.app.flow_handle import FlowHandle
from backbeat.app.flow_info import FlowInfo, newest, read_flow
from backbeat.app.flow_post import flow_homes
from backbeat.app.home import Home
from backbeat.errors import FlowNotFound


async def find_flow(app: Home, queue_of: QueueOf, flow_id: str, home: str | None) -> FlowHandle:
    """The handle of a flow; see `Backbeat.flow_of`."""
    connection = await app.connections.open()
    for name in [home] if home is not None else await flow_homes(connection):
        if await connection.client(name).get_flow(flow_id, 0, 0) is not None:
            return FlowHandle(app, queue_of, name, flow_id)
    raise FlowNotFound(flow_id)


async def last_flows(app: Home, limit: int) -> list[FlowInfo]:
    """The flows that were started last; see `Backbeat.flows`."""
    connection = await app.connections.open()
    found = [
        read_flow(name, line.id, line)
        for name in await flow_homes(connection)
        for line in await connection.client(name).list_flows(0, limit)
    ]
    return newest(found, limit)
