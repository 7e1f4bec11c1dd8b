"""The reference covers every public name, and what it lists is what the code has."""

import re
import types
from pathlib import Path
from pydoc import locate
from typing import Any

import pytest

import backbeat
import backbeat.app
import backbeat.gateway.http
import backbeat.gateway.live
import backbeat.testing
from backbeat.engine.states import Reason

DOCS = Path(__file__).parents[2] / "docs"
DIRECTIVE = re.compile(r"^::: ([\w.]+)$", re.MULTILINE)


@pytest.mark.parametrize(
    "module",
    [backbeat, backbeat.app, backbeat.gateway.http, backbeat.gateway.live, backbeat.testing],
)
def test_every_public_name_is_on_a_page(module: types.ModuleType) -> None:
    shown = {id(each) for name in documented() for each in covered(name)}
    things = [name for name in module.__all__ if not isinstance(getattr(module, name), str)]
    assert [name for name in things if id(getattr(module, name)) not in shown] == []


def test_every_name_on_a_page_is_there() -> None:
    assert [name for name in documented() if locate(name) is None] == []


def test_every_reason_is_on_the_page_that_explains_them() -> None:
    page = (DOCS / "how-to/control.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"`{reason}`" not in page] == []


def documented() -> list[str]:
    """What the pages take in of the code."""
    pages = sorted((DOCS / "reference").glob("*.md"))
    return [name for page in pages for name in DIRECTIVE.findall(page.read_text("utf-8"))]


def covered(name: str) -> list[Any]:
    """The thing of this name; of a module also what is declared in it."""
    found = locate(name)
    if not isinstance(found, types.ModuleType):
        return [found]
    members = vars(found).values()
    return [found, *(each for each in members if getattr(each, "__module__", "") == name)]
