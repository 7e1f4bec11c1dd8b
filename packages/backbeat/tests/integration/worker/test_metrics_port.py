"""The port of a supervisor: metrics of all its processes, and probes."""

import asyncio
import os
import re
import signal
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from backbeat import Backbeat
from packages.backbeat.tests.integration.worker.supervised import Supervised
from packages.backbeat.tests.support import shop

SHOP = "packages.backbeat.tests.support.shop:app"
Samples = dict[tuple[str, ...], float]


@pytest.fixture
def app(outside: Backbeat) -> Backbeat:
    return outside


async def start(supervised: Supervised, **options: Any) -> httpx.AsyncClient:
    """A supervisor with a port; a client of it."""
    given = {"grace": 5, "queues": ["work"], "metrics_port": 0, **options}
    supervised.start(SHOP, **given)
    line = await asyncio.to_thread(supervised.wait_line, "metrics at ")
    address = re.findall(r"http://\S+(?=/metrics)", line)[0]
    return httpx.AsyncClient(base_url=address, timeout=10)


async def scrape(client: httpx.AsyncClient, name: str) -> Samples:
    """The values of a metric, by the values of its labels in the order of their names."""
    answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == name
    }


async def until(
    client: httpx.AsyncClient, name: str, condition: Callable[[Samples], bool]
) -> Samples:
    """The values of a metric once they are as wanted: nobody tells when."""
    async with asyncio.timeout(30):
        while not condition(found := await scrape(client, name)):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.05)
    return found


async def until_ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while (await client.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 - asked
            await asyncio.sleep(0.05)


async def test_all_processes_of_a_worker_are_seen_through_one_port(
    app: Backbeat, supervised: Supervised
) -> None:
    async with await start(supervised, processes=2) as client:
        await until_ready(client)
        states = await scrape(client, "backbeat_worker_processes")
        assert states == {("ready",): 2, ("not ready",): 0}
        memory = await scrape(client, "backbeat_worker_process_resident_bytes")
        assert set(memory) == {("0",), ("1",)}
        assert min(memory.values()) > 10_000_000
        silence = await scrape(client, "backbeat_worker_process_loop_silence_seconds")
        assert max(silence.values()) < 30
        held = await until(
            client, "backbeat_worker_leases", lambda found: bool(found.get(("work",)))
        )
        assert set(held) == {("work",)}
        supervised.terminate()
        assert await asyncio.to_thread(supervised.wait) == 0


async def test_what_is_counted_outlives_the_process_that_did_it(
    app: Backbeat, supervised: Supervised
) -> None:
    async with await start(supervised, processes=1) as client:
        await until_ready(client)
        first = supervised.children()
        for _ in range(3):
            await (await shop.note.enqueue("x")).result(10)
        # One that is told to end says what it has done.
        os.kill(first[0], signal.SIGTERM)
        ended = await until(
            client, "backbeat_worker_attempts_ended_total", lambda found: bool(found)
        )
        assert ended[("note", "completed", "work")] == 3
        await until(
            client, "backbeat_worker_processes_replaced_total", lambda found: found == {(): 1}
        )
        await asyncio.to_thread(
            supervised.wait_children, lambda found: len(found) == 1 and found != first
        )
        await until_ready(client)
        runs = await scrape(client, "backbeat_worker_attempt_run_seconds_count")
        assert runs[("note", "work")] == 3


async def test_probes_tell_a_worker_that_runs_from_one_that_does_not_yet(
    app: Backbeat, supervised: Supervised
) -> None:
    async with await start(supervised, processes=1) as client:
        assert (await client.get("/health/live")).json() == {
            "success": True, "data": {"status": "ok"}
        }  # fmt: skip
        await until_ready(client)
        os.kill(supervised.children()[0], signal.SIGKILL)
        async with asyncio.timeout(30):
            while (answer := await client.get("/health/ready")).status_code == 200:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert answer.status_code == 503
        assert answer.json()["error"]["message"] == "0 of 1 processes take jobs"
        await until_ready(client)


async def test_nothing_else_is_answered_and_nobody_holds_it_up(
    app: Backbeat, supervised: Supervised
) -> None:
    async with await start(supervised, processes=1) as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.post("/metrics")).status_code == 501
        assert "server" not in (await client.get("/metrics")).headers
        place = (client.base_url.host, client.base_url.port or 0)
        silent = [socket.create_connection(place) for _ in range(8)]
        # They say nothing: they are let go after 5 s, and whoever asks then is answered.
        async with asyncio.timeout(60):
            while True:
                try:
                    answer = await client.get("/health/live")
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
                    continue
                break
        assert answer.status_code == 200
        for each in silent:
            each.close()


async def test_a_port_of_the_settings_that_is_taken_is_named_before_anything_runs(
    app: Backbeat, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("BACKBEAT_METRICS_PORT", str(port))
        supervised: Supervised = request.getfixturevalue("supervised")
        supervised.start(SHOP, queues=["work"])
        line = await asyncio.to_thread(supervised.wait_line, "ConfigurationError")
        assert f"127.0.0.1:{port}" in line
        assert "--metrics-port" in line
        assert await asyncio.to_thread(supervised.wait) == 1
        assert supervised.children() == []
