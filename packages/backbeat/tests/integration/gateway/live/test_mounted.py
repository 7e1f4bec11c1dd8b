"""One call to mount serves it all: REST, server-sent events and Socket.IO, with one vocabulary."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import httpx
import pytest
import socketio
from fastapi import FastAPI

from backbeat import Backbeat, ConfigurationError, Queue, Rate, mount
from backbeat.app.redaction import MARK
from backbeat.gateway.access import Loopback
from backbeat.gateway.http.outermost import HEADERS
from backbeat.gateway.live import LiveLimits, LiveOptions
from backbeat.gateway.service.rates import Rates
from packages.backbeat.tests.support.gateway import (
    PATIENCE_S,
    Client,
    Served,
    free_port,
    gateway,
)
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.storm import gateway_process
from packages.backbeat.tests.support.tiny_worker import TinyWorker

API: Final = "/backbeat/api/v1"
READER: Final = {"authorization": "Bearer reader"}


async def test_a_host_keeps_its_routes_and_its_lifespan(app: Backbeat, queue: Queue) -> None:
    lived: list[str] = []

    def prepare(web: FastAPI) -> None:
        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            lived.append("began")
            yield
            lived.append("ended")

        web.router.lifespan_context = lifespan
        web.get("/own")(lambda: "the host's own")

    async with gateway(app, prepare=prepare) as served:
        async with httpx.AsyncClient(base_url=served.url, headers=READER) as http:
            assert (await http.get("/own")).json() == "the host's own"
            assert (await http.get(f"{API}/queues/work")).json()["data"]["name"] == "work"
        async with served.client() as client, served.stream("work") as stream:
            await client.follow("work")
            await client.next("queue-snapshot")
            assert (await stream.next())[0] == "queue-snapshot"
        assert lived == ["began"]
    assert lived == ["began", "ended"]


async def test_socket_io_is_below_the_prefix_as_well(app: Backbeat, queue: Queue) -> None:
    async with gateway(app) as served, aiohttp.ClientSession() as session:
        client = Client(session)
        await client.io.connect(
            served.url, auth={"token": "reader"}, transports=["websocket"],
            socketio_path="/backbeat/socket.io", wait_timeout=PATIENCE_S,
        )  # fmt: skip
        await client.follow("work")
        assert (await client.next("queue-snapshot"))["queue"] == "work"
        await client.io.disconnect()
        polled = await session.get(f"{served.url}/backbeat/socket.io/?EIO=4&transport=polling")
        assert polled.status == 200
        assert {name: polled.headers[name] for name in HEADERS} == HEADERS


def test_a_host_with_a_socket_io_of_its_own_keeps_it(app: Backbeat) -> None:
    web = FastAPI()
    web.mount("/socket.io", FastAPI())
    with pytest.raises(ConfigurationError, match=r"path=None"):
        mount(app, web, access=Loopback())
    mount(app, web, access=Loopback(), live=LiveOptions(path=None))
    with pytest.raises(ConfigurationError, match="lies there"):
        mount(app, web, access=Loopback(), live=LiveOptions(path="/backbeat/socket.io"))


async def test_a_token_for_one_job_reads_it_by_rest_and_nothing_else(
    app: Backbeat, queue: Queue
) -> None:
    mine, other = await queue.add("do", {}), await queue.add("do", {})
    async with gateway(app) as served:
        token = served.live.token_for(mine)
        bearer = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=f"{served.url}{API}", headers=bearer) as http:
            assert (await http.get(f"/queues/work/jobs/{mine.id}")).json()["data"]["id"] == mine.id
            for path in (f"queues/work/jobs/{other.id}", "queues/work", "audit", "queues/other"):
                assert (await http.get(path)).status_code == 403
            assert (await http.post("/queues/work/cancel", json={"ids": [mine.id]})).is_error
            for path in ("queues", f"jobs/{other.id}", "dead", "workers"):
                assert (await http.get(path)).json()["data"] == []


async def test_s14_secrets_are_taken_out_of_what_is_told(
    app: Backbeat, queue: Queue, worker: TinyWorker
) -> None:
    good, bad = await queue.add("do", {}), await queue.add("do", {})
    async with gateway(app) as served, served.client() as client:
        await client.follow("work")
        worker.claim(2)
        worker.report(good.id, {"value": {"password": "hunter2"}, "message": "token=hunter2"})
        worker.complete(good.id, result={"apiKey": "hunter2", "n": 1})
        worker.fail(bad.id, message="no way in with Bearer hunter2")
        told = await client.next("job-progress")
        assert (told["progress"], told["details"]) == ({"password": MARK}, f"token={MARK}")
        assert (await client.next("job-completed"))["result"] == {"apiKey": MARK, "n": 1}
        assert MARK in (await client.next("job-failed"))["error"]
        assert "hunter2" not in str(client.heard)


async def test_a_queue_that_only_others_declare_can_be_followed(
    valkey: PrivateServer, queue: Queue
) -> None:
    stranger = Backbeat(valkey.url, namespace="bb")
    async with gateway(stranger) as served, served.client() as client:
        await client.follow("work")
        handle = await queue.add("do", {})
        assert (await client.next("job-waiting"))["jobId"] == handle.id
    await stranger.close()


async def test_several_processes_tell_the_same(
    valkey: PrivateServer, app: Backbeat, queue: Queue
) -> None:
    ports = free_port(), free_port()
    first, second = [Served(f"http://127.0.0.1:{port}") for port in ports]
    async with gateway_process(valkey.url, ports[0]), gateway_process(valkey.url, ports[1]):
        async with first.client() as one, second.client() as other, second.stream("work") as stream:
            for client in (one, other):
                await client.follow("work")
                await client.next("queue-snapshot")
            await stream.next()
            await queue.add("do", {}, id="a")
            told = [await each.next("job-waiting") for each in (one, other)]
            assert [*told, (await stream.next())[1]] == [told[0]] * 3
        async with second.client() as client:
            await client.follow("work", "a", since=told[0]["sequence"])
            await queue.cancel("a")
            assert (await client.next("job-cancelled"))["jobId"] == "a"


async def test_s12_one_identity_has_so_many_sockets_and_streams(app: Backbeat) -> None:
    async with gateway(app, limits=LiveLimits(per_identity=2)) as served:
        async with served.client(), served.stream("work") as stream:
            await stream.next()
            async with served.stream("work") as third:
                assert third.response.status_code == 429
                assert b"TOO_MANY_LISTENERS" in await third.response.aread()
            with pytest.raises(socketio.exceptions.ConnectionError):
                async with served.client():
                    pass
            async with served.stream("work", key="viewer") as other:
                assert other.response.status_code == 200
        async with served.client() as client:
            await client.next("connected")


async def test_s12_what_is_opened_is_counted_over_sockets_streams_and_processes(
    app: Backbeat,
) -> None:
    rates = Rates(listen=Rate(1, per=60, burst=2))
    async with (
        gateway(app, rates=rates) as one,
        gateway(app, rates=rates) as other,
        one.client(),
        other.stream("work") as stream,
    ):
        assert stream.response.status_code == 200
        async with one.stream("work") as third:
            assert third.response.status_code == 429
            assert int(third.response.headers["retry-after"]) >= 1
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with other.client():
                pass


async def test_s12_guesses_at_a_socket_are_guesses_at_rest(app: Backbeat) -> None:
    rates = Rates(refused=Rate(1, per=60, burst=3))
    async with gateway(app, rates=rates) as served:
        for n in range(2):
            with pytest.raises(socketio.exceptions.ConnectionError):
                async with served.client(f"guess{n}"):
                    pass
        async with served.stream("work", key="guess3") as stream:
            assert stream.response.status_code == 401
        async with httpx.AsyncClient(base_url=served.url) as http:
            guess = {"authorization": "Bearer guess4"}
            assert (await http.get(f"{API}/queues", headers=guess)).status_code == 429
            assert (await http.get(f"{API}/queues", headers=READER)).status_code == 200
