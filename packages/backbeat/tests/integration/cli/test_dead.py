"""Dead letters on the command line: shown in groups, listed, retried, removed."""

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal, Work


@pytest.fixture
def broken(terminal: Terminal, work: Work) -> str:
    """Three jobs that failed for good of the same; the fingerprint."""
    ids = [
        terminal.add("mail", "break", {"why": f"no account {n}"}, "--attempts", "1")
        for n in range(3)
    ]
    work("mail", *ids)
    [group] = terminal.json("dead", "mail")
    assert (group["queue"], group["name"], group["count"]) == ("mail", "break", 3)
    return str(group["fingerprint"])


def test_groups_are_shown_with_what_failed(terminal: Terminal, broken: str) -> None:
    shown = terminal("dead").stdout
    assert all(word in shown for word in ("mail", broken, "break", "ValueError: no account"))


def test_the_jobs_of_a_group_are_listed(terminal: Terminal, broken: str) -> None:
    page = terminal.json("dead", "mail", "-f", broken, "--limit", "2")
    rest = terminal.json("dead", "mail", "-f", broken, "--cursor", page["cursor"])
    assert len({job["id"] for job in page["jobs"] + rest["jobs"]}) == 3


def test_a_group_is_retried(terminal: Terminal, broken: str) -> None:
    assert terminal.json("dead", "mail", "-f", broken, "--retry") == {"retried": 3}
    assert terminal.json("dead", "mail") == []
    assert terminal("dead", "mail", "-f", broken, "--retry").exit_code == 4


def test_a_group_is_removed_by_who_says_so(terminal: Terminal, broken: str) -> None:
    assert terminal("dead", "mail", "-f", broken, "--remove").exit_code == 2
    assert terminal.json("dead", "mail", "-f", broken, "--remove", "--yes") == {"removed": 3}
    assert "nothing failed" in terminal("dead", "mail").stdout


@pytest.mark.parametrize(
    "words",
    [
        ["mail", "--retry"],
        ["--fingerprint", "0123456789abcdef"],
        ["mail", "-f", "0123456789abcdef", "--retry", "--remove"],
        ["mail", "--cursor", "z|1|x"],
    ],
)
def test_words_that_do_not_go_together_are_refused(terminal: Terminal, words: list[str]) -> None:
    assert terminal("dead", *words).exit_code == 2


def test_a_queue_that_is_not_there_is_named(terminal: Terminal) -> None:
    assert terminal("dead", "nowhere").exit_code == 4
