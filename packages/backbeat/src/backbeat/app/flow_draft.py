"""What a program says of a flow before it starts: its jobs, and which of them wait for others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec
from typing_extensions import override

from backbeat.app.flow_nodes import Sending, build
from backbeat.app.home import Home
from backbeat.app.intake import Intake
from backbeat.app.kin import After, Call, Edge, FlowJob
from backbeat.engine.calls.flow import Node
from backbeat.engine.ids import check_name, new_job_id
from backbeat.errors import InvalidJob, InvalidOption
from backbeat.values import AtLeast, OnFailure, Share

R = TypeVar("R")
QueueOf = Callable[[str], Intake]

# What is kept with the record of a flow: nothing yet.
ABOUT: Final = msgspec.json.encode({})

_RULES: Final = frozenset({None, "fail", "continue", "ignore"})


class FlowDraft:
    """Jobs that wait for others, and nothing sent yet: what `Flow` and `SyncFlow` have in common.

    Attributes:
        id: Id of the flow; the same id is one flow.
    """

    def __init__(self, app: Home, queue_of: QueueOf, flow_id: str | None = None) -> None:
        """Begin without jobs.

        Args:
            app: The application.
            queue_of: Gives the queues of the application.
            flow_id: Id of the flow. Defaults to a new one.

        Raises:
            InvalidOption: The id has other characters than letters, digits and `._-`.
        """
        self.id = new_job_id() if flow_id is None else check_name(flow_id, "flow")
        self._app = app
        self._queue_of = queue_of
        self._jobs: list[FlowJob[Any]] = []

    def add(
        self,
        call: Call[R],
        *,
        after: After = (),
        on_failure: OnFailure | None = None,
        succeed_when: AtLeast | Share | None = None,
        compensate: Call[Any] | None = None,
    ) -> FlowJob[R]:
        """Add a job. Nothing is sent before `start()`.

        Args:
            call: What is to be done: `handler.call(...)`, with options as there are.
            after: Jobs of this flow that have to end first: its children. Defaults to none: it
                starts at once. `child.on_failure(...)` gives one of them a rule of its own.
            on_failure: What it means when a child ends otherwise than completed: failed,
                cancelled or removed. "fail": this job fails, too, whatever its threshold;
                "continue": it starts now; "ignore": the child counts as done. Defaults to None:
                it counts against `succeed_when`.
            succeed_when: How many children must succeed, `AtLeast(3)` or `Share(0.8)`. This job
                starts as soon as they have, and fails as soon as they no longer can. Defaults to
                None: all of them.
            compensate: What undoes this job once it is completed, should a job that stands on it
                end badly. It finds the result in `job.results(...)`.

        Returns:
            The job, for the `after` of others.

        Raises:
            InvalidJob: A job in `after` is of another flow.
            InvalidOption: A threshold without children, or above their number.
        """
        edges = tuple(
            (each.job, each.rule) if isinstance(each, Edge) else (each, on_failure)
            for each in after
        )
        self._check(edges, succeed_when)
        job = FlowJob("", call, edges, succeed_when, compensate)
        self._jobs.append(job)
        return job

    def chain(self, *calls: Call[Any], after: After = ()) -> list[FlowJob[Any]]:
        """Add jobs that run one after the other.

        Args:
            *calls: What is to be done, in that order.
            after: What the first of them waits for. Defaults to nothing.
        """
        jobs: list[FlowJob[Any]] = []
        for call in calls:
            jobs.append(self.add(call, after=jobs[-1:] or after))
        return jobs

    def fan_out(
        self,
        calls: Iterable[Call[Any]],
        into: Call[R],
        *,
        after: After = (),
        on_failure: OnFailure | None = None,
        succeed_when: AtLeast | Share | None = None,
    ) -> FlowJob[R]:
        """Add jobs that run side by side, and one that waits for them: map and reduce.

        Args:
            calls: What is to be done side by side.
            into: What is to be done then; it reads `job.child_results(...)`.
            after: What each of the first waits for. Defaults to nothing.
            on_failure: What the bad end of one of them means; see `add`.
            succeed_when: How many of them must succeed; see `add`.

        Returns:
            The job that waits for all.
        """
        parts = [self.add(call, after=after) for call in calls]
        return self.add(into, after=parts, on_failure=on_failure, succeed_when=succeed_when)

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}, {len(self._jobs)} jobs>"

    def _calls(self) -> Iterator[Call[Any]]:
        for job in self._jobs:
            yield job.call
            if job.compensate is not None:
                yield job.compensate

    def _queues(self) -> list[Intake]:
        """The queues of its jobs, and of those that undo them.

        Raises:
            InvalidOption: There are no jobs.
        """
        if not self._jobs:
            raise InvalidOption(f"flow {self.id} has no jobs: add some before it starts")
        return [
            self._queue_of(name) for name in dict.fromkeys(call.queue for call in self._calls())
        ]

    def _build(self, now_ms: int, limit: int) -> tuple[list[Node], str]:
        """The jobs ready to be sent, and the queue that keeps the record of the flow."""
        last = self._jobs[-1].call
        home = self._app.place(last, last.plan.job_id or f"{self.id}:{len(self._jobs)}")
        return build(self._jobs, Sending(self._app.place, home, self.id, now_ms, limit)), home

    def _check(
        self,
        edges: Sequence[tuple[FlowJob[Any], OnFailure | None]],
        succeed_when: AtLeast | Share | None,
    ) -> None:
        known = {id(job) for job in self._jobs}
        for job, rule in edges:
            if id(job) not in known:
                raise InvalidJob(f"after= has a job of another flow than {self.id}: {job.call!r}")
            if rule not in _RULES:
                raise InvalidOption(
                    f"on_failure must be 'fail', 'continue' or 'ignore', not {rule!r}"
                )
        if len({id(job) for job, _ in edges}) < len(edges):
            raise InvalidOption("after= has a job twice")
        if succeed_when is not None and not edges:
            raise InvalidOption("succeed_when= needs children: name them in after=")
        if isinstance(succeed_when, AtLeast) and succeed_when.number > len(edges):
            raise InvalidOption(f"{succeed_when} of {len(edges)} children can never be reached")


def queues_of(nodes: Sequence[Node]) -> list[str]:
    """The engine's queues that have part in a flow."""
    undoers = [queue for node in nodes for _, queue, _, _ in node.undoers]
    return [*(node.ref.queue for node in nodes), *undoers]
