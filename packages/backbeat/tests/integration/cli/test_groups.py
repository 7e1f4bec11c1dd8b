"""Groups on the command line: listed, shown, and given rules."""

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_groups_are_listed_with_their_jobs_and_rules(terminal: Terminal) -> None:
    terminal.add("mail", "send", {}, "--group", "acme")
    terminal.add("mail", "send", {})
    terminal("group", "mail", "zoo", "--weight", "3", "--pause")
    page = terminal.json("groups", "mail")
    assert [group["name"] for group in page["groups"]] == ["acme", "zoo"]
    assert [group["waiting"] for group in page["groups"]] == [1, 0]
    first = terminal.json("groups", "mail", "--limit", "1")
    assert [group["name"] for group in first["groups"]] == ["acme"]
    table = terminal("groups", "mail", "--cursor", first["cursor"]).stdout
    assert all(word in table for word in ("zoo", "paused", "weight 3"))
    assert "acme" not in table


def test_a_queue_without_groups_says_so(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    assert "no groups" in terminal("groups", "mail").stdout
    assert terminal("groups", "nowhere").exit_code == 4


def test_rules_are_set_shown_and_taken_back(terminal: Terminal) -> None:
    terminal.add("mail", "send", {}, "--group", "acme")
    rules = ("--concurrency", "4", "--rate", "10/2s", "--max-waiting", "99", "--priority", "7")
    info = terminal.json("group", "mail", "acme", *rules)
    assert (info["concurrency"], info["max_waiting"], info["priority"]) == (4, 99, 7)
    assert (info["rate"]["count"], info["rate"]["per"]) == (10, 2)
    shown = terminal("group", "mail", "acme", "--concurrency", "none", "--ordered").stdout
    assert all(word in shown for word in ("priority 7", "ordered", "rate 10/2.0 s", "at most 99"))
    assert terminal.json("group", "mail", "acme", "--rate", "none")["rate"] is None
    info = terminal.json("group", "mail", "acme", "--reset", "--weight", "2")
    assert info["own"] == ["weight"]


def test_a_paused_group_says_why_its_jobs_wait(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {}, "--group", "acme")
    assert terminal.json("group", "mail", "acme", "--pause")["held"] == "paused"
    job = terminal.json("job", "mail", job_id)
    assert (job["reason"], job["group"]) == ("group", "acme")
    assert "backbeat group mail acme" in job["why"]
    assert terminal.json("group", "mail", "acme", "--resume")["held"] is None


def test_a_full_group_ends_an_enqueue_with_its_name(terminal: Terminal) -> None:
    terminal.add("mail", "send", {}, "--group", "acme")
    terminal("group", "mail", "acme", "--max-waiting", "1")
    refused = terminal("enqueue", "mail", "send", "{}", "--group", "acme")
    assert refused.exit_code != 0
    assert "acme" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--rate", "fast"],
        ["--concurrency", "many"],
        ["--weight", "0"],
        ["--pause", "--resume"],
    ],
)
def test_rules_that_make_no_sense_are_refused(terminal: Terminal, words: list[str]) -> None:
    terminal.add("mail", "send", {})
    assert terminal("group", "mail", "acme", *words).exit_code != 0
