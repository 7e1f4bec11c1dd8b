"""Flows: how far they are, their trees, and what is done to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backbeat.app import FlowEntry, FlowHandle, FlowInfo
from backbeat.gateway.access import Action
from backbeat.gateway.errors import Forbidden
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource

# As many jobs of a flow as one answer shows, and as are looked through for their queues.
MOST_SHOWN: Final = 1_000
_MOST_CHECKED: Final = 20_000


@dataclass(frozen=True, slots=True)
class FlowTree:
    """A flow with its jobs: those in queues that the caller may see, at most 1,000 of them."""

    info: FlowInfo
    jobs: tuple[FlowEntry, ...]
    hidden: bool


class Flows(Resource):
    """Flows, for callers who may in the queue of their record, and in those of their jobs."""

    async def list(self, caller: Caller, limit: int = 50) -> Sequence[FlowInfo]:
        """Those that were started last, the newest first."""
        found = await self._app.flows(max(1, min(limit, 200)))
        return [each for each in found if caller.principal.may(Action.VIEW, each.home)]

    async def get(self, caller: Caller, flow_id: str, home: str) -> FlowTree:
        """One of them, with its jobs."""
        flow = await self._flow(caller, Action.VIEW, flow_id, home)
        shown: list[FlowEntry] = []
        hidden = False
        async for entry in flow.jobs():
            if len(shown) >= MOST_SHOWN:
                hidden = True
                break
            if caller.principal.may(Action.VIEW, entry.queue):
                shown.append(entry)
            else:
                hidden = True
        return FlowTree(await flow.info(), tuple(shown), hidden)

    async def cancel(self, caller: Caller, flow_id: str, home: str, reason: str = "") -> int:
        """Cancel all of its jobs that have not ended; how many were."""
        flow = await self._flow(caller, Action.CANCEL, flow_id, home)
        await self._check_all(caller, Action.CANCEL, flow)
        async with self._guard.act(
            caller, Action.CANCEL, "flows.cancel", queue=home, subjects=[flow_id],
            new={"reason": reason},
        ):  # fmt: skip
            return await flow.cancel(reason)

    async def retry(self, caller: Caller, flow_id: str, home: str) -> int:
        """Let its jobs that ended badly run again; how many do."""
        flow = await self._flow(caller, Action.RETRY, flow_id, home)
        await self._check_all(caller, Action.RETRY, flow)
        async with self._guard.act(
            caller, Action.RETRY, "flows.retry", queue=home, subjects=[flow_id]
        ):
            return await flow.retry()

    async def _flow(self, caller: Caller, action: Action, flow_id: str, home: str) -> FlowHandle:
        await self._queue(caller, action, home)
        return await self._app.flow_of(flow_id, home)

    async def _check_all(self, caller: Caller, action: Action, flow: FlowHandle) -> None:
        """Its jobs may be in queues in which the caller may nothing."""
        if caller.principal.queues is None:
            return
        seen = 0
        async for entry in flow.jobs():
            self._guard.check(caller, action, entry.queue)
            seen += 1
            if seen > _MOST_CHECKED:
                raise Forbidden(action, None)
