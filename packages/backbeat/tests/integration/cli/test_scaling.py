"""Scaling a queue and asking for its load from the command line."""

from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_a_queue_is_scaled_and_put_back(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    scaled = terminal.json("scale", "mail", "8", "--max-running", "20")
    assert scaled == {"queue": "mail", "concurrency": 8, "max_running": 20, "told": 0}
    assert "as declared" in terminal("scale", "mail", "--declared").stdout


def test_scaling_needs_a_number_or_the_declared_one(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    for words in (["scale", "mail"], ["scale", "mail", "8", "--declared"]):
        assert terminal(*words).exit_code == 2


def test_the_load_of_a_queue_is_shown(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    load = terminal.json("load", "mail", "--window", "30s")
    assert (load["waiting"], load["workers"], load["completed_per_second"]) == (1, 0, None)
    assert load["oldest_wait"] >= 0
    assert "unknown" in terminal("load", "mail").stdout
