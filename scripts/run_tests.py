"""Runs every test in two parts: all but the fault tests side by side, then these one by one.

Fault tests kill, freeze and count seconds: beside others on the same cores they would be about
those. Up to three tests of a part that failed are run again with nothing beside them: where one
fails again the run is red; one that passes then is named in the last line, to be looked into.
Run by `make test` and by `make faults`, as `run_tests JOBS [options of pytest]`; options select
over both parts. `WITHIN_S` bounds the whole: a test that began goes on, but none begins after it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from packages.backbeat.tests.support.fault_report import put_together

FAULTS: Final = "packages/backbeat/tests/faults"
REPORT: Final = Path(os.environ.get("FAULT_REPORT", ".faults/report.json"))

PASSED: Final = 0
FAILED: Final = 1
INTERRUPTED: Final = 2
NOTHING_SELECTED: Final = 5

# What is broken breaks more tests, or the same ones again.
MOST_AGAIN: Final = 3


def main(jobs: str, options: Sequence[str]) -> int:
    """Run both parts and return the exit code of the whole."""
    codes: list[int] = []
    again: list[str] = []
    bound = Bound(os.environ.get("WITHIN_S"))
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        for part in parts(jobs):
            run = Run(Path(folder), str(len(codes)))
            codes.append(run([*part, *options, *bound.options()]))
            if codes[-1] == INTERRUPTED:
                break
            names = run.failed()
            if codes[-1] == FAILED and 0 < len(names) <= MOST_AGAIN:
                print(f"\nagain, with nothing beside: {', '.join(names)}", flush=True)
                codes[-1] = Run(Path(folder), f"{run.name}-again")([*names, *bound.options()])
                again += names
        put_together(Path(folder) / "report.json", into=REPORT)
    code = together(codes)
    if again:
        print(f"run twice: {', '.join(again)}: {'they passed then' if code == PASSED else 'red'}")
    return code


class Bound:
    """How long the whole may take."""

    def __init__(self, seconds: str | None) -> None:
        """Begin to count; None is for ever."""
        self._end = None if seconds is None else time.monotonic() + float(seconds)

    def options(self) -> list[str]:
        """The option of pytest for what begins now."""
        if self._end is None:
            return []
        return [f"--session-timeout={max(1, self._end - time.monotonic()):.0f}"]


def parts(jobs: str) -> list[list[str]]:
    """The options of pytest that make each part."""
    return [
        ["-n", jobs, "--dist", "worksteal", "-m", "not fault"],
        # Looks nowhere else, unless the options say where to look.
        ["-o", f"testpaths={FAULTS}", "-m", "fault"],
    ]


def together(codes: Sequence[int]) -> int:
    """The exit code of all parts: the first bad one; it is fine if one part has nothing to run."""
    bad = [code for code in codes if code not in (PASSED, NOTHING_SELECTED)]
    if bad:
        return bad[0]
    return PASSED if PASSED in codes else NOTHING_SELECTED


class Run:
    """One run of pytest."""

    def __init__(self, folder: Path, name: str) -> None:
        """Run nothing yet.

        Args:
            folder: In it the runs add up what they tested of optional programs, and found out.
            name: Tells this run from the others.
        """
        self.name = name
        self._failed = folder / f"failed-{name}"
        # Runs of pytest within a test are runs of their own.
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self._surroundings = own | {
            "OPTIONAL_TALLY": str(folder / "optional.json"),
            "FAILED_TESTS": str(self._failed),
            "FAULT_REPORT": str(folder / f"report-{name}.json"),
        }

    def __call__(self, options: Sequence[str]) -> int:
        """Run it to its end, and give its exit code.

        A Ctrl-C is for it, and it is waited for. Whatever it makes of that, nothing comes after it:
        a test in the middle of something may fail of it, and would be run again.
        """
        words = [sys.executable, "-m", "pytest", *options]
        tests = subprocess.Popen(words, env=self._surroundings)
        interrupted = False
        while True:
            try:
                code = tests.wait()
            except KeyboardInterrupt:
                interrupted = True
            else:
                return INTERRUPTED if interrupted else code

    def failed(self) -> list[str]:
        """The names of the tests that failed."""
        return self._failed.read_text().splitlines() if self._failed.exists() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
