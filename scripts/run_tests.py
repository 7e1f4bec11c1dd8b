"""Runs every test in two parts: all but the fault tests side by side, then these one by one.

Fault tests kill, freeze and count seconds: beside others on the same cores they would be about
those. Up to three tests of a part that failed are run again with nothing beside them: where one
fails again the run is red; one that passes then is named in the last line, to be looked into.
Run by `make test`, as `run_tests.py JOBS [options of pytest]`; options select over both parts.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

FAULTS: Final = "packages/backbeat/tests/faults"
REPORT: Final = ".faults/report.json"

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
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        for part in parts(jobs):
            failed = Path(folder) / f"failed-{len(codes)}"
            codes.append(run([*part, *options], Path(folder), failed))
            if codes[-1] == INTERRUPTED:
                break
            names = failed.read_text().splitlines() if failed.exists() else []
            if codes[-1] == FAILED and 0 < len(names) <= MOST_AGAIN:
                print(f"\nagain, with nothing beside: {', '.join(names)}", flush=True)
                codes[-1] = run(names, Path(folder), Path(os.devnull))
                again += names
    code = together(codes)
    if again:
        print(f"run twice: {', '.join(again)}: {'they passed then' if code == PASSED else 'red'}")
    return code


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


def run(options: Sequence[str], folder: Path, failed: Path) -> int:
    """Run pytest; a Ctrl-C is for it, and it is waited for.

    Args:
        options: Of pytest.
        folder: In it the parts add up what they tested of optional programs.
        failed: File for the names of the tests that failed.
    """
    surroundings = {"FAULT_REPORT": REPORT} | os.environ
    surroundings |= {"OPTIONAL_TALLY": str(folder / "optional.json"), "FAILED_TESTS": str(failed)}
    tests = subprocess.Popen([sys.executable, "-m", "pytest", *options], env=surroundings)
    while True:
        try:
            return tests.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
