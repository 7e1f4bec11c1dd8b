"""Following a queue."""

import json

from packages.backbeat.tests.integration.cli.conftest import Start, Terminal


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_events_are_told_from_any_place_on(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {}, "--delay", "1h")
    terminal("cancel", "mail", job_id)
    told = lines(terminal("events", "mail", "--since", "0-0", "--count", "2", "--json").stdout)
    assert [(each["kind"], each["jobs"]) for each in told] == [
        ("added", [job_id]),
        ("cancelled", [job_id]),
    ]
    after = str(told[0]["id"])
    again = lines(terminal("events", "mail", "--since", after, "--count", "1", "--json").stdout)
    assert again == told[1:]


def test_only_the_kinds_that_were_asked_for(terminal: Terminal) -> None:
    job_id = terminal.add("mail", "send", {}, "--delay", "1h")
    terminal("cancel", "mail", job_id)
    words = ("--since", "0-0", "--kind", "cancelled", "--count", "1")
    assert terminal("events", "mail", *words).stdout.split()[-2:] == ["cancelled", job_id]


def test_a_gap_is_told(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    [gap] = lines(terminal("events", "mail", "--since", "5-5", "--count", "1", "--json").stdout)
    assert gap == {"kind": "gap", "after": "5-5"}


def test_what_happens_from_now_on_is_told_as_it_happens(terminal: Terminal, start: Start) -> None:
    terminal.add("mail", "send", {})
    process = start("events", "mail", "--count", "1", "--json")
    # Nobody knows from when on it looks: things happen until it has told of one.
    added = [terminal.add("mail", "send", {}) for _ in iter(process.poll, 0)]
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    [event] = lines(out)
    assert event["kind"] == "added"
    assert set(event["jobs"]) <= set(added)  # type: ignore[call-overload] # JSON
