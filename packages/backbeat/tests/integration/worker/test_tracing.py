"""Traces through real workers: who enqueued, the attempts, and the jobs that these enqueue."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from backbeat import Backbeat, Job, JobFailed, Retry, Worker, every
from backbeat.app import tracing
from backbeat.worker.logs import JsonLines
from packages.backbeat.tests.support.working import until


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> Iterator[TracerProvider]:
    """Spans go to the exporter; afterwards this process carries nothing any more."""
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(exporter))
    yield made
    made.shutdown()
    tracing._carriers.clear()


async def test_a_trace_leads_from_the_request_to_the_child_of_a_job(
    app: Backbeat, provider: TracerProvider, exporter: InMemorySpanExporter
) -> None:
    app.trace(provider)
    queue = app.queue("traced")

    @queue.job()
    async def child() -> int:
        return 1

    @queue.job()
    async def parent() -> str:
        return (await child.enqueue()).id

    async with Worker(app):
        with provider.get_tracer("shop").start_as_current_span("request"):
            handle = await parent.enqueue()
        child_id = await handle.result(10)
        await queue.handle(child_id).result(10)

    by_job = {str((span.attributes or {}).get("messaging.message.id", "")): span
              for span in exporter.get_finished_spans()}  # fmt: skip
    request, run, inner = by_job[""], by_job[handle.id], by_job[child_id]
    assert (run.name, run.kind) == ("process traced", SpanKind.CONSUMER)
    assert run.parent is not None
    assert inner.parent is not None
    assert run.parent.span_id == request.context.span_id
    assert inner.parent.span_id == run.context.span_id
    assert {span.context.trace_id for span in (request, run, inner)} == {request.context.trace_id}
    assert dict(inner.attributes or {})["messaging.destination.name"] == "traced"


async def test_each_attempt_has_a_span_and_a_failure_says_so(
    app: Backbeat, provider: TracerProvider, exporter: InMemorySpanExporter
) -> None:
    app.trace(provider)
    queue = app.queue("traced")

    @queue.job(retry=Retry.fixed(attempts=2, delay=0.01))
    def fail() -> None:
        raise ValueError("no")

    async with Worker(app):
        with pytest.raises(JobFailed):
            await (await fail.enqueue()).result(10)
    spans = exporter.get_finished_spans()
    assert [dict(span.attributes or {})["backbeat.attempt"] for span in spans] == [1, 2]
    assert {span.status.status_code for span in spans} == {StatusCode.ERROR}
    assert {dict(span.attributes or {})["error.type"] for span in spans} == {"ValueError"}


async def test_without_a_call_a_record_says_nothing_of_traces(app: Backbeat) -> None:
    queue = app.queue("untraced")

    @queue.job()
    async def work() -> None: ...

    handle = await work.enqueue()
    connection = await app.connections.open()
    snapshot = await connection.client("untraced").get(handle.id)
    assert snapshot is not None
    assert snapshot.record.startswith(b'0["work",')
    assert b"traceparent" not in snapshot.record


async def test_log_lines_name_job_and_trace(app: Backbeat, provider: TracerProvider) -> None:
    app.trace(provider)
    queue = app.queue("logged")
    said: dict[str, object] = {}
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    shop = logging.getLogger("shop")

    @queue.job()
    async def work(job: Job) -> None:
        shop.warning("from inside")
        said.update(tracing.add_job(None, "info", {"event": "said"}))

    shop.addHandler(handler)
    try:
        async with Worker(app):
            with provider.get_tracer("shop").start_as_current_span("request") as span:
                handle = await work.enqueue()
                trace_id = f"{span.get_span_context().trace_id:032x}"
            await handle.result(10)
    finally:
        shop.removeHandler(handler)
    line = json.loads(stream.getvalue().splitlines()[0])
    for facts in (line, said):
        assert (facts["job"], facts["queue"]) == (handle.id, "logged")
        assert (facts["handler"], facts["attempt"]) == ("work", 1)
        assert facts["trace_id"] == trace_id
        assert len(str(facts["span_id"])) == 16


def test_the_processor_fits_structlog_and_adds_nothing_outside_of_a_job() -> None:
    with structlog.testing.capture_logs(processors=[tracing.add_job]) as lines:
        structlog.get_logger().info("outside")
    assert lines == [{"event": "outside", "log_level": "info"}]


async def test_each_run_of_a_schedule_begins_a_trace_that_its_jobs_go_on_with(
    app: Backbeat, provider: TracerProvider, exporter: InMemorySpanExporter
) -> None:
    app.trace(provider)
    queue = app.queue("traced")
    ran: list[str] = []

    @queue.job()
    async def child(of: str) -> None:
        ran.append(of)

    @queue.job()
    async def tick(job: Job) -> None:
        await child.enqueue(job.id)

    app.schedule("often", every(0.1), tick.call())
    with provider.get_tracer("shop").start_as_current_span("deployment") as deployment:
        await queue.configure()
        await app.schedules.sync()
    async with Worker(app):
        await until(lambda: len(ran) >= 2)
        await app.schedules.remove("often")

    roots = {_job(span): span for span in exporter.get_finished_spans() if span.parent is None}
    children = [span for span in exporter.get_finished_spans() if span.parent is not None]
    of_runs = [roots[job_id] for job_id in ran]
    traces = {span.context.trace_id for span in of_runs}
    assert len(traces) == len(of_runs)
    assert deployment.get_span_context().trace_id not in traces
    assert {span.parent.span_id for span in children if span.parent} >= {
        span.context.span_id for span in of_runs
    }


async def test_the_jobs_of_a_flow_go_on_from_who_started_it(
    app: Backbeat, provider: TracerProvider, exporter: InMemorySpanExporter
) -> None:
    app.trace(provider)
    queue = app.queue("traced")

    @queue.job()
    async def part(number: int) -> int:
        return number

    @queue.job()
    async def whole() -> int:
        return 1

    async with Worker(app):
        with provider.get_tracer("shop").start_as_current_span("request") as request:
            draft = app.flow("f1")
            parts = [draft.add(part.call(number)) for number in (1, 2)]
            draft.add(whole.call(), after=parts)
            flow = await draft.start()
        await flow.ended(timeout=10)
    spans = [span for span in exporter.get_finished_spans() if span.name == "process traced"]
    context = request.get_span_context()
    assert len(spans) == 3
    assert {span.context.trace_id for span in spans} == {context.trace_id}


def _job(span: ReadableSpan) -> str:
    return str((span.attributes or {}).get("messaging.message.id", ""))
