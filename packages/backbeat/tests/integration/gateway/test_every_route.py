"""S1, S2, S24, S28: every route of the gateway, by whoever may ask it and whoever may not."""

from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from backbeat import Backbeat
from backbeat.gateway.access import Action
from backbeat.gateway.application import API
from packages.backbeat.tests.support.desk import PEOPLE, Desk, at_desk
from packages.backbeat.tests.support.routes import (
    BODIES,
    FILTERED,
    FOR_ALL,
    PUBLIC,
    ROUTES,
    WITHOUT,
    asked,
    gateway,
    is_stream,
)


async def answered(desk: Desk, method: str, path: str, who: str | None) -> tuple[int, str]:
    """Status and code, also of what does not end."""
    where, body = asked(path)
    if is_stream(path):
        return await desk.open(where, who)
    answer = await desk.ask(method, where, who, json=body)
    refused = answer.status_code >= 400
    return answer.status_code, answer.json()["error"]["code"] if refused else ""


def test_every_route_names_one_permission() -> None:
    unnamed = {path for _, path, permission in ROUTES if not permission}
    assert unnamed == PUBLIC | FOR_ALL
    assert {permission for _, _, permission in ROUTES if permission} <= set(Action)


def test_every_write_is_tried_with_a_body_that_fits() -> None:
    writes = {path.removeprefix(API) for method, path, _ in ROUTES if method in {"POST", "PUT"}}
    assert writes <= BODIES.keys() | WITHOUT


def test_the_document_has_every_route() -> None:
    served = {
        (method, route.path_format)
        for route in iter_route_contexts(gateway().routes)
        for method in route.methods or ()
    }
    assert served == {(method, path) for method, path, _ in ROUTES}


async def test_s1_nobody_who_is_unknown_gets_anything(desk: Desk) -> None:
    for n, (method, path, _) in enumerate(ROUTES):
        who = "nobody" if n % 2 else None
        answer = await answered(desk, method, path, who)
        assert answer == ((200, "") if path in PUBLIC else (401, "UNAUTHENTICATED")), (method, path)


@pytest.mark.parametrize("who", sorted(PEOPLE))
async def test_s1_s2_each_role_gets_what_it_was_granted_and_nothing_else(
    desk: Desk, who: str
) -> None:
    await desk.app.queue("mail").add("send", {"to": "ada"}, id="a")
    person = PEOPLE[who]
    for method, path, permission in ROUTES:
        if path in PUBLIC | FOR_ALL or path.endswith("/obliterate"):
            continue
        queue = "mail" if "{queue}" in path else None
        answer = await answered(desk, method, path, who)
        short = path.removeprefix(f"{API}/")
        if person.may(Action(permission), queue) or short in FILTERED or short.startswith("jobs/"):
            assert answer[0] not in {401, 403, 500}, (method, path, answer)
        else:
            assert answer == (403, "FORBIDDEN"), (method, path)


async def test_s2_a_grant_for_one_queue_is_none_for_another(desk: Desk) -> None:
    await desk.app.queue("reports").add("build", {"month": 1}, id="secret")
    for method, path, permission in ROUTES:
        if "{queue}" not in path or not permission:
            continue
        where, body = asked(path.replace("{queue}", "reports").replace("{job_id}", "secret"))
        if is_stream(path):
            assert await desk.open(where, "mailer") == (403, "FORBIDDEN")
            continue
        body = BODIES.get(path.removeprefix(API)) if body is None else body
        answer = await desk.ask(method, where, "mailer", json=body)
        assert answer.status_code == 403, (method, path, answer.text)
    assert await desk.data("GET", "jobs/secret", "mailer") == []
    for path in ("queues", "dead", "schedules", "workers", "health/queues", "alerts"):
        said = await desk.ask("GET", path, "mailer")
        assert "reports" not in said.text, path
    assert (await desk.app.queue("reports").get("secret")).state == "waiting"


async def test_s24_a_read_only_gateway_changes_nothing_for_anybody(shop: Backbeat) -> None:
    await shop.queue("mail").add("send", {"to": "ada"}, id="a")
    before = await shop.queue("mail").counts()
    async with at_desk(shop, read_only=True) as desk:
        for method, path, permission in ROUTES:
            if method == "GET" or not permission:
                continue
            where, body = asked(path)
            if isinstance(body, dict) and "dryRun" in body:
                body = {**body, "dryRun": False, "confirm": "mail"}
            answer = await desk.ask(method, where, "admin", json=body)
            if answer.status_code == 404:
                continue  # there is no such worker, flow or key to change
            assert answer.status_code == 403, (method, path, answer.text)
            assert answer.json()["error"]["code"] == "READ_ONLY"
    after = await shop.queue("mail").counts()
    assert (after.waiting, after.paused) == (before.waiting, before.paused)


async def test_s23_each_write_is_in_the_audit_log_once(desk: Desk) -> None:
    await desk.app.queue("mail").add("send", {"to": "ada"}, id="a")
    written = 0
    for method, path, permission in ROUTES:
        if method == "GET" or not permission or "dryRun" in (asked(path)[1] or {}):
            continue
        before = await _entries(desk)
        where, body = asked(path)
        answer = await desk.ask(method, where, json=body)
        after = await _entries(desk)
        fresh = [each for each in after if each["id"] not in {old["id"] for old in before}]
        if answer.status_code < 300:
            assert [each["action"] for each in fresh] == [permission], (method, path)
            assert fresh[0]["who"] == "admin"
            assert fresh[0]["requestId"] == answer.headers["x-request-id"]
            written += 1
        else:
            assert len(fresh) in {0, 2}, (method, path)
    assert written > 20


async def _entries(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await desk.data("GET", "audit", params={"limit": 200})
    return found
