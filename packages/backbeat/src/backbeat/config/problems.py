"""Turns what validation found into one sentence per field: field, source, what to do."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from backbeat.errors import ConfigurationError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

SECRET: Final = frozenset({"url", "token_secret"})


def as_configuration_error(
    error: ValidationError, fields: "Mapping[str, FieldInfo]", origins: Mapping[str, str]
) -> ConfigurationError:
    """One error that names each wrong field, where its value came from, and what fits there."""
    sentences = [_sentence(problem, fields, origins) for problem in error.errors()]
    return ConfigurationError("; ".join(sentences))


def _sentence(
    problem: "ErrorDetails", fields: "Mapping[str, FieldInfo]", origins: Mapping[str, str]
) -> str:
    name = str(problem["loc"][0])
    origin = origins.get(name, "an argument")
    if name not in fields:
        return f"{name} ({origin}) is not a setting: {_nearest(name, list(fields))}"
    return (
        f"{name} ({origin}){_shown(name, problem['input'])} is not valid:"
        f" {_reason(problem)}; set it to {fields[name].description}"
    )


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name.replace("-", "_").lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def _shown(name: str, value: Any) -> str:
    return "" if name in SECRET else f" = {value!r}"


def _reason(problem: "ErrorDetails") -> str:
    text = problem["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
