"""Rules and channels out of the project's file."""

from pathlib import Path

import pytest

from backbeat import ConfigurationError, InvalidOption
from backbeat.alerts import AlertSetup, FailureRate, Webhook
from backbeat.alerts.setup import KINDS
from backbeat.config import Settings

FILE = """
[tool.backbeat]
namespace = "shop"

[tool.backbeat.alerts]
every = 5

[[tool.backbeat.alerts.rules]]
kind = "failure_rate"
queues = ["mails"]
failures = 3
severity = "critical"
channels = ["pager"]

[[tool.backbeat.alerts.channels]]
name = "pager"
type = "webhook"
url = "https://example.org/hook"
keys = ["env:PAGER_KEY"]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, which is where we are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGER_KEY", "a secret of sixteen")
    return tmp_path


def test_the_file_of_a_project_is_read(project: Path) -> None:
    (project / "pyproject.toml").write_text(FILE, encoding="utf-8")
    setup = AlertSetup.load()
    (rule,), (channel,) = setup.rules, setup.channels
    assert rule == FailureRate(
        queues=("mails",), failures=3, severity="critical", channels=("pager",)
    )
    assert isinstance(channel, Webhook)
    assert "secret" not in repr(channel)
    assert setup.every == 5
    assert Settings.load().namespace == "shop"


def test_backbeat_toml_has_a_table_of_its_own(project: Path) -> None:
    (project / "backbeat.toml").write_text("[alerts]\nevery = 7\n", encoding="utf-8")
    assert AlertSetup.load().every == 7


def test_without_a_file_there_is_a_rule_of_each_kind(project: Path) -> None:
    assert [rule.kind.lower() for rule in AlertSetup.load().rules] == list(KINDS)


def test_a_secret_that_is_not_set_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pyproject.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.delenv("PAGER_KEY")
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml: .*PAGER_KEY is not set"):
        AlertSetup.load()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"rule": []}, "there is no 'rule'"),
        ({"rules": [{}]}, "kind of a rule is one of job_failure, failure_rate"),
        ({"rules": [{"kind": "failure_rate", "failure": 3}]}, "there is no 'failure'"),
        ({"rules": [{"kind": "failure_rate", "failures": "3"}]}, "Expected `int`"),
        ({"rules": [{"kind": "failure_rate", "severity": "bad"}]}, "severity|Invalid enum"),
        ({"rules": [{"kind": "failure_rate", "cooldown": -1}]}, "0 or more"),
        ({"rules": [{"kind": "failure_rate", "channels": ["no"]}]}, "there is no channel 'no'"),
        ({"rules": [{"kind": "no_workers"}, {"kind": "no_workers"}]}, "two rules are called"),
        ({"channels": [{"name": "a"}]}, 'type is "webhook" or "apprise"'),
        ({"channels": [{"name": "a", "type": "webhook"}]}, "url is missing"),
        (
            {"channels": [{"name": "a", "type": "webhook", "url": "https://example.org/"}]},
            "16 characters or more",
        ),
        ({"channels": [{"name": "a", "type": "apprise", "url": "nothing"}]}, "knows no such URL"),
        ({"every": 0}, "every 1 to 3,600"),
        ({"every": "x"}, "every: Expected `float`"),
    ],
)
def test_what_cannot_be_meant_is_said(table: dict[str, object], words: str) -> None:
    with pytest.raises((ConfigurationError, InvalidOption), match=words):
        AlertSetup.parse(table)
