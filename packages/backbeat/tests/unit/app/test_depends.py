"""Declaring what the worker makes: which kind it is, what it needs itself, what is refused."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from backbeat.app.depends import Dependency, Depends
from backbeat.errors import ConfigurationError


def plain() -> int:
    return 1


async def awaited() -> int:
    return 1


def cleaned() -> Iterator[int]:
    yield 1


async def cleaned_async() -> AsyncIterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("fn", "kind"),
    [
        (plain, "value"),
        (awaited, "awaitable"),
        (cleaned, "generator"),
        (cleaned_async, "async generator"),
        (dict, "value"),
    ],
)
def test_the_function_decides_how_its_value_comes_out(fn: Callable[..., Any], kind: str) -> None:
    assert Dependency(fn).kind == kind


def test_dependencies_have_dependencies() -> None:
    def repository(number: int = Depends(plain), size: int = 3) -> str:
        return f"{number}{size}"

    assert {name: each.fn for name, each in Dependency(repository).dependencies.items()} == {
        "number": plain
    }


def test_a_parameter_that_nobody_passes_is_refused_where_it_is_written() -> None:
    def needy(wallet: str) -> None: ...

    with pytest.raises(ConfigurationError, match="'wallet' needs a default"):
        Depends(needy)


def test_a_value_instead_of_a_function_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="a function is needed"):
        Depends(3)  # type: ignore[call-overload] # the case
