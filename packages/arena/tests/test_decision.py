"""The page that says where the named services and utilities are, says it of all, and truly."""

import importlib.util
import re
from pathlib import Path
from typing import Final

import pytest

PAGE: Final = Path(__file__).parents[3] / "docs/decisions/0017-one-house.md"
SERVICES: Final = (
    "googleAuth", "wallet", "leaderboard", "fraudScore", "ai", "result", "notification", "withdraw",
    "cache", "queue",
)  # fmt: skip
UTILITIES: Final = (
    "ApiError", "ApiResponse", "catchAsync", "jwt", "objectId", "pagination", "date", "logger",
    "sanitize", "idempotency", "constants", "response",
)  # fmt: skip
ROWS: Final = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
MODULE: Final = re.compile(r"(comes? with )?`((?:arena|backbeat)\.[a-z_.]+)`")


def exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def test_every_name_is_there_once() -> None:
    assert [name for name, _ in ROWS] == [*SERVICES, *UTILITIES]


@pytest.mark.parametrize(("name", "here"), ROWS, ids=[name for name, _ in ROWS])
def test_what_is_said_to_be_here_is_and_what_is_to_come_is_not(name: str, here: str) -> None:
    modules = MODULE.findall(here)
    assert modules, f"{name}: no module is named"
    for comes, module in modules:
        assert exists(module) != bool(comes), f"{name}: {module}"
