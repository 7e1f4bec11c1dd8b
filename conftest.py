"""Optional programs: tests that need one are skipped by name, and the last line says so.

And a temporary folder whose path leaves room for that of a socket, and no clock in property tests.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

MIN_REDIS_MAJOR = 7

# A socket's path has 100 bytes, and pytest's folder for a test, with what is in it, up to 80.
LONGEST_TMPDIR = 20
SHORT = "/tmp"  # noqa: S108 - tests make folders of their own in it


@dataclass(frozen=True)
class Program:
    """A program that some tests need and a bare machine does not have."""

    name: str
    marker: str
    why_missing: Callable[[], str | None]


def pytest_configure() -> None:
    """Keep the files of tests under /tmp where TMPDIR is too long for the sockets in them."""
    if len(os.fsencode(tempfile.gettempdir())) > LONGEST_TMPDIR and os.access(SHORT, os.W_OK):
        os.environ["TMPDIR"] = tempfile.tempdir = SHORT
    # How long an example takes says something about what else runs here.
    settings.register_profile(
        "backbeat", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    if "CI" not in os.environ:
        settings.load_profile("backbeat")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip each test whose program is missing, with the program's name as the reason."""
    for program in PROGRAMS:
        needing = [item for item in items if item.get_closest_marker(program.marker)]
        if not needing:
            continue
        if missing := program.why_missing():
            skip = pytest.mark.skip(reason=f"needs {program.name}: {missing}")
            for item in needing:
                item.add_marker(skip)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Print one line after pytest's own summary; fail the run if it skipped what it must not."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        yield
        return
    if failed := os.environ.get("FAILED_TESTS"):
        root = session.config.rootpath
        names = {f"{root}/{report.nodeid}" for report in _reports(reporter) if report.failed}
        Path(failed).write_text("".join(f"{name}\n" for name in sorted(names)))
    tallies = [_tally(program, reporter) for program in PROGRAMS]
    # A run in several parts counts in a file, so that its last line is about all of them.
    if path := os.environ.get("OPTIONAL_TALLY"):
        tallies = _added_up(Path(path), tallies)
    required = os.environ.get("REQUIRE_OPTIONAL") == "1"
    refused = required and any(skipped for _, skipped in tallies)
    if refused and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    yield
    said = [_say(program, *tally) for program, tally in zip(PROGRAMS, tallies, strict=True)]
    ending = " (FAILED: REQUIRE_OPTIONAL=1 allows no such skip)" if refused else ""
    reporter.write_line(f"optional: {'; '.join(said)}{ending}")


def _why_no_redis7() -> str | None:
    path = shutil.which("redis-server")
    if path is None:
        return "not on PATH"
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"v=(\d+)\.", answer.stdout)
    if version is None or int(version[1]) < MIN_REDIS_MAJOR:
        return f"the one on PATH is too old ({answer.stdout.strip()[:40]})"
    return None


def _on_path(name: str) -> Callable[[], str | None]:
    """What asks whether a program is there."""
    return lambda: None if shutil.which(name) else "not on PATH"


PROGRAMS = (
    Program(f"redis-server >= {MIN_REDIS_MAJOR}", "needs_redis7", _why_no_redis7),
    Program("chromium", "needs_chromium", _on_path("chromium")),
    Program("gcc", "needs_gcc", _on_path("gcc")),
    Program("nginx", "needs_nginx", _on_path("nginx")),
    Program("systemd-analyze", "needs_systemd", _on_path("systemd-analyze")),
)


def _tally(program: Program, reporter: pytest.TerminalReporter) -> tuple[int, int]:
    """How many tests that need the program ran, and how many were skipped."""
    reports = [report for report in _reports(reporter) if program.marker in report.keywords]
    ran = sum(report.when == "call" and not report.skipped for report in reports)
    skipped = sum(report.skipped for report in reports)
    return ran, skipped


def _added_up(path: Path, tallies: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These tallies and those of the parts that ran before."""
    before = json.loads(path.read_text()) if path.exists() else [(0, 0)] * len(tallies)
    added = [(ran + a, skipped + b) for (ran, skipped), (a, b) in zip(tallies, before, strict=True)]
    path.write_text(json.dumps(added))
    return added


def _reports(reporter: pytest.TerminalReporter) -> Iterator[pytest.TestReport]:
    for reports in reporter.stats.values():
        yield from (report for report in reports if isinstance(report, pytest.TestReport))


def _say(program: Program, ran: int, skipped: int) -> str:
    if skipped:
        why = program.why_missing() or "by the tests themselves"
        return f"{program.name} skipped ({why}): {_tests(skipped)} skipped"
    return f"{program.name} tested: {_tests(ran)}" if ran else f"{program.name}: no test needs it"


def _tests(number: int) -> str:
    return f"{number} test{'' if number == 1 else 's'}"
