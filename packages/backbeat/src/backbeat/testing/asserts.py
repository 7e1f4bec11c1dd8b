"""What an application has enqueued, for the asserts of a test."""

from collections.abc import Iterator
from typing import Any

import msgspec
from typing_extensions import override

from backbeat.app import codec
from backbeat.app.application import Backbeat
from backbeat.app.handler import Handler
from backbeat.app.info import JobInfo
from backbeat.engine.states import State
from backbeat.testing.room import clock_of, home_of, newest


def enqueued(
    handler: Handler[..., Any] | str | None = None,
    *args: Any,
    queue: str | None = None,
    **kwargs: Any,
) -> list[JobInfo]:
    """The jobs that wait or are delayed, of an application that is in a test.

    Args:
        handler: Only jobs of this handler, or of this name. Defaults to all jobs.
        *args: Only jobs with these arguments; those that are not named may be anything. For a job
            that was added by name, one argument stands for all of its data.
        queue: Only jobs of this queue. Defaults to the handler's, else to all queues.
        **kwargs: The same, by name.

    Returns:
        What is known of each: the waiting ones first, in the order in which they will run.

    Raises:
        ConfigurationError: No application is in a test.
    """
    wanted = _Wanted(handler, args, kwargs, queue)
    return [job for job in _all(wanted.app) if wanted.fits(job)]


def assert_enqueued(
    handler: Handler[..., Any] | str,
    *args: Any,
    queue: str | None = None,
    count: int | None = None,
    **kwargs: Any,
) -> None:
    """Fail, with a list of what is there instead, if no such job waits or is delayed.

    Args:
        handler: The handler, or its name.
        *args: Arguments that the job must have; those that are not named may be anything.
        queue: The queue, by name. Defaults to the handler's, else to all queues.
        count: How many there must be. Defaults to at least one.
        **kwargs: The same, by name.

    Raises:
        AssertionError: There is no such job, or another number of them.
        ConfigurationError: No application is in a test.
    """
    found = len(enqueued(handler, *args, queue=queue, **kwargs))
    if found if count is None else found == count:
        return
    wanted = _Wanted(handler, args, kwargs, queue)
    there = "".join(f"\n  {_describe(job)}" for job in _all(wanted.app)) or " nothing"
    number = "at least one job" if count is None else f"{count} job{'' if count == 1 else 's'}"
    raise AssertionError(f"expected {number} {wanted}, found {found}; enqueued:{there}")


class _Wanted:
    """What is looked for."""

    def __init__(
        self,
        handler: Handler[..., Any] | str | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        queue: str | None,
    ) -> None:
        typed = handler if isinstance(handler, Handler) else None
        self.app = newest() if typed is None else home_of(typed)
        self._handler = typed
        self._name = handler if isinstance(handler, str) else typed and typed.name
        self._queue = queue or (typed and typed.queue.name)
        self._named = kwargs if typed is None else _by_name(typed, args, kwargs)
        self._whole = args if typed is None else ()

    def fits(self, job: JobInfo) -> bool:
        """Whether this is one of them."""
        if self._queue not in {None, job.queue} or self._name not in {None, job.name}:
            return False
        job = self.app.queue(job.queue).decrypt(job)
        if any(_plain(value) != job.arguments for value in self._whole):
            return False
        present = job.arguments
        if self._handler is not None:
            # Read by the handler, so that defaults are there, too.
            present = _plain(self._handler.decode_arguments(codec.encode(job.arguments)))
        return not self._named or _contains(present, _plain(self._named))

    @override
    def __str__(self) -> str:
        shown = [repr(value) for value in self._whole]
        shown += [f"{name}={value!r}" for name, value in self._named.items()]
        where = "" if self._queue is None else f" in queue {self._queue}"
        return f"{self._name or 'of any name'}({', '.join(shown)}){where}"


def _all(app: Backbeat) -> Iterator[JobInfo]:
    clock_of(app)
    for name in app.queues:
        for state in (State.WAITING, State.DELAYED):
            yield from _pages(app, name, state)


def _pages(app: Backbeat, name: str, state: State) -> Iterator[JobInfo]:
    queue, cursor = app.sync.queue(name), None
    while True:
        page = queue.list(state, cursor=cursor, limit=200)
        yield from page.jobs
        if not page.cursor:
            return
        cursor = page.cursor


def _by_name(
    handler: Handler[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    names = handler.arguments.signature.positional
    if len(args) > len(names):
        raise TypeError(
            f"{handler.name} takes {len(names)} positional argument(s), not {len(args)}"
        )
    return dict(zip(names, args, strict=False)) | kwargs


def _contains(present: Any, wanted: dict[str, Any]) -> bool:
    if not isinstance(present, dict):
        return False
    return all(name in present and present[name] == value for name, value in wanted.items())


def _plain(value: Any) -> Any:
    """The value as it is after its way through JSON."""
    return msgspec.json.decode(codec.encode(value))


def _describe(job: JobInfo) -> str:
    due = f", due {job.due_at.isoformat()}" if job.due_at else ""
    return f"{job.name}({job.arguments!r}) in queue {job.queue}, {job.state}{due}"
