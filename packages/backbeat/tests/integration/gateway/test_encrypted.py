"""S14 over HTTP: who looks sees that a queue is encrypted, and not what its jobs carry."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backbeat import Backbeat, JobHandle, Keyring, every
from packages.backbeat.tests.support.desk import Desk, at_desk
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import working

CANARY = "sesame-0pen-sesame"
KEYS = Keyring({"2026-11": b"k" * 32})


def clinic(url: str, keyring: Keyring | None) -> Backbeat:
    """An application with an encrypted queue; as somebody sees it who has no keys."""
    app = Backbeat(url, keyring=keyring)
    patients = app.queue("patients", encrypted=True if keyring else None)

    @patients.job()
    async def report(patient: str) -> dict[str, str]:
        return {"told": patient}

    return app


@pytest.fixture
async def desk(valkey: PrivateServer) -> AsyncIterator[Desk]:
    """A gateway of the clinic, with its keys."""
    app = clinic(valkey.url, KEYS)
    await app.queue("patients").configure()
    async with at_desk(app) as desk:
        yield desk
    await app.close()


async def add(desk: Desk, **more: Any) -> str:
    body = {"name": "report", "data": {"patient": CANARY}, **more}
    added: dict[str, Any] = await desk.data("POST", "queues/patients/jobs", json=body)
    return str(added["id"])


async def test_s14_what_is_looked_at_says_with_which_key_it_is_encrypted(desk: Desk) -> None:
    job_id = await add(desk)
    async with working(desk.app):
        await desk.app.queue("patients").handle(job_id).result(10)
    await desk.app.schedules.upsert(
        "daily", every(86_400), desk.app.queue("patients").call("report", {"patient": CANARY})
    )
    job = await desk.data("GET", f"queues/patients/jobs/{job_id}")
    assert job["data"] == job["result"] == "[encrypted with key 2026-11]"
    schedule = await desk.data("GET", "schedules/patients/daily")
    assert schedule["data"] == "[encrypted with key 2026-11]"
    for path in ("queues/patients/jobs?state=completed", f"jobs/{job_id}", "audit", "schedules"):
        answer = await desk.ask("GET", path)
        assert answer.status_code == 200
        assert CANARY not in answer.text


async def test_s14_arguments_are_replaced_and_replayed_without_being_shown(desk: Desk) -> None:
    job_id = await add(desk, delay=600)
    edit, replay = f"queues/patients/data/{job_id}", "queues/patients/replay"
    await desk.data("PUT", edit, json={"data": {"patient": f"{CANARY}2"}})
    again = await desk.data("POST", replay, json={"id": job_id})
    async with working(desk.app):
        handle: JobHandle[Any] = desk.app.queue("patients").handle(again["id"])
        assert await handle.result(10) == {"told": f"{CANARY}2"}
    entries = await desk.data("GET", "audit")
    assert {each["what"] for each in entries} >= {"jobs.add", "jobs.edit", "jobs.replay"}
    assert CANARY not in str(entries)
    assert "[encrypted]" in str(entries)


async def test_s14_a_gateway_without_keys_adds_and_replays_nothing(
    desk: Desk, valkey: PrivateServer
) -> None:
    job_id = await add(desk, delay=600)
    app = clinic(valkey.url, None)
    async with at_desk(app) as blind:
        job = await blind.data("GET", f"queues/patients/jobs/{job_id}")
        assert job["data"] == "[encrypted with key 2026-11]"
        plain = {"name": "report", "data": {"patient": "x"}}
        added = await blind.error("POST", "queues/patients/jobs", json=plain)
        assert added == (409, "QUEUE_ENCRYPTED")
        refused = (409, "KEY_NOT_FOUND")
        replay = {"id": job_id}
        assert await blind.error("POST", "queues/patients/replay", json=replay) == refused
        edit = {"data": {"patient": "x"}}
        assert await blind.error("PUT", f"queues/patients/data/{job_id}", json=edit) == refused
    await app.close()
    assert (await desk.app.queue("patients").counts()).delayed == 1
