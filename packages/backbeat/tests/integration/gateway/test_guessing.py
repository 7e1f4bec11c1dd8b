"""S2: people with any grant ask for anything, by any id: they get what was granted, and no more."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from backbeat import Backbeat
from backbeat.gateway.access import Action, Credentials, HostAccess, Principal
from backbeat.gateway.application import make_gateway
from backbeat.gateway.http.options import GatewayOptions
from packages.backbeat.tests.support.desk import FREE, Desk
from packages.backbeat.tests.support.fault_report import LONG
from packages.backbeat.tests.support.routes import (
    FILTERED,
    FOR_ALL,
    PUBLIC,
    ROUTES,
    asked,
    is_stream,
)

TRIES: Final = 10_000 if LONG else 400
QUEUES: Final = ("mail", "reports")
SHORT: Final = {path: path.removeprefix("/api/v1/") for _, path, _ in ROUTES}


@dataclass
class Crowd:
    """People by a token, whose grants change with every request."""

    asking: Principal | None = None

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """Whoever it is now."""
        return self.asking

    def draw(self, rng: random.Random) -> Principal:
        """Somebody with any grant."""
        actions = frozenset(rng.sample(sorted(Action), rng.randint(0, len(Action))))
        queues = rng.choice([None, frozenset({rng.choice(QUEUES)}), frozenset(), frozenset({"x"})])
        jobs = rng.choice([None, None, frozenset({job_of(rng.choice(QUEUES), rng.randrange(3))})])
        self.asking = Principal("somebody", actions, queues=queues, jobs=jobs)
        return self.asking


def job_of(queue: str, number: int) -> str:
    return f"id-in-{queue}-{number}"


def payload_of(queue: str) -> str:
    return f"payload-in-{queue}"


@pytest.fixture
async def crowd() -> Crowd:
    return Crowd()


@pytest.fixture
async def desk(shop: Backbeat, crowd: Crowd) -> AsyncIterator[Desk]:
    """A gateway of two queues whose jobs say in which they are."""
    for name, data in (("mail", {"to": payload_of("mail")}), ("reports", {"month": 7})):
        for number in range(3):
            await shop.queue(name).add(
                "send" if name == "mail" else "build", data, id=job_of(name, number)
            )
            await shop.queue(name).add("other", {"x": payload_of(name)}, delay=3_600)
    gateway = make_gateway(
        shop, access=HostAccess(crowd.recognise), options=GatewayOptions(rates=FREE)
    )
    transport = httpx.ASGITransport(gateway, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield Desk(client, shop, gateway)


def aimed(rng: random.Random, path: str) -> tuple[str, Any, str, str | None]:
    """An address and a body for a route: at any queue, and any job of any queue."""
    queue, job = rng.choice(QUEUES), job_of(rng.choice(QUEUES), rng.randrange(3))
    where, body = asked(path.replace("{queue}", queue).replace("{job_id}", job))
    _, body = asked(path) if body is None else (where, body)
    one_job = job if "{job_id}" in path else None
    if isinstance(body, dict) and "ids" in body:
        body, one_job = {**body, "ids": [job]}, job
    elif isinstance(body, dict) and path.endswith(("/reschedule", "/replay")):
        body, one_job = {**body, "id": job}, job
    return where, body, queue, one_job


async def test_s2_nobody_gets_what_was_not_granted_by_guessing_ids(
    desk: Desk, crowd: Crowd
) -> None:
    rng = random.Random(2)
    granted = refused = 0
    for n in range(TRIES):
        method, path, permission = rng.choice(ROUTES)
        if path in PUBLIC | FOR_ALL:
            continue
        who = crowd.draw(rng)
        where, body, queue, job = aimed(rng, path)
        if is_stream(path):
            status, text = await desk.open(where)
        else:
            answer = await desk.ask(method, where, json=body)
            status, text = answer.status_code, answer.text
        story = f"try {n}: {method} {where} {body} by {who}: {status} {text[:300]}"
        assert status < 500, story
        short = SHORT[path]
        concerns = queue if "{queue}" in path else None
        if short not in FILTERED and not short.startswith("jobs/"):
            if who.may(Action(permission), concerns, job):
                granted += 1
                if concerns is None:
                    continue  # of the whole application, as the audit log is
            else:
                refused += 1
                assert status == 403, story
        for other in QUEUES:
            if not who.may(Action.VIEW, other, job):
                # What they have sent themselves may be repeated to them.
                hidden = {job_of(other, number) for number in range(3)} - {job}
                assert not any(each in text for each in hidden), story
            if not who.may(Action.READ_DATA, other, job):
                assert payload_of(other) not in text, story
    assert granted > TRIES / 20
    assert refused > TRIES / 4
