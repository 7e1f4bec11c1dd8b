"""What `.ci/run` makes of optional programs; what it calls are stubs that note their call."""

import shutil
import subprocess
from pathlib import Path

import pytest

CI_RUN = Path(__file__).parents[2] / ".ci/run"

# As pytest does: a skipped test is an error where nothing may be skipped.
MAKE = """#!/bin/sh
echo "make $1" >> "$CALLS"
[ "$1" != test ] || [ "${REQUIRE_OPTIONAL:-0}" != 1 ] || command -v chromium >/dev/null
"""
APT_GET = """#!/bin/sh
echo "apt-get $1" >> "$CALLS"
for last; do :; done
case "$last" in
    redis-server) cp "$STUB" "$BIN/redis-server" ;;
    chromium) exit 100 ;;
esac
"""
ROOT_USER = "#!/bin/sh\necho 0\n"
OTHER_USER = "#!/bin/sh\necho 1000\n"


class Machine:
    """A checkout whose PATH has the system's own tools and our stubs, nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.bin = folder / "bin"
        self.bin.mkdir()
        (folder / ".ci").mkdir()
        shutil.copy(CI_RUN, folder / ".ci/run")
        for name in ("bash", "sh", "dirname", "paste", "cp"):
            self.bin.joinpath(name).symlink_to(shutil.which(name) or f"/bin/{name}")
        self.put("stub", "#!/bin/sh\n")
        self.put("make", MAKE)
        # Three that may be missing would only make the sentences longer.
        for name in ("gcc", "nginx", "systemd-analyze"):
            self.put(name, "#!/bin/sh\n")

    def put(self, name: str, text: str) -> None:
        """A program on PATH."""
        self.bin.joinpath(name).write_text(text)
        self.bin.joinpath(name).chmod(0o755)

    def run(self, **said: str) -> tuple[int, list[str]]:
        """Exit code, and the last line."""
        own = {"PATH": str(self.bin), "CALLS": str(self.calls), "BIN": str(self.bin)}
        done = subprocess.run(
            [self.bin / "bash", self.folder / ".ci/run"],
            env=own | {"STUB": str(self.bin / "stub")} | said,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout.strip().splitlines()

    @property
    def made(self) -> list[str]:
        """The targets that were made, in order."""
        calls = self.calls.read_text().splitlines()
        return [call.removeprefix("make ") for call in calls if call.startswith("make ")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


ALL = ["setup", "lint", "audit", "test", "docs"]


def test_with_both_programs_everything_is_run_and_nothing_installed(machine: Machine) -> None:
    machine.put("redis-server", "#!/bin/sh\n")
    machine.put("chromium", "#!/bin/sh\n")
    code, lines = machine.run()
    assert code == 0
    assert lines[-1].startswith("== all passed (")
    assert machine.made == ALL
    assert "apt-get" not in machine.calls.read_text()


def test_a_package_that_is_not_there_fails_the_run_at_its_end_by_name(machine: Machine) -> None:
    machine.put("apt-get", APT_GET)
    machine.put("id", ROOT_USER)
    code, lines = machine.run()
    assert code != 0
    assert machine.made == ALL
    assert "chromium cannot be installed here" in lines
    assert "FAILED: test (skipped for want of chromium; ALLOW_SKIPPED=1" in lines[-1]
    assert (machine.bin / "redis-server").exists(), "the other was not installed"


def test_who_may_not_install_is_told_the_same(machine: Machine) -> None:
    machine.put("apt-get", APT_GET)
    machine.put("id", OTHER_USER)
    code, lines = machine.run()
    assert code != 0
    assert machine.made == ALL
    assert "skipped for want of redis-server chromium" in lines[-1]
    assert "apt-get" not in machine.calls.read_text()


def test_skipping_may_be_allowed_and_is_said(machine: Machine) -> None:
    machine.put("id", OTHER_USER)
    code, lines = machine.run(ALLOW_SKIPPED="1")
    assert code == 0
    assert "all passed, without the tests that need redis-server chromium" in lines[-1]


def test_lint_ends_the_run_at_once(machine: Machine) -> None:
    machine.put("redis-server", "#!/bin/sh\n")
    machine.put("chromium", "#!/bin/sh\n")
    machine.put("make", '#!/bin/sh\necho "make $1" >> "$CALLS"\n[ "$1" != lint ]\n')
    code, _ = machine.run()
    assert code != 0
    assert machine.made == ["setup", "lint"]
