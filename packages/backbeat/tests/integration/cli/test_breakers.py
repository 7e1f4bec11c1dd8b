"""Circuit breakers from the command line."""

from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_without_a_breaker_it_says_so(terminal: Terminal) -> None:
    assert "no breaker was used yet" in terminal("breakers").stdout
    assert terminal.json("breakers") == []


def test_a_breaker_is_opened_shown_and_closed(terminal: Terminal) -> None:
    [opened] = terminal.json("breakers", "open", "stripe", "--duration", "10m")
    assert (opened["name"], opened["state"]) == ("stripe", "open")
    assert opened["until"] is not None
    assert "stripe" in terminal("breakers").stdout
    terminal.json("breakers", "open", "other")
    [closed] = terminal.json("breakers", "close", "stripe")
    assert (closed["state"], closed["until"]) == ("closed", None)
    assert [each["state"] for each in terminal.json("breakers")] == ["open", "closed"]


def test_opening_needs_a_name(terminal: Terminal) -> None:
    assert terminal("breakers", "open").exit_code == 2
