"""Idempotency-Key, ETag, and the form of answers."""

import asyncio
from typing import Any, Final

from packages.backbeat.tests.support.desk import Desk

ADD: Final = {"name": "send", "data": {"to": "ada"}}
KEY: Final = {"idempotency-key": "order-7"}


async def test_a_request_sent_again_is_answered_as_before(desk: Desk) -> None:
    first = await desk.ask("POST", "queues/mail/jobs", json=ADD, headers=KEY)
    again = await desk.ask("POST", "queues/mail/jobs", json=ADD, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (await desk.app.queue("mail").counts()).waiting == 1


async def test_a_key_that_was_used_for_something_else_is_a_conflict(desk: Desk) -> None:
    await desk.data("POST", "queues/mail/jobs", json=ADD, headers=KEY)
    other = {"name": "send", "data": {"to": "bob"}}
    refused = await desk.error("POST", "queues/mail/jobs", json=other, headers=KEY)
    assert refused == (409, "IDEMPOTENCY_KEY_REUSED")
    assert await desk.error("POST", "queues/mail/pause", headers=KEY) == refused


async def test_keys_of_different_people_are_different(desk: Desk) -> None:
    one = await desk.data("POST", "queues/mail/jobs", json=ADD, headers=KEY)
    two = await desk.data("POST", "queues/mail/jobs", "operator", json=ADD, headers=KEY)
    assert one["id"] != two["id"]


async def test_of_many_at_once_one_is_carried_out(desk: Desk) -> None:
    answers = await asyncio.gather(
        *(desk.ask("POST", "queues/mail/jobs", json=ADD, headers=KEY) for _ in range(10))
    )
    statuses = {answer.status_code for answer in answers}
    assert 201 in statuses
    assert statuses <= {201, 409}
    assert (await desk.app.queue("mail").counts()).waiting == 1


async def test_a_refused_request_may_be_sent_again(desk: Desk) -> None:
    wrong = await desk.ask("POST", "queues/mail/drain", json={"confirm": "x"}, headers=KEY)
    assert wrong.status_code == 422
    right = await desk.ask("POST", "queues/mail/drain", json={"confirm": "mail"}, headers=KEY)
    assert right.status_code == 200


async def test_an_answer_that_was_lost_does_not_add_a_job_twice(desk: Desk) -> None:
    """The id of the job comes from the key, so that it holds where the answer was never kept."""
    first = await desk.data("POST", "queues/mail/jobs/bulk", json={"jobs": [ADD, ADD]}, headers=KEY)
    connection = await desk.app.connections.open()
    keys: Any = await connection.transport.execute("KEYS", "*:reply")
    await connection.transport.execute("DEL", *keys)
    again = await desk.data("POST", "queues/mail/jobs/bulk", json={"jobs": [ADD, ADD]}, headers=KEY)
    assert [each["id"] for each in again] == [each["id"] for each in first]
    assert [each["created"] for each in again] == [False, False]
    assert (await desk.app.queue("mail").counts()).waiting == 2


async def test_a_snapshot_that_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    first = await desk.ask("GET", "queues")
    tag = first.headers["etag"]
    same = await desk.ask("GET", "queues", headers={"if-none-match": f'"x", {tag}'})
    assert same.status_code == 304
    assert same.content == b""
    assert same.headers["etag"] == tag
    await desk.app.queue("mail").add("send", {"to": "ada"})
    changed = await desk.ask("GET", "queues", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_every_refusal_has_the_same_form(desk: Desk) -> None:
    assert await desk.error("GET", "nowhere") == (404, "NOT_FOUND")
    assert await desk.error("DELETE", "queues") == (405, "METHOD_NOT_ALLOWED")
    assert await desk.error("GET", "queues/a%20b") == (400, "VALIDATION_FAILED")
    said = await desk.ask("POST", "queues/mail/retry", json={"ids": ["a", 7], "more": 1})
    details = said.json()["error"]["details"]
    assert {each["where"] for each in details} == {"body.ids.1", "body.more"}
