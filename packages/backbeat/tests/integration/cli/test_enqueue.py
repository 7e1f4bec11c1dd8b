"""Putting jobs in."""

import json
from pathlib import Path
from typing import Any

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal
from packages.backbeat.tests.support.private_server import PrivateServer


def test_a_job_without_an_application_is_taken_as_it_is(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {"to": 3, "anything": [None]})
    shown = terminal.json("job", "mail", job_id)
    assert shown["arguments"] == {"to": 3, "anything": [None]}
    assert terminal.json("queues")[0]["name"] == "mail"


def test_people_are_told_the_id_and_what_became_of_it(terminal: Terminal) -> None:
    assert terminal("enqueue", "mail", "send", "{}", "--id", "one").stdout == "one created\n"
    assert terminal("enqueue", "mail", "send", "{}", "--id", "one").stdout == "one existing\n"


def test_an_ended_job_of_the_same_id_is_kept_or_replaced(terminal: Terminal) -> None:
    terminal.add("mail", "send", {}, "--id", "one")
    terminal("cancel", "mail", "one")
    again = ("enqueue", "mail", "send", "--id", "one")
    assert terminal.json(*again)["added"] == "kept"
    assert terminal.json(*again, "--replace")["added"] == "created"


def test_the_application_checks_arguments_and_names_the_wrong_one(
    terminal: Terminal, shop: str
) -> None:
    assert terminal.json("enqueue", "mail", "send", '{"to": "ann"}', "--app", shop)["added"]
    result = terminal("enqueue", "mail", "send", '{"to": "ann", "times": "x"}', "--app", shop)
    assert result.exit_code == 1
    assert "times: Expected `int`, got `str`" in result.stderr
    assert terminal.json("queues")[0]["waiting"] == 1


def test_a_handler_that_the_application_does_not_know_is_said(
    terminal: Terminal, shop: str
) -> None:
    result = terminal("enqueue", "mail", "sned", '{"to": "ann"}', "--app", shop)
    assert result.exit_code == 0
    assert "mail has no handler sned here: nothing is checked" in result.stderr


def test_arguments_come_from_stdin(terminal: Terminal) -> None:
    answer = terminal("enqueue", "mail", "send", "-", "--json", typed='{"to": "ann"}')
    job_id = json.loads(answer.stdout)["id"]
    assert terminal.json("job", "mail", job_id)["arguments"] == {"to": "ann"}


def test_each_line_of_a_file_becomes_a_job(terminal: Terminal, tmp_path: Path) -> None:
    lines = tmp_path / "letters.ndjson"
    lines.write_text("\n".join(f'{{"to": "{number}"}}' for number in range(2_500)) + "\n\n")
    words = ("enqueue", "mail", "send", "--lines", str(lines), "--priority", "7")
    assert terminal.json(*words) == {"created": 2_500, "queue": "mail"}
    assert terminal.json("queues")[0]["waiting"] == 2_500
    first = terminal.json("jobs", "mail", "--limit", "1")["jobs"][0]
    assert (first["arguments"], first["priority"]) == ({"to": "0"}, 7)


def test_lines_come_from_stdin_too(terminal: Terminal) -> None:
    result = terminal("enqueue", "mail", "send", "--lines", "-", typed="{}\n{}\n")
    assert result.stdout == "2 jobs created\n"


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("--priority", "10"), "priority", 10),
        (("--delay", "1h"), "state", "delayed"),
        (("--run-at", "2099-01-31T08:00+01:00"), "due_at", "2099-01-31T07:00:00Z"),
        (("--run-at", "2099-01-31T08:00Z"), "due_at", "2099-01-31T08:00:00Z"),
    ],
)
def test_options_arrive(terminal: Terminal, words: tuple[str, ...], field: str, value: Any) -> None:
    job_id = terminal.add("mail", "send", {}, *words)
    assert terminal.json("job", "mail", job_id)[field] == value


def test_lifo_goes_before_older_ones(terminal: Terminal) -> None:
    older = terminal.add("mail", "send", {})
    newer = terminal.add("mail", "send", {}, "--lifo")
    listed = terminal.json("jobs", "mail")["jobs"]
    assert [job["id"] for job in listed] == [newer, older]


def test_limits_and_retries_travel_with_the_job(terminal: Terminal, valkey: PrivateServer) -> None:
    words = ("--timeout", "1m", "--wait-timeout", "2h", "--deadline", "1d", "--keep", "90")
    tries = ("--attempts", "4", "--backoff", "exponential", "--backoff-delay", "500ms")
    job_id = terminal.add("mail", "send", {}, *words, *tries)
    record = stored(valkey, job_id)
    options = record[3]
    assert (options["timeout_ms"], options["wait_ms"]) == (60_000, 7_200_000)
    assert (options["deadline_ms"], options["keep_ms"]) == (86_400_000, 90_000)
    assert options["attempts"] == 4
    assert options["backoff"]["kind"] == "exponential"
    assert options["backoff"]["delay_ms"] == 500


def stored(server: PrivateServer, job_id: str) -> Any:
    record: Any = server.client.hget("bb:{mail}:jobs", job_id)
    return json.loads(record[1:])


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("enqueue", "mail", "send", "{to: ann}"), 1, "this is no JSON"),
        (("enqueue", "mail", "send", "{}", "--priority", "11"), 2, "priority must be"),
        (("enqueue", "mail", "send", "{}", "--delay", "soon"), 2, "'soon' is no time"),
        (("enqueue", "mail", "send", "{}", "--run-at", "2099-01-31T08:00"), 2, "no time zone"),
        (("enqueue", "mail", "send", "{}", "--run-at", "tomorrow"), 2, "is no moment"),
        (("enqueue", "mail", "send", "{}", "--backoff", "fixed"), 2, "--backoff needs --attempts"),
        (("enqueue", "mail", "send", "{}", "--id", "a b"), 2, "job id 'a b'"),
        (("enqueue", "ma il", "send", "{}"), 2, "queue 'ma il'"),
        (("enqueue", "mail", "send", "--lines", "nowhere"), 1, "nowhere"),
        (("enqueue", "mail", "send", "--lines", "-", "--id", "one"), 2, "it is many jobs"),
        (("enqueue", "mail"), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_enqueued_is_refused_in_one_sentence(
    terminal: Terminal, words: tuple[str, ...], code: int, why: str
) -> None:
    result = terminal(*words)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert why in result.stderr
    assert terminal.json("queues") == []
