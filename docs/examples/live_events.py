"""A web application that lets its users follow their jobs, and a client that does."""

import asyncio
import secrets
import socket

import aiohttp
import socketio
import uvicorn
from fastapi import FastAPI

from backbeat import Backbeat, Worker, mount
from backbeat.gateway.access import Action, Credentials, Principal
from backbeat.gateway.live import LiveOptions

app = Backbeat()
analyses = app.queue("analyses", events="all")  # also progress and starts


@analyses.job()
async def analyze(wallet: str) -> dict[str, int]:
    return {"trades": len(wallet)}


class Staff:
    """Who may follow everything; others get a token for one job."""

    async def recognise(self, credentials: Credentials) -> Principal | None:
        if credentials.cookies.get("session") != "that of an operator":
            return None
        return Principal("operator", {Action.VIEW, Action.READ_DATA})


web = FastAPI()
secret = secrets.token_bytes(32)  # in production: a setting, the same in every process
live = mount(app, web, access=Staff(), live=LiveOptions(secret=secret)).live


@web.post("/analyses/{wallet}")
async def start(wallet: str) -> dict[str, str]:
    handle = await analyze.enqueue(wallet)
    return {"job": handle.id, "token": live.token_for(handle, ttl=600)}


async def follow(url: str) -> None:
    ended = asyncio.Event()
    async with aiohttp.ClientSession(url) as session:
        async with session.post("/analyses/9xQe") as answer:
            started = await answer.json()
        client = socketio.AsyncClient(http_session=session)

        async def hear(name: str, event: dict[str, object]) -> None:
            if name in {"job-waiting", "job-completed"}:
                print(name, event.get("result", ""))
            if name == "job-waiting":
                async with Worker(app):  # elsewhere, in production
                    await ended.wait()
            elif name == "job-completed":
                ended.set()

        client.on("*", hear)
        await client.connect(url, auth={"token": started["token"]}, transports=["websocket"])
        job = {"queue": "analyses", "jobId": started["job"]}
        await client.emit("subscribe-to-job", job)
        await ended.wait()
        await client.disconnect()


async def main() -> None:
    await analyses.configure()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(web, log_level="warning"))
    serving = asyncio.create_task(server.serve([listening]))
    await follow(f"http://127.0.0.1:{listening.getsockname()[1]}")
    await live.close()
    server.should_exit = True
    await serving
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
