"""Runs every test in two parts: all but the fault tests side by side, then these one by one.

Fault tests kill, freeze and count seconds: beside others on the same cores they would be about
those.
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
INTERRUPTED: Final = 2
NOTHING_SELECTED: Final = 5


def main(jobs: str, options: Sequence[str]) -> int:
    """Run both parts and return the exit code of the whole."""
    codes = []
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        tally = Path(folder) / "optional.json"
        for part in parts(jobs):
            codes.append(run([*part, *options], tally))
            if codes[-1] == INTERRUPTED:
                break
    return together(codes)


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


def run(options: Sequence[str], tally: Path) -> int:
    """Run pytest; a Ctrl-C is for it, and it is waited for.

    Args:
        options: Of pytest.
        tally: File in which the parts add up what they tested of optional programs.
    """
    surroundings = {"FAULT_REPORT": REPORT} | os.environ | {"OPTIONAL_TALLY": str(tally)}
    tests = subprocess.Popen([sys.executable, "-m", "pytest", *options], env=surroundings)
    while True:
        try:
            return tests.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
