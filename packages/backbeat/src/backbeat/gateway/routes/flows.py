"""Flows."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Done, Envelope, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import NAME, Limit, QueueName, Reason

router = APIRouter(prefix="/flows", tags=["flows"], route_class=GatewayRoute)


FlowId = Annotated[str, Path(pattern=NAME, description="Id of the flow.")]


class FlowModel(Shown):
    """How far a flow is."""

    id: str
    home: str
    total: int
    open: int
    completed: int
    failed: int
    cancelled: int
    removed: int
    undone: int
    share: float
    started_at: datetime
    ended_at: datetime | None


class ParentModel(Shown):
    """A job that waits for another."""

    queue: str
    id: str


class EntryModel(Shown):
    """A job of a flow."""

    id: str
    queue: str
    name: str
    state: str
    parents: list[ParentModel]


class TreeModel(FlowModel):
    """A flow with its jobs."""

    jobs: list[EntryModel]
    hidden: bool


class CancelFlow(Asked):
    """Why."""

    reason: Reason = ""


@router.get("", **needs(Action.VIEW))
async def list_flows(who: Who, desk: Desk, limit: Limit = 50) -> Envelope[list[FlowModel]]:
    """The flows that were started last, the newest first."""
    return Envelope(
        data=[FlowModel.model_validate(each) for each in await desk.flows.list(who, limit)]
    )


@router.get("/{queue}/{flow_id}", **needs(Action.VIEW))
async def read_flow(who: Who, desk: Desk, queue: QueueName, flow_id: FlowId) -> Envelope[TreeModel]:
    """A flow by the queue that keeps its record, with its first 1,000 jobs.

    `hidden` says that there are more, or some in queues that whoever asks may not see.
    """
    tree = await desk.flows.get(who, flow_id, queue)
    jobs = [
        EntryModel(
            id=each.id, queue=each.queue, name=each.name, state=each.state,
            parents=[ParentModel(queue=name, id=job_id) for name, job_id in each.parents],
        )
        for each in tree.jobs
    ]  # fmt: skip
    facts = FlowModel.model_validate(tree.info).model_dump()
    return Envelope(data=TreeModel(**facts, jobs=jobs, hidden=tree.hidden))


@router.post("/{queue}/{flow_id}/cancel", **needs(Action.CANCEL))
async def cancel_flow(
    who: Who, desk: Desk, queue: QueueName, flow_id: FlowId, body: CancelFlow
) -> Envelope[Done]:
    """Cancel all of its jobs that have not ended; how many were."""
    count = await desk.flows.cancel(who, flow_id, queue, body.reason)
    return Envelope(data=Done(count=count))


@router.post("/{queue}/{flow_id}/retry", **needs(Action.RETRY))
async def retry_flow(who: Who, desk: Desk, queue: QueueName, flow_id: FlowId) -> Envelope[Done]:
    """Let its jobs that ended badly run again; how many do."""
    return Envelope(data=Done(count=await desk.flows.retry(who, flow_id, queue)))
