"""Acting: on jobs and on queues, with an outcome for each and one exit code."""

from typing import Any

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal, Work


def outcomes(done: list[dict[str, Any]]) -> list[str]:
    return [each["outcome"] for each in done]


def state(terminal: Terminal, job_id: str) -> str:
    return str(terminal.json("job", "mail", job_id)["state"])


def test_pause_and_resume(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    assert terminal.json("pause", "mail") == {"paused": ["mail"]}
    assert terminal.json("queues")[0]["paused"] is True
    assert "paused" in terminal("queues").stdout
    assert terminal.json("resume", "mail") == {"resumed": ["mail"]}
    assert terminal.json("queues")[0]["paused"] is False


@pytest.mark.parametrize("command", ["pause", "resume", "clean", "drain", "obliterate"])
def test_a_queue_that_is_not_there_cannot_be_acted_on(terminal: Terminal, command: str) -> None:
    assert terminal(command, "nowhere").exit_code == 4


@pytest.mark.parametrize("command", ["retry", "cancel", "remove", "promote"])
def test_an_unknown_job_among_known_ones_ends_with_four(terminal: Terminal, command: str) -> None:
    delayed = terminal.add("mail", "send", {}, "--delay", "1h")
    first, second = terminal.json(command, "mail", delayed, "nothing", code=4)
    assert first["id"] == delayed
    assert first["outcome"] != "unknown"
    assert second == {"id": "nothing", "outcome": "unknown"}


def test_cancel_keeps_the_reason(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {})
    assert outcomes(terminal.json("cancel", "mail", job_id, "--reason", "a mistake")) == [
        "cancelled"
    ]
    shown = terminal.json("job", "mail", job_id)
    assert (shown["state"], shown["cancel_reason"]) == ("cancelled", "a mistake")


def test_cancelling_what_has_ended_is_refused(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {})
    terminal("cancel", "mail", job_id)
    assert outcomes(terminal.json("cancel", "mail", job_id, code=1)) == ["ended"]


def test_promote_lets_a_delayed_job_start_and_names_the_state_of_others(
    terminal: Terminal,
) -> None:
    delayed = terminal.add("mail", "send", {}, "--delay", "1h")
    assert outcomes(terminal.json("promote", "mail", delayed)) == ["promoted"]
    assert state(terminal, delayed) == "waiting"
    assert outcomes(terminal.json("promote", "mail", delayed, code=1)) == ["waiting"]


def test_remove_takes_a_job_away(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {})
    assert outcomes(terminal.json("remove", "mail", job_id)) == ["removed"]
    assert terminal("job", "mail", job_id).exit_code == 4


def test_retry_lets_named_jobs_run_again(terminal: Terminal, work: Work) -> None:
    failed = terminal.add("mail", "break", {"why": "ink"})
    work("mail", failed)
    waiting = terminal.add("mail", "send", {})
    assert outcomes(terminal.json("retry", "mail", failed, waiting, code=1)) == [
        "retried",
        "waiting",
    ]
    assert state(terminal, failed) == "waiting"


def test_retry_all_takes_those_that_fit(terminal: Terminal, work: Work) -> None:
    failed = [terminal.add("mail", "break", {"why": "ink"}) for _ in range(3)]
    completed = terminal.add("mail", "send", {"to": "ann"})
    work("mail", *failed, completed)
    assert terminal.json("retry", "mail", "--all", "--name", "send") == {"retried": 0}
    assert terminal.json("retry", "mail", "--all", "--error", "KeyError") == {"retried": 0}
    assert terminal.json("retry", "mail", "--all", "--error", "ValueError") == {"retried": 3}
    assert state(terminal, completed) == "completed"


@pytest.mark.parametrize("words", [("retry", "mail"), ("retry", "mail", "x", "--all")])
def test_retry_wants_jobs_or_all(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal.add("mail", "send", {})
    result = terminal(*words)
    assert result.exit_code == 2
    assert "say --all" in result.stderr


def test_clean_removes_ended_jobs_of_one_state_up_to_a_limit(
    terminal: Terminal, work: Work
) -> None:
    jobs = [terminal.add("mail", "send", {"to": "ann"}) for _ in range(3)]
    cancelled = terminal.add("mail", "send", {}, "--delay", "1h")
    work("mail", *jobs)
    terminal("cancel", "mail", cancelled)
    assert terminal.json("clean", "mail", "--older-than", "1h") == {"removed": 0}
    assert terminal.json("clean", "mail", "--limit", "2") == {"removed": 2}
    # The oldest went first.
    assert state(terminal, jobs[2]) == "completed"
    assert terminal.json("clean", "mail", "--state", "cancelled") == {"removed": 1}


@pytest.mark.parametrize("unended", ["waiting", "delayed", "active"])
def test_clean_is_for_ended_jobs(terminal: Terminal, unended: str) -> None:
    job_id = terminal.add("mail", "send", {})
    assert terminal("clean", "mail", "--state", unended).exit_code == 2
    assert state(terminal, job_id) == "waiting"


@pytest.mark.parametrize(("words", "removed", "left"), [((), 2, 1), (("--delayed",), 3, 0)])
def test_drain_removes_what_waits(
    terminal: Terminal, words: tuple[str, ...], removed: int, left: int
) -> None:
    for _ in range(2):
        terminal.add("mail", "send", {})
    terminal.add("mail", "send", {}, "--delay", "1h")
    assert terminal.json("drain", "mail", "--yes", *words) == {"removed": removed}
    assert terminal.json("queues")[0]["delayed"] == left


def test_obliterate_removes_the_queue(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    assert terminal.json("obliterate", "mail", "-y") == {"obliterated": "mail"}
    assert terminal.json("queues") == []


@pytest.mark.parametrize("command", ["drain", "obliterate"])
def test_where_nobody_can_be_asked_nothing_is_thrown_away(terminal: Terminal, command: str) -> None:
    job_id = terminal.add("mail", "send", {})
    result = terminal(command, "mail")
    assert result.exit_code == 2
    assert "repeat it with --yes" in result.stderr
    assert state(terminal, job_id) == "waiting"
