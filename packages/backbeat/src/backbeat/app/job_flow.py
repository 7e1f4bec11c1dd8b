"""What a running job of a flow can do: read what its children gave, and let the flow grow."""

import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, TypeVar

from typing_extensions import override

from backbeat.app.flow_nodes import RULES, Sending, node_of
from backbeat.app.flow_post import announce, bring
from backbeat.app.home import Home
from backbeat.app.info import read_failure
from backbeat.app.job import Job
from backbeat.app.kin import (
    Call,
    ChildCounts,
    ChildResult,
    FlowJob,
    JobFlow,
    Kin,
    Source,
    queue_name,
)
from backbeat.app.results import any_result
from backbeat.engine.calls.flow import Child
from backbeat.errors import LeaseLost
from backbeat.values import OnFailure

R = TypeVar("R")

# Few enough that one call with the largest results stays small.
_MOST_ADDED: Final = 100

# Job, home and id of its flow, how often it has waited.
KinOf = Callable[[Job, tuple[str, str], int], Kin]


class GrowingFlow(JobFlow):
    """`JobFlow` over a connection."""

    def __init__(self, app: Home, part: str, job: Job, home: str, flow: str, stage: int) -> None:
        """Add nothing yet.

        Args:
            app: The application.
            part: The engine's queue that the job is in.
            job: The job that runs.
            home: The queue that keeps the record of the flow.
            flow: Id of the flow.
            stage: How often the job has waited or put itself off: what it adds now is new.
        """
        self.id = flow
        self._app = app
        self._part = part
        self._job = job
        self._home = home
        self._names = (f"{job.id}/{stage}.{n}" for n in itertools.count(1))

    @override
    async def add(self, call: Call[R], *, on_failure: OnFailure | None = None) -> FlowJob[R]:
        return (await self._add([call], on_failure, beside=True))[0]

    @override
    async def add_child(self, call: Call[R], *, on_failure: OnFailure | None = None) -> FlowJob[R]:
        return (await self._add([call], on_failure, beside=False))[0]

    @override
    async def add_many(
        self, calls: Sequence[Call[Any]], *, on_failure: OnFailure | None = None,
        children: bool = False,
    ) -> list[FlowJob[Any]]:  # fmt: skip
        added: list[FlowJob[Any]] = []
        for start in range(0, len(calls), _MOST_ADDED):
            some = calls[start : start + _MOST_ADDED]
            added += await self._add(some, on_failure, beside=not children)
        return added

    async def _add(
        self, calls: Sequence[Call[Any]], on_failure: OnFailure | None, *, beside: bool
    ) -> list[FlowJob[Any]]:
        connection = await self._app.connections.open()
        jobs: list[FlowJob[Any]] = [FlowJob("", call, ()) for call in calls]
        sending = Sending(
            self._app.place, self._home, self.id, connection.now_ms(), connection.limit
        )
        nodes = [(node_of(job, next(self._names), sending), RULES[on_failure]) for job in jobs]
        await announce(connection, (node.ref.queue for node, _ in nodes))
        client = connection.client(self._part)
        answer = await client.grow_flow(self._job.id, self._job.ticket, nodes, beside=beside)
        if answer != "ok":
            raise LeaseLost(f"job {self._job.id} was given to another worker: nothing was added")
        await bring(connection, self._part)
        return jobs


class KinOverConnection(Kin):
    """`Kin` over a connection."""

    def __init__(self, app: Home, part: str, job: Job, flow: tuple[str, str], stage: int) -> None:
        """Ask nothing yet; see `GrowingFlow`."""
        self._app = app
        self._part = part
        self._job = job
        self._flow = GrowingFlow(app, part, job, *flow, stage)

    @property
    @override
    def flow(self) -> JobFlow:
        return self._flow

    @override
    async def counts(self) -> ChildCounts:
        connection = await self._app.connections.open()
        found = await connection.client(self._part).children(self._job.id, 0, 1)
        return ChildCounts(found.total, found.open, found.good, found.bad)

    @override
    async def results(
        self, source: Source[Any] | None, page: int
    ) -> AsyncIterator[ChildResult[Any]]:
        connection = await self._app.connections.open()
        client, position = connection.client(self._part), 0
        while True:
            found = await client.children(self._job.id, position, page)
            for child in found.ended:
                if source is None or (source.queue.name, source.name) == (
                    queue_name(child.ref.queue), child.name,
                ):  # fmt: skip
                    yield self._read(child, source)
            position = found.position
            if not position:
                return

    def _read(self, child: Child, source: Source[Any] | None) -> ChildResult[Any]:
        result, error, queue = None, None, queue_name(child.ref.queue)
        if child.state == "completed":
            reader = any_result(self._app.keyring, queue) if source is None else source.result
            result = reader.decode(child.ref.id, child.result)
        elif child.state == "failed":
            error = read_failure(child.result)
        return ChildResult(child.ref.id, queue, child.name, child.state, result, error)
