"""`backbeat schedules`: made, looked at, steered and removed from the command line."""

import json

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal, Work

MADE = ("schedules", "upsert", "mail", "nightly", "send", '{"to": "ada"}')


@pytest.fixture
def made(terminal: Terminal) -> Terminal:
    """A terminal on a server with a schedule."""
    rule = ("--cron", "30 2 * * *", "--tz", "Europe/Oslo", "--overlap", "skip", "--missed", "all")
    info = terminal.json(*MADE, *rule)
    assert info["rule"] == "cron 30 2 * * * Europe/Oslo"
    return terminal


def test_a_list_has_what_was_made(made: Terminal) -> None:
    [info] = made.json("schedules", "list")
    assert (info["name"], info["queue"], info["handler"]) == ("nightly", "mail", "send")
    assert made.json("schedules", "list", "--queue", "other") == []
    shown = made("schedules", "list")
    assert shown.exit_code == 0
    assert "cron 30 2 * * * Europe/Oslo" in shown.stdout


def test_nobody_is_listed_where_there_is_none(terminal: Terminal) -> None:
    assert "there is no schedule" in terminal("schedules", "list").stdout


def test_one_is_shown_with_its_next_slots_and_its_history(
    made: Terminal, shop: str, work: Work
) -> None:
    job_id = made.json("schedules", "run", "nightly")["id"]
    work("mail", job_id)
    data = made.json("schedules", "show", "nightly", "--count", "3")
    assert len(data["next"]) == 3
    assert (data["missed"], data["overlap"]) == ("all, at most 100", "skip")
    [run] = data["history"]
    assert (run["job_id"], run["outcome"]) == (job_id, "completed")
    assert run["duration"] >= 0
    shown = made("schedules", "show", "nightly").stdout
    assert all(word in shown for word in ("Europe/Oslo", "T02:30:00+0", "completed", job_id))


def test_pause_and_resume_are_seen(made: Terminal) -> None:
    assert made.json("schedules", "pause", "nightly") == {"paused": "nightly"}
    assert made.json("schedules", "list")[0]["paused"]
    assert "paused" in made("schedules", "list").stdout
    assert made.json("schedules", "resume", "nightly")["next_at"]
    assert not made.json("schedules", "list")[0]["paused"]


def test_removed_it_is_not_found(made: Terminal) -> None:
    assert made.json("schedules", "remove", "nightly") == {"removed": "nightly"}
    for command in ("show", "pause", "resume", "run", "remove"):
        gone = made("schedules", command, "nightly")
        assert (gone.exit_code, "no schedule nightly" in gone.stderr) == (4, True)


def test_every_and_at_make_schedules_too(terminal: Terminal) -> None:
    every = terminal.json(*MADE, "--every", "90s", "--anchor", "2030-01-01T00:00Z", "--limit", "3")
    assert (every["rule"], every["limit"]) == ("every 90 s", 3)
    at = terminal.json(*MADE, "--at", "2100-01-01T00:00Z", "--missed", "window", "--window", "1h")
    assert (at["rule"], at["missed"]) == ("at 2100-01-01T00:00:00+00:00", "window of 3600 s")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "one of --cron, --every and --at"),
        (("--every", "1h", "--at", "2100-01-01T00:00Z"), "one of --cron, --every and --at"),
        (("--cron", "0 25 * * *"), "the hour '25'"),
        (("--every", "1h", "--window", "1h"), "--missed window and --window"),
    ],
)
def test_what_makes_no_sense_is_a_wrong_usage(
    terminal: Terminal, words: tuple[str, ...], message: str
) -> None:
    refused = terminal(*MADE, *words)
    assert (refused.exit_code, message in refused.stderr) == (2, True)


def test_arguments_that_are_no_json_or_do_not_fit_are_refused(
    terminal: Terminal, shop: str
) -> None:
    assert terminal(*MADE[:-1], "{to", "--every", "1h").exit_code == 1
    unfit = terminal(*MADE[:-1], json.dumps({"too": 1}), "--every", "1h", "--app", shop)
    assert (unfit.exit_code, "there is no such name" in unfit.stderr) == (1, True)
