"""The gateway within an application: asked as a browser or a script would ask it."""

import asyncio

import httpx
from fastapi import FastAPI

import backbeat
from backbeat import Backbeat
from backbeat.gateway.access import Credentials, HostAccess, Principal, Role

app = Backbeat()
mails = app.queue("mails")
site = FastAPI()


async def recognise(credentials: Credentials) -> Principal | None:
    if credentials.bearer != "the token of Ada":
        return None
    return Principal("ada", Role.OPERATOR.actions)


backbeat.mount(app, site, access=HostAccess(recognise))


async def main() -> None:
    await mails.configure()
    base, ada = "http://localhost/backbeat/api/v1", {"authorization": "Bearer the token of Ada"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site)) as client:
        print((await client.get(f"{base}/queues")).json()["error"]["code"])
        job = {"name": "welcome", "data": {"name": "Ada", "password": "x"}, "id": "welcome:ada"}
        await client.post(f"{base}/queues/mails/jobs", json=job, headers=ada)
        seen = await client.get(f"{base}/queues/mails/jobs/welcome:ada", headers=ada)
        print(seen.json()["data"]["state"], seen.json()["data"]["data"])
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
