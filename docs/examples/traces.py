"""A trace that leads from a request through a job to the job that this one enqueues."""

import asyncio

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from backbeat import Backbeat, Worker

exporter = InMemorySpanExporter()  # in production: an exporter to your collector
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))

app = Backbeat()
app.trace(provider)
shop = app.queue("shop")


@shop.job()
async def receipt(order: int) -> str:
    return f"receipt for order {order}"


@shop.job()
async def pay(order: int) -> str:
    return (await receipt.enqueue(order)).id


async def main() -> None:
    async with Worker(app):
        with provider.get_tracer("web").start_as_current_span("POST /orders"):
            handle = await pay.enqueue(7)
        print(await receipt.handle(await handle.result(timeout=10)).result(timeout=10))
    spans = sorted(exporter.get_finished_spans(), key=lambda span: span.start_time or 0)
    for span in spans:
        print(span.name, (span.attributes or {}).get("backbeat.handler", "of the request"))
    print("traces:", len({span.context.trace_id for span in spans}))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
