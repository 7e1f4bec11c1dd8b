"""Flows on the command line."""

import asyncio

import pytest

from backbeat.worker.loading import load_app
from packages.backbeat.tests.integration.cli.conftest import Terminal, Work


@pytest.fixture
def flow(shop: str) -> str:
    """Two letters, and one that waits for both; its id."""

    async def start() -> str:
        app = load_app(shop)
        send = app.queue("mail").handlers["send"]
        later = send.options(delay=3_600).call(to="bob")
        async with app:
            flow = app.flow("letters")
            children = [flow.add(send.call(to="ann")), flow.add(later)]
            flow.add(send.call(to="all"), after=children)
            return (await flow.start()).id

    return asyncio.run(start())


def test_a_server_without_flows_says_so(terminal: Terminal) -> None:
    assert "there is no flow yet" in terminal("flows").stdout
    assert terminal.json("flows") == []


def test_flows_lists_how_far_each_is(terminal: Terminal, flow: str, work: Work) -> None:
    work("mail", "letters:1")
    (listed,) = terminal.json("flows")
    assert (listed["id"], listed["total"], listed["completed"]) == (flow, 3, 1)
    assert "33%" in terminal("flows").stdout


def test_flow_shows_the_tree_and_the_state_of_each_job(
    terminal: Terminal, flow: str, work: Work
) -> None:
    work("mail", "letters:1")
    shown = terminal.json("flow", flow)
    assert [(job["id"], job["state"]) for job in shown["jobs"]] == [
        ("letters:3", "waiting-children"),
        ("letters:1", "completed"),
        ("letters:2", "delayed"),
    ]
    lines = terminal("flow", flow).stdout.splitlines()
    assert lines[-3:] == [
        "letters:3 mail/send waiting-children",
        "├── letters:1 mail/send completed",
        "└── letters:2 mail/send delayed",
    ]


def test_a_flow_is_cancelled_and_retried(terminal: Terminal, flow: str) -> None:
    assert "3 jobs were told to end" in terminal("flow", flow, "--cancel").stdout
    assert terminal.json("flow", flow)["cancelled"] == 3
    assert "3 jobs run again" in terminal("flow", flow, "--retry").stdout
    assert terminal.json("flow", flow)["open"] == 3


def test_an_unknown_flow_is_not_found(terminal: Terminal) -> None:
    result = terminal("flow", "nothing")
    assert result.exit_code == 4
    assert "no flow nothing is known" in result.output


def test_cancel_and_retry_exclude_each_other(terminal: Terminal, flow: str) -> None:
    assert terminal("flow", flow, "--cancel", "--retry").exit_code == 2
