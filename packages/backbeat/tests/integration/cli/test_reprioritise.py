"""Changing the priority of many jobs from the command line."""

from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_all_jobs_of_a_handler_get_another_priority(terminal: Terminal) -> None:
    sent = terminal.add("mail", "send", {})
    terminal.add("mail", "break", {"why": "x"})
    assert terminal.json("reprioritise", "mail", "9", "--all", "--name", "send") == {
        "reprioritised": 1
    }
    assert terminal.json("job", "mail", sent)["priority"] == 9


def test_named_jobs_get_another_priority(terminal: Terminal) -> None:
    sent = terminal.add("mail", "send", {})
    assert terminal.json("reprioritise", "mail", "2", sent, "gone") == {"reprioritised": 1}


def test_jobs_or_all_have_to_be_said(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    assert terminal("reprioritise", "mail", "9").exit_code == 2
    assert terminal("reprioritise", "mail", "11", "--all").exit_code == 2
