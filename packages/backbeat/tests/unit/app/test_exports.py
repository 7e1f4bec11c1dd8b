"""The public names: what is listed is what is there, and nothing else."""

import subprocess
import sys
import types

import pytest

import backbeat
import backbeat.app
from backbeat import errors

LAZY = {"Worker", "mount"}


def visible(module: types.ModuleType) -> set[str]:
    """Names of a module without its submodules and its privates."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }


@pytest.mark.parametrize("module", [backbeat, backbeat.app])
def test_what_is_listed_is_sorted_and_there(module: types.ModuleType) -> None:
    assert module.__all__ == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def test_nothing_else_is_visible() -> None:
    assert visible(backbeat) - {"TYPE_CHECKING"} | LAZY == set(backbeat.__all__)
    assert visible(backbeat.app) == set(backbeat.app.__all__)


def test_every_error_is_public() -> None:
    declared = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }

    assert declared <= set(backbeat.__all__)


def test_a_name_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match="Nobody"):
        _ = backbeat.Nobody


def test_importing_opens_nothing_and_leaves_the_worker_alone() -> None:
    program = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event))\n"
        "import backbeat\n"
        "assert not {'socket.connect', 'socket.bind', 'subprocess.Popen', 'os.mkdir'} & {*seen}\n"
        "assert not any(name.startswith('backbeat.worker') for name in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
