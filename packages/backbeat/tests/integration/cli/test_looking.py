"""Looking: queues, jobs, one job, workers."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backbeat.engine.states import State
from packages.backbeat.tests.integration.cli.conftest import Terminal, Work
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import QueueBench

NUMBERS = {"waiting", "delayed", "active", "completed", "failed", "cancelled", "workers"}


def test_a_server_without_queues_says_so(terminal: Terminal) -> None:
    assert "there is no queue yet" in terminal("queues").stdout
    assert terminal.json("queues") == []


def test_queues_shows_each_queue_with_its_counts(terminal: Terminal) -> None:
    terminal.add("mail", "send", {"to": "ann"})
    terminal.add("mail", "send", {"to": "bob"}, "--delay", "1h")
    terminal.add("reports", "forever", {})
    mail, reports = terminal.json("queues")
    assert (mail["name"], mail["waiting"], mail["delayed"]) == ("mail", 1, 1)
    assert (reports["name"], reports["waiting"], reports["paused"]) == ("reports", 1, False)
    assert mail.keys() >= NUMBERS
    table = terminal("queues").stdout
    assert all(word in table for word in ("mail", "reports", *State))


def test_queues_says_what_ended_jobs_hold_where_that_is_bounded(
    terminal: Terminal, valkey: PrivateServer
) -> None:
    job_id = terminal.add("mail", "send", {"to": "a" * 2_000})
    assert "kept" not in terminal("queues").stdout

    QueueBench(valkey.client, "mail").me.configure(keep_bytes=10_000)
    terminal("cancel", "mail", job_id)

    (mail,) = terminal.json("queues")
    assert 2_000 < mail["kept_bytes"] < 2_200
    assert "kept" in terminal("queues").stdout


def test_jobs_lists_one_state_page_by_page(terminal: Terminal) -> None:
    added = [terminal.add("mail", "send", {"to": str(number)}) for number in range(5)]
    seen: list[str] = []
    cursor: list[str] = []
    while True:
        page = terminal.json("jobs", "mail", "--limit", "2", *cursor)
        assert len(page["jobs"]) <= 2
        seen += [job["id"] for job in page["jobs"]]
        if page["cursor"] is None:
            break
        cursor = ["--cursor", page["cursor"]]
    assert seen == added
    assert f"more: --cursor {terminal.json('jobs', 'mail', '--limit', '2')['cursor']}" in (
        terminal("jobs", "mail", "--limit", "2").stdout
    )


@pytest.mark.parametrize("state", list(State))
def test_a_state_without_jobs_is_an_empty_page(terminal: Terminal, state: State) -> None:
    terminal.add("mail", "send", {})
    terminal.add("mail", "send", {}, "--id", "gone")
    terminal("remove", "mail", terminal.json("jobs", "mail")["jobs"][0]["id"], "gone")
    assert terminal.json("jobs", "mail", "--state", state) == {"jobs": [], "cursor": None}
    assert f"no {state} jobs" in terminal("jobs", "mail", "--state", state).stdout


def test_a_completed_job_is_shown_with_result_progress_and_log(
    terminal: Terminal, work: Work
) -> None:
    job_id = terminal.add("mail", "send", {"to": "ann", "times": 3})
    work("mail", job_id)
    shown = terminal.json("job", "mail", job_id)
    assert (shown["state"], shown["result"], shown["why"]) == ("completed", 3, None)
    assert shown["progress"] == {"value": 50, "message": "half way"}
    assert shown["logs"] == ["sending to ann"]
    words = terminal("job", "mail", job_id).stdout
    assert all(word in words for word in ("completed", '{"to":"ann","times":3}', "sending to ann"))


def test_a_failed_job_is_shown_with_each_attempt_and_its_trace(
    terminal: Terminal, work: Work
) -> None:
    job_id = terminal.add(
        "mail", "break", {"why": "[bold]no ink"},
        *("--attempts", "2", "--backoff", "fixed", "--backoff-delay", "10ms"),
    )  # fmt: skip
    work("mail", job_id)
    shown = terminal.json("job", "mail", job_id)
    assert (shown["state"], shown["attempts"], shown["failures"]) == ("failed", 2, 2)
    assert (shown["error"]["error"], shown["error"]["message"]) == ("ValueError", "[bold]no ink")
    assert [each["outcome"] for each in shown["history"]] == ["failed", "failed"]
    words = terminal("job", "mail", job_id).stdout
    # What the job said is not taken for markup.
    assert words.count("ValueError: [bold]no ink") >= 3
    assert "raise ValueError(why)" in words


def test_a_job_is_found_without_naming_its_queue(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    job_id = terminal.add("reports", "forever", {})
    assert terminal.json("job", job_id)["queue"] == "reports"
    assert terminal("job", "nothing").exit_code == 4
    assert terminal("job", "mail", "reports", job_id).exit_code == 2


def test_what_looks_like_markup_is_shown_as_it_is(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {"to": "[red]ann[/red]"})
    assert "[red]ann[/red]" in terminal("jobs", "mail").stdout
    assert "[red]ann[/red]" in terminal("job", job_id).stdout


HOSTILE = "\x1b]0;owned\x07 \x1b[2J \x9b31m \r \b \u202egnp \u2028 \x7f"


def test_s11_a_terminal_obeys_nothing_that_a_job_says(terminal: Terminal, work: Work) -> None:
    failed = terminal.add("mail", "break", {"why": HOSTILE})
    cancelled = terminal.add("mail", "send", {"to": HOSTILE})
    terminal("cancel", "mail", cancelled, "--reason", HOSTILE)
    work("mail", failed)
    obeyed = {each for each in HOSTILE if not each.isprintable()}
    for words in (
        ["job", failed],
        ["job", cancelled],
        ["jobs", "mail", "--state", "failed"],
        ["dead"],
    ):
        for more in ([], ["--json"]):
            said = terminal(*words, *more)
            assert said.exit_code == 0, said.output
            assert obeyed.isdisjoint(said.output), words
    shown = terminal("job", cancelled).stdout
    assert "\\u001b]0;owned\\u0007" in shown
    assert terminal.json("job", cancelled)["cancel_reason"] == HOSTILE


def waits(terminal: Terminal) -> str:
    return terminal.add("mail", "send", {})


def is_paused(terminal: Terminal) -> str:
    terminal.add("mail", "send", {})
    terminal("pause", "mail")
    return terminal.add("mail", "send", {})


def is_delayed(terminal: Terminal) -> str:
    return terminal.add("mail", "send", {}, "--delay", "2h")


@pytest.mark.parametrize(
    ("make", "reason", "why"),
    [
        (waits, "worker", "no worker takes jobs from this queue"),
        (is_paused, "paused", "the queue is paused: `backbeat resume mail` lets it go on"),
        (is_delayed, "delay", "it was asked to start in 2.0 h"),
    ],
)
def test_a_job_that_is_not_running_says_why(
    terminal: Terminal, make: Any, reason: str, why: str
) -> None:
    shown = terminal.json("job", "mail", make(terminal))
    assert shown["reason"] == reason
    assert why in shown["why"]


def test_workers_shows_who_holds_a_lease(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    assert terminal.json("workers") == []
    assert terminal.json("workers", "mail") == []
    assert "no worker holds a lease" in terminal("workers").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("jobs", "nowhere"),
        ("job", "nowhere", "x"),
        ("job", "mail", "nothing"),
        ("workers", "nowhere"),
        ("events", "nowhere"),
    ],
)
def test_what_is_not_there_ends_with_four(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal.add("mail", "send", {})
    result = terminal(*words)
    assert result.exit_code == 4
    assert result.stdout == ""
    assert "error: no " in result.stderr


def test_an_unknown_queue_is_answered_with_those_there_are(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    assert (
        "no queue nowhere is on this server: there are mail" in terminal("jobs", "nowhere").stderr
    )


def test_asking_for_a_queue_does_not_make_it(terminal: Terminal) -> None:
    terminal("jobs", "nowhere")
    terminal("pause", "nowhere")
    assert terminal.json("queues") == []


def test_metrics_are_written_as_prometheus_reads_them(terminal: Terminal) -> None:
    terminal.add("mail", "send", {"to": "ada"})
    written = terminal("metrics").stdout
    samples = {
        (sample.name, sample.labels.get("queue"), sample.labels.get("state")): sample.value
        for family in text_string_to_metric_families(written)
        for sample in family.samples
    }
    assert samples["backbeat_jobs", "mail", "waiting"] == 1
    assert "backbeat_jobs{" in terminal.json("metrics")
