"""Queues and jobs over HTTP: looked at, added, steered."""

from datetime import UTC, datetime, timedelta

from backbeat import State
from packages.backbeat.tests.support.desk import Desk
from packages.backbeat.tests.support.working import ended, working


async def test_queues_are_listed_with_their_counts(desk: Desk) -> None:
    await desk.app.queue("mail").add("send", {"to": "ada"})
    queues = {each["name"]: each for each in await desk.data("GET", "queues")}
    assert sorted(queues) == ["mail", "reports"]
    assert queues["mail"]["counts"]["waiting"] == 1
    assert queues["mail"]["error"] is None
    one = await desk.data("GET", "queues/mail")
    assert one == queues["mail"]
    assert (await desk.data("GET", "queues/mail/load"))["waiting"] == 1


async def test_an_unknown_queue_is_not_found_and_not_made(desk: Desk) -> None:
    assert await desk.error("GET", "queues/nope") == (404, "QUEUE_NOT_FOUND")
    body = {"name": "send", "data": {"to": "ada"}}
    assert await desk.error("POST", "queues/nope/jobs", json=body) == (404, "QUEUE_NOT_FOUND")
    assert "nope" not in desk.app.queues


async def test_a_job_is_added_looked_at_and_removed(desk: Desk) -> None:
    body = {"name": "send", "data": {"to": "ada"}, "id": "a/b:c", "priority": 7, "delay": 60}
    assert await desk.data("POST", "queues/mail/jobs", json=body) == {
        "id": "a/b:c",
        "created": True,
    }
    again = await desk.data("POST", "queues/mail/jobs", json=body)
    assert again == {"id": "a/b:c", "created": False}
    job = await desk.data("GET", "queues/mail/jobs/a/b:c")
    assert (job["state"], job["priority"], job["data"]) == ("delayed", 7, {"to": "ada"})
    assert job["why"].startswith("it was asked to start")
    assert [step["what"] for step in job["timeline"]] == ["added", "due"]
    assert await desk.data("GET", "jobs/a/b:c") == [job]
    removed = await desk.data("POST", "queues/mail/remove", json={"ids": ["a/b:c"]})
    assert removed == {"count": 1, "active": []}
    assert await desk.error("GET", "queues/mail/jobs/a/b:c") == (404, "JOB_NOT_FOUND")


async def test_arguments_that_do_not_fit_the_handler_are_refused_with_the_field(desk: Desk) -> None:
    body = {"name": "send", "data": {"to": 7}}
    answer = await desk.ask("POST", "queues/mail/jobs", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "INVALID_PAYLOAD"
    assert answer.json()["error"]["details"] == {"field": "to"}
    many = {"jobs": [{"name": "send", "data": {"to": "ada"}}, body]}
    assert await desk.error("POST", "queues/mail/jobs/bulk", json=many) == (400, "INVALID_PAYLOAD")
    assert (await desk.app.queue("mail").counts()).waiting == 0


async def test_jobs_are_listed_page_by_page_filtered_and_searched(desk: Desk) -> None:
    jobs = [{"name": "send", "data": {"to": f"user{n}"}, "id": f"j{n}"} for n in range(25)]
    await desk.data("POST", "queues/mail/jobs/bulk", json={"jobs": jobs})
    seen: list[str] = []
    cursor = None
    while True:
        given = {"limit": 10, **({"cursor": cursor} if cursor else {})}
        answer = (await desk.ask("GET", "queues/mail/jobs", params=given)).json()
        seen += [job["id"] for job in answer["data"]]
        cursor = answer["pagination"]["nextCursor"]
        if cursor is None:
            break
    assert seen == [f"j{n}" for n in range(25)]
    found = await desk.data("GET", "queues/mail/jobs", params={"search": "USER7"})
    assert [job["id"] for job in found] == ["j7"]
    assert await desk.data("GET", "queues/mail/jobs", params={"name": "other"}) == []
    assert await desk.data("GET", "queues/mail/jobs", params={"state": "failed"}) == []


async def test_a_cursor_that_is_none_is_refused(desk: Desk) -> None:
    for cursor in ("z|abc|x", "l|1e999999|", "(", "z|+inf|j", "9|" * 50):
        for state in ("waiting", "failed"):
            given = {"cursor": cursor, "state": state}
            answer = await desk.ask("GET", "queues/mail/jobs", params=given)
            assert answer.status_code == 400, cursor
    assert (await desk.ask("GET", "audit", params={"cursor": "x"})).status_code == 400


async def test_a_page_is_never_larger_than_200(desk: Desk) -> None:
    answer = (await desk.ask("GET", "queues/mail/jobs", params={"limit": 10**9})).json()
    assert answer["pagination"]["limit"] == 200


async def test_failed_jobs_are_dead_letters_until_they_are_retried(desk: Desk) -> None:
    queue = desk.app.queue("mail")
    await queue.add("send", {"to": "nobody"}, id="bad")
    async with working(desk.app):
        await ended(queue, "bad")
        job = await desk.data("GET", "queues/mail/jobs/bad")
        assert job["error"]["error"] == "ValueError"
        assert job["logs"]
        assert await desk.data("GET", "queues/mail/logs/bad") == job["logs"]
        assert [step["what"] for step in job["timeline"]][:2] == ["added", "started"]
    counts = {each["queue"]: each["failed"] for each in await desk.data("GET", "dead")}
    assert counts == {"mail": 1, "reports": 0}
    (letter,) = await desk.data("GET", "dead/mail")
    assert letter["error"]["error"] == "ValueError"
    assert await desk.data("POST", "dead/mail/retry", json={"error": "KeyError"}) == {"count": 0}
    assert await desk.data("POST", "dead/mail/retry", json={}) == {"count": 1}
    assert (await queue.get("bad")).state is State.WAITING


async def test_dead_letters_are_looked_at_retried_and_removed_by_what_they_failed_of(
    desk: Desk,
) -> None:
    queue = desk.app.queue("mail")
    for n in range(3):
        await queue.add("send", {"to": "nobody", "password": f"hunter{n}"}, id=f"bad{n}")
    async with working(desk.app):
        for n in range(3):
            await ended(queue, f"bad{n}")
    (group,) = await desk.data("GET", "dead/mail/groups")
    assert (group["name"], group["count"], group["error"]["error"]) == ("send", 3, "ValueError")
    assert "trace" not in group["error"]
    of = f"dead/mail/groups/{group['fingerprint']}"
    one = await desk.data("GET", of)
    assert "in send" in one["error"]["trace"]
    assert "hunter" not in str([group, one])
    page = (await desk.ask("GET", f"{of}/jobs", params={"limit": 2})).json()
    given = {"limit": 2, "cursor": page["pagination"]["nextCursor"]}
    rest = await desk.data("GET", f"{of}/jobs", params=given)
    assert {job["id"] for job in page["data"] + rest} == {"bad0", "bad1", "bad2"}
    assert await desk.data("POST", f"{of}/retry") == {"count": 3}
    assert await desk.error("GET", of) == (404, "NOT_FOUND")
    async with working(desk.app):
        for n in range(3):
            await ended(queue, f"bad{n}")
    assert await desk.data("POST", f"{of}/remove") == {"count": 3}
    assert await desk.data("GET", "dead/mail/groups") == []
    assert await desk.data("GET", f"{of}/jobs") == []


async def test_jobs_are_steered(desk: Desk) -> None:
    queue = desk.app.queue("mail")
    for name in ("a", "b"):
        await queue.add("send", {"to": name}, id=name)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await desk.data("POST", "queues/mail/reschedule", json={"id": "a", "runAt": later})
    assert (await queue.get("a")).state is State.DELAYED
    assert await desk.data("POST", "queues/mail/promote", json={"ids": ["a", "b"]}) == {"count": 1}
    moved = await desk.data("POST", "queues/mail/reprioritise", json={"ids": ["a"], "priority": 9})
    assert moved == {"count": 1}
    assert (await queue.get("a")).priority == 9
    done = await desk.data(
        "POST", "queues/mail/cancel", json={"ids": ["a", "x"], "reason": "not needed"}
    )
    assert done == {"jobs": {"a": "cancelled", "x": "unknown"}}
    assert (await desk.data("GET", "queues/mail/jobs/a"))["cancelReason"] == "not needed"
    assert await desk.data("POST", "queues/mail/retry", json={"ids": ["a"]}) == {"count": 1}


async def test_data_is_edited_and_replayed(desk: Desk) -> None:
    queue = desk.app.queue("mail")
    await queue.add("send", {"to": "ada", "password": "hunter2"}, id="a")
    seen = await desk.data("GET", "queues/mail/jobs/a")
    assert seen["data"] == {"to": "ada", "password": "[redacted]"}
    edited = {**seen["data"], "to": "bob"}
    await desk.data("PUT", "queues/mail/data/a", json={"data": edited})
    assert (await queue.get("a")).arguments == {"to": "bob", "password": "hunter2"}
    lost = {"to": "[redacted]x"}
    assert await desk.error("PUT", "queues/mail/data/a", json={"data": lost}) == (
        400,
        "INVALID_PAYLOAD",
    )
    made = await desk.data("POST", "queues/mail/replay", json={"id": "a", "newId": "b"})
    assert made == {"id": "b", "created": True}
    assert (await queue.get("b")).arguments == {"to": "bob", "password": "hunter2"}


async def test_a_queue_is_paused_scaled_and_resumed(desk: Desk) -> None:
    await desk.data("POST", "queues/mail/pause")
    assert (await desk.app.queue("mail").counts()).paused
    await desk.data("POST", "queues/mail/resume")
    assert not (await desk.app.queue("mail").counts()).paused
    async with working(desk.app):
        told = await desk.data("POST", "queues/mail/scale", json={"concurrency": 3})
        assert told == {"count": 1}
    assert await desk.error("POST", "queues/mail/scale", json={}) == (400, "INVALID_OPTION")


async def test_what_cannot_be_undone_is_tried_first_and_confirmed_by_name(desk: Desk) -> None:
    queue = desk.app.queue("mail")
    await queue.add("send", {"to": "ada"})
    for action, more in (("drain", {}), ("obliterate", {}), ("clean", {"state": "failed"})):
        path = f"queues/mail/{action}"
        tried = await desk.data("POST", path, json={"dryRun": True, **more})
        assert tried == {"count": 0 if action == "clean" else 1, "dryRun": True}
        for wrong in ({}, {"confirm": "reports"}, {"confirm": ""}):
            refused = await desk.error("POST", path, json={**wrong, **more})
            assert refused == (422, "NOT_CONFIRMED")
    assert (await queue.counts()).waiting == 1
    drained = await desk.data("POST", "queues/mail/drain", json={"confirm": "mail"})
    assert drained == {"count": 1, "dryRun": False}
    await desk.data("POST", "queues/mail/obliterate", json={"confirm": "mail"})
    assert "mail" not in await desk.app.queue_names()
