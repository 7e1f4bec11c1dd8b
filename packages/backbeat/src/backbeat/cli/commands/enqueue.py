"""`backbeat enqueue`: one job from the command line, or one from each line of a file."""

import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import typer

from backbeat.app import JobHandle, JobOptions, Queue
from backbeat.cli.context import Context
from backbeat.cli.output import to_json
from backbeat.cli.parameters import QueueName, duration_option, moment_option
from backbeat.errors import InvalidPayload
from backbeat.values import Retry

_BULK: Final = 1_000
_STDIN: Final = "-"


async def enqueue(
    context: Context,
    queue: QueueName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the handler.")],
    data: Annotated[
        str | None, typer.Argument(metavar="JSON", help="Its arguments; - reads them from stdin.")
    ] = None,
    lines: Annotated[
        Path | None, typer.Option(help="A job from each line of JSON in this file; - is stdin.")
    ] = None,
    job_id: Annotated[str | None, typer.Option("--id", help="The same id is one job.")] = None,
    delay: Annotated[float | None, duration_option("Start no sooner than after this.")] = None,
    run_at: Annotated[datetime | None, moment_option("Start no sooner than then.")] = None,
    priority: Annotated[int | None, typer.Option(help="0 to 10, larger is more urgent.")] = None,
    group: Annotated[str | None, typer.Option(help="Group in whose line it stands.")] = None,
    lifo: Annotated[bool, typer.Option("--lifo", help="Before older ones.")] = False,
    attempts: Annotated[int | None, typer.Option(help="Runs in all.")] = None,
    backoff: Annotated[
        Literal["fixed", "linear", "exponential"] | None, typer.Option(help="Waits between them.")
    ] = None,
    backoff_delay: Annotated[float, duration_option("First of these waits.")] = 1.0,
    run_timeout: Annotated[
        float | None, duration_option("Longest run of an attempt.", "--timeout")
    ] = None,
    wait_timeout: Annotated[float | None, duration_option("Longest wait for the start.")] = None,
    deadline: Annotated[float | None, duration_option("Longest time until the end.")] = None,
    keep: Annotated[float | None, duration_option("How long it stays after its end.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of an ended job of this id.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the result.")] = False,
) -> None:
    """Put a job into a queue; where --app knows its handler, its arguments are checked."""
    if lines is not None and (data is not None or job_id is not None or wait):
        raise typer.BadParameter("--lines goes without JSON, --id and --wait: it is many jobs")
    options = JobOptions(
        id=job_id, delay=delay, run_at=run_at, priority=priority, group=group, lifo=lifo,
        timeout=run_timeout, wait_timeout=wait_timeout, deadline=deadline, keep=keep,
        on_kept="replace" if replace else "return", wait=wait,
        **_tries(attempts, backoff, backoff_delay),
    )  # fmt: skip
    async with context.connected() as app:
        await app.queue_names()  # tells how a queue is spread that no application declares here
        target = app.queue(queue)
        if context.asks_application and name not in target.handlers:
            context.output.note(f"{queue} has no handler {name} here: nothing is checked")
        if lines is not None:
            await _enqueue_lines(context, target, name, lines, options)
        else:
            handle = await target.add(name, _read(name, data), **options)
            await _show(context, handle, wait=wait)


def _tries(attempts: int | None, backoff: str | None, delay: float) -> JobOptions:
    if backoff is None:
        return JobOptions(attempts=attempts)
    if attempts is None:
        raise typer.BadParameter("--backoff needs --attempts")
    formula = {"fixed": Retry.fixed, "linear": Retry.linear, "exponential": Retry.exponential}
    return JobOptions(retry=formula[backoff](attempts=attempts, delay=delay))


def _read(name: str, data: str | None) -> Any:
    if data is None:
        return {}
    return _decode(name, sys.stdin.read() if data == _STDIN else data)


def _decode(name: str, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise InvalidPayload(f"{name}: this is no JSON: {error}: {text[:60]}") from None


async def _show(context: Context, handle: JobHandle[Any], *, wait: bool) -> None:
    data = {"id": handle.id, "queue": handle.queue.name, "added": handle.added}
    if not wait:
        context.output.show(data, f"{handle.id} {handle.added}")
        return
    with context.output.progress(f"{handle.id} {handle.added}, waiting for its end"):
        result = await handle.result()
    context.output.show({**data, "result": result}, to_json(result))


async def _enqueue_lines(
    context: Context, queue: Queue, name: str, lines: Path, options: JobOptions
) -> None:
    count, jobs = 0, _jobs(name, lines)
    with context.output.progress(f"enqueueing into {queue.name}") as step:
        while batch := list(islice(jobs, _BULK)):
            for handle in await queue.add_many(batch, **options):
                count += handle.created
            step.advance(len(batch))
    context.output.show({"created": count, "queue": queue.name}, f"{count:,} jobs created")


def _jobs(name: str, lines: Path) -> Iterator[tuple[str, Any]]:
    if str(lines) == _STDIN:
        yield from ((name, _decode(name, line)) for line in sys.stdin if line.strip())
        return
    with lines.open(encoding="utf-8") as file:
        yield from ((name, _decode(name, line)) for line in file if line.strip())
