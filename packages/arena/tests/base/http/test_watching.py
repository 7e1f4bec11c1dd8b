"""Health, metrics and the log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from arena.base.logs import configure_logs
from backbeat import Backbeat
from packages.arena.tests.base.http.shop import Shop
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON; logging is as before afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    text = io.StringIO()
    configure_logs(json=True, to=text)
    yield text
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def requests_in(lines: io.StringIO) -> list[dict[str, object]]:
    read = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [each for each in read if each["event"] == "request"]


async def test_a_house_whose_stores_answer_is_ready(shop: Shop) -> None:
    for path in ("/health", "/health/ready"):
        answer = (await shop.ask("GET", path)).json()
        assert answer["data"]["status"] == "ok"
        assert set(answer["data"]["stores"]) == {"jobs"}
    assert (await shop.ask("GET", "/health/live")).json()["data"] == {"status": "ok"}


async def test_a_store_that_does_not_answer_is_named_and_the_process_still_lives(
    shop: Shop,
) -> None:
    async def refuse() -> None:
        raise OSError("no route to 10.0.0.7 with password x")

    shop.web.state.checks["postgres"] = refuse
    answer = await shop.ask("GET", "/health/ready")
    assert answer.status_code == 503
    assert answer.json()["error"]["details"] == {"stores": ["postgres"]}
    assert "10.0.0.7" not in answer.text
    assert (await shop.ask("GET", "/health/live")).status_code == 200


async def test_a_frozen_server_of_jobs_is_not_waited_for(
    shop: Shop, valkey_server: PrivateServer
) -> None:
    valkey_server.freeze()
    try:
        answer = await shop.ask("GET", "/health/ready")
    finally:
        valkey_server.thaw()
    assert answer.json()["error"]["details"] == {"stores": ["jobs"]}


async def test_metrics_are_for_operators_and_count_routes_not_addresses(
    shop: Shop, jobs: Backbeat
) -> None:
    await jobs.queue("mails").configure()
    for path in ("/api/shop/open", "/api/shop/open", "/nowhere/1", "/nowhere/2"):
        await shop.ask("GET", path)
    assert await shop.error("GET", "/metrics") == (401, "UNAUTHENTICATED")
    assert await shop.error("GET", "/metrics", "ada") == (403, "FORBIDDEN")
    text = (await shop.ask("GET", "/metrics", "eve")).text
    counted = 'arena_http_request_seconds_count{method="GET",route="%s",status="%s"} %s'
    assert counted % ("/api/shop/open", 200, "2.0") in text
    assert counted % ("other", 404, "2.0") in text
    assert "nowhere" not in text
    assert 'queue="mails"' in text


async def test_a_request_is_one_line_with_its_id_and_its_user(
    shop: Shop, lines: io.StringIO
) -> None:
    await shop.ask("GET", "/api/shop/open?token=hunter2", "ada", headers={"x-request-id": "r-1"})
    [line] = requests_in(lines)
    assert line["request"] == "r-1"
    assert line["path"] == "/api/shop/open"
    assert line["status"] == 200
    assert line["user"] == "00000000-0000-0000-0000-000000000001"
    assert "hunter2" not in lines.getvalue()


async def test_lines_within_a_request_carry_its_id(shop: Shop, lines: io.StringIO) -> None:
    await shop.ask("GET", "/api/shop/broken", headers={"x-request-id": "r-2"})
    read = [json.loads(line) for line in lines.getvalue().splitlines()]
    failed = [each for each in read if "exception" in each]
    assert [each["request"] for each in failed] == ["r-2"]


async def test_nothing_that_is_sent_makes_a_line_of_its_own(shop: Shop, lines: io.StringIO) -> None:
    await shop.ask("GET", "/api/shop/%0A%0D%1b[31m%E2%80%A8INFO forged")
    assert len(requests_in(lines)) == len(lines.getvalue().splitlines()) == 1
    assert lines.getvalue().isascii()
