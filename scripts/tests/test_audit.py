"""An audit asks about what is locked, says what is known of it, and does not fail without a net."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from packages.backbeat.tests.support.receiver import Receiver, receiver
from scripts import audit

ROOT = Path(__file__).parents[2]


@pytest.fixture
def source() -> Iterator[Receiver]:
    """A source of vulnerabilities on this machine."""
    with receiver() as running:
        yield running


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two packages are locked, one of them in two files."""
    (tmp_path / "requirements").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"requirements/{name}.txt").write_text(
            "--only-binary :all:\n\npyjwt[crypto]==2.8.0 \\\n    --hash=sha256:00\n"
        )
    with (tmp_path / "requirements/b.txt").open("a") as file:
        file.write("uvloop==0.21.0 ; sys_platform != 'win32' \\\n    --hash=sha256:00\n")
    return tmp_path


def knows(source: Receiver, *results: dict[str, Any]) -> None:
    """Let it answer so."""
    source.answer = json.dumps({"results": results}).encode()


def test_a_version_with_a_known_hole_fails_the_audit_by_its_name(
    repository: Path, source: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    knows(source, {"vulns": [{"id": "PYSEC-2026-1"}]}, {})
    assert audit.main(repository, source.url) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("pyjwt 2.8.0: PYSEC-2026-1")
    assert said[-1] == "audit: 2 packages, 1 vulnerabilities"
    ((_, body),) = source.came
    queries = json.loads(body)["queries"]
    assert [each["package"]["name"] for each in queries] == ["pyjwt", "uvloop"]
    assert [each["version"] for each in queries] == ["2.8.0", "0.21.0"]


def test_what_is_tolerated_with_a_reason_fails_nothing(
    repository: Path, source: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(source, {"vulns": [{"id": "PYSEC-2026-1"}]}, {})
    monkeypatch.setattr(audit, "TOLERATED", {"PYSEC-2026-1": "we decode no such thing"})
    assert audit.main(repository, source.url) == 0


@pytest.mark.parametrize("behaviour", ["cut", 503, 403])
def test_a_source_that_cannot_be_asked_fails_nothing_and_is_named(
    repository: Path, source: Receiver, capsys: pytest.CaptureFixture[str], behaviour: int | str
) -> None:
    source.behaviour = behaviour
    assert audit.main(repository, source.url) == 0
    assert "nothing was audited" in capsys.readouterr().out


def test_without_a_net_nothing_fails(repository: Path) -> None:
    with receiver() as gone:
        address = gone.url
    assert audit.main(repository, address) == 0


def test_a_source_that_no_longer_understands_us_fails_the_audit(
    repository: Path, source: Receiver
) -> None:
    source.behaviour = 404
    assert audit.main(repository, source.url) == 1
    source.behaviour = 200
    knows(source, {})
    with pytest.raises(ValueError, match="zip"):
        audit.main(repository, source.url)


def test_every_locked_package_is_asked_about() -> None:
    packages = audit.locked(ROOT)
    hashed = {
        line.split("==")[0].split("[")[0]
        for file in (ROOT / "requirements").glob("*.txt")
        for line in file.read_text("utf-8").splitlines()
        if "==" in line
    }
    assert {name for name, _ in packages} == hashed
    assert len(hashed) > 100
