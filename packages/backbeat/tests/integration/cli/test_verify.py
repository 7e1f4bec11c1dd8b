"""A store is verified and repaired from the command line."""

from packages.backbeat.tests.integration.cli.conftest import Terminal
from packages.backbeat.tests.support.private_server import PrivateServer


def test_a_sound_store_is_said_to_be_so(terminal: Terminal) -> None:
    assert terminal.json("verify") == {"queues": 0, "locks": 0, "flaws": []}
    terminal.add("mail", "send", {})
    assert "all is well" in terminal("verify", "mail").stdout
    assert terminal("verify", "nowhere").exit_code == 4


def test_what_is_wrong_is_shown_and_repaired_by_who_says_so(
    terminal: Terminal, valkey: PrivateServer
) -> None:
    job_id = terminal.add("mail", "send", {}, "--delay", "60")
    valkey.client.zrem("bb:{mail}:delayed", job_id)
    found = terminal.json("verify", code=1)["flaws"]
    assert {("no place", job_id), ("total", "")} == {
        (flaw["what"], flaw["subject"]) for flaw in found
    }
    shown = terminal("verify", "mail")
    assert shown.exit_code == 1
    assert "no place" in shown.stdout
    assert terminal("verify", "--repair").exit_code == 2
    repaired = terminal.json("verify", "--repair", "--yes")["flaws"]
    assert all(flaw["repaired"] for flaw in repaired)
    assert terminal.json("verify")["flaws"] == []
    assert terminal.json("job", "mail", job_id)["state"] == "waiting"


def test_a_foreign_key_cannot_be_repaired(terminal: Terminal, valkey: PrivateServer) -> None:
    terminal.add("mail", "send", {})
    valkey.client.set("bb:{mail}:delayed", "mine")
    [flaw] = terminal.json("verify", "--repair", "--yes", code=1)["flaws"]
    assert (flaw["what"], flaw["repaired"]) == ("wrong type", False)
