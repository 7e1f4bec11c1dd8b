"""`backbeat worker --log-format json`, as a command: every line is JSON, and names its job."""

import secrets
from pathlib import Path

import msgspec

from packages.backbeat.tests.integration.cli.conftest import Start, Terminal

TRACED = '''
"""An application whose jobs are traced, and say something."""

import logging

from opentelemetry.sdk.trace import TracerProvider

from backbeat import Backbeat, Job

app = Backbeat()
app.trace(TracerProvider(shutdown_on_exit=False))
shop = app.queue("shop")
logger = logging.getLogger("shop")


@shop.job("receipt")
async def receipt(order: int) -> None:
    logger.info("receipt of %d", order)


@shop.job("pay")
async def pay(order: int) -> None:
    logger.info("paid %d", order)
    await receipt.enqueue(order)


@shop.job("refuse")
def refuse() -> None:
    logger.info("refused\\nin two lines")
    raise ValueError("no\\nmoney")
'''


class Line(msgspec.Struct):
    """What is looked at of a line."""

    message: str
    logger: str
    level: str
    pid: int
    job: str = ""
    handler: str = ""
    queue: str = ""
    attempt: int = 0
    trace_id: str = ""
    span_id: str = ""


def test_every_line_of_a_running_worker_is_json_and_names_its_job(
    terminal: Terminal, project: Path, start: Start
) -> None:
    module = f"shop_{secrets.token_hex(4)}"
    (project / f"{module}.py").write_text(TRACED, encoding="utf-8")
    paid = terminal.add("shop", "pay", {"order": 7})
    refused = terminal.add("shop", "refuse", {})
    worker = start("worker", "--app", f"{module}:app", "--log-format", "json")
    assert worker.stderr is not None
    lines: list[Line] = []
    wanted = {"paid 7", "receipt of 7", "refused\nin two lines"}
    for text in worker.stderr:
        lines.append(msgspec.json.decode(text, type=Line))
        if wanted <= {each.message for each in lines}:
            break
    worker.terminate()
    rest = worker.communicate(timeout=60)[1]
    lines += [msgspec.json.decode(text, type=Line) for text in rest.splitlines()]
    assert worker.returncode == 0
    said = {each.message: each for each in lines}
    first, second = said["paid 7"], said["receipt of 7"]
    assert (first.job, first.handler, first.queue, first.attempt) == (paid, "pay", "shop", 1)
    assert (second.handler, said["refused\nin two lines"].job) == ("receipt", refused)
    assert len(first.trace_id) == 32
    assert first.trace_id == second.trace_id
    assert first.span_id != second.span_id
    assert {each.pid for each in lines} > {first.pid}  # the supervisor speaks so, too
