"""`backbeat keys` makes, lists and ends API keys; `backbeat web` serves the gateway."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_a_key_is_made_listed_and_revoked(terminal: Terminal) -> None:
    made = terminal.json("keys", "create", "deploy", "--role", "viewer", "--queue", "mail")
    assert made["key"].startswith(f"bb_{made['id']}_")
    assert made["actions"] == ["read-data", "view"]
    (listed,) = terminal.json("keys", "list")
    assert (listed["id"], listed["queues"]) == (made["id"], ["mail"])
    assert "key" not in listed
    assert made["id"] in terminal("keys", "list").stdout
    assert terminal.json("keys", "revoke", made["id"])["revoked"]
    assert not terminal.json("keys", "revoke", made["id"], code=4)["revoked"]
    assert terminal.json("keys", "list") == []


def test_a_key_that_grants_nothing_is_refused(terminal: Terminal) -> None:
    result = terminal("keys", "create", "deploy")
    assert result.exit_code == 2
    assert "--role" in result.output


def test_others_are_not_served_without_a_key(terminal: Terminal) -> None:
    result = terminal("web", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
    assert result.exit_code == 2
    assert "backbeat keys create" in result.output


def test_a_proxy_that_is_no_address_is_refused(terminal: Terminal) -> None:
    result = terminal("web", "--port", "0", "--trusted-proxy", "nginx")
    assert result.exit_code == 2
    assert "10.0.0.0/8" in result.output


def test_an_access_policy_that_is_none_is_refused(terminal: Terminal) -> None:
    result = terminal("web", "--access", "json:dumps")
    assert result.exit_code == 2
    assert "recognise" in result.output


def test_the_gateway_is_served_until_it_is_told_to_stop(terminal: Terminal, project: Path) -> None:
    terminal.add("mail", "send", {"to": "ada"})
    command = [sys.executable, "-m", "backbeat.cli", "web", "--port", "0"]
    with subprocess.Popen(
        command, cwd=project, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"(http://[\d.]+:\d+/backbeat)", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        assert [each["name"] for each in _get(f"{found[1]}/api/v1/queues")["data"]] == ["mail"]
        root = found[1].removesuffix("/backbeat")
        with _open(f"{root}/socket.io/?EIO=4&transport=polling") as handshake:
            assert handshake.read().startswith(b'0{"sid":')
        with _open(f"{found[1]}/live/mail") as stream:
            assert [stream.readline() for _ in range(4)][3] == b"event: queue-snapshot\n"
            # A stream that never ends does not hold it up.
            process.send_signal(signal.SIGINT)
            stream.read()
        process.communicate(timeout=30)
    assert process.returncode in {0, 130, -signal.SIGINT}


def _get(url: str) -> Any:
    with _open(url) as answer:
        return json.loads(answer.read())


def _open(url: str) -> Any:
    return urllib.request.urlopen(url, timeout=30)  # noqa: S310 - our own server
