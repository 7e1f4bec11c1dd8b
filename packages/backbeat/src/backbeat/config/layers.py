"""The places that values come from; each value keeps the name of its place."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic_settings import BaseSettings, EnvSettingsSource

from backbeat.config.project import OWN_FILE, SHARED_FILE
from backbeat.errors import ConfigurationError

ENVIRONMENT_PREFIX: Final = "BACKBEAT_"
# Tables of the project's file that are no settings: rooms above read them.
ROOMS: Final = frozenset({"alerts"})


@dataclass(frozen=True)
class Layer:
    """Values of one place, and for each the words that name where it stands."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]


def project_layer(root: Path) -> Layer:
    """`backbeat.toml` of the project, else `[tool.backbeat]` of its pyproject.toml."""
    values, origin = _project_table(root)
    settings = {name: value for name, value in values.items() if name not in ROOMS}
    return _named(settings, origin)


def alerts_table(root: Path) -> tuple[Mapping[str, Any], str]:
    """What the project's file says of alerts, and where that stands.

    Raises:
        ConfigurationError: It is no table.
    """
    values, origin = _project_table(root)
    table = values.get("alerts", {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"alerts in {origin} must be a table")
    return table, f"alerts in {origin}"


def environment_layer(kind: type[BaseSettings]) -> Layer:
    """`BACKBEAT_*` variables; an empty one counts as unset."""
    source = EnvSettingsSource(kind, env_prefix=ENVIRONMENT_PREFIX, env_ignore_empty=True)
    values = source()
    return Layer(values, {name: f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in values})


def explicit_layer(overrides: Mapping[str, object]) -> Layer:
    """Keyword arguments and flags; None means that the flag was not given."""
    given = {name: value for name, value in overrides.items() if value is not None}
    return _named(given, "an argument")


def _named(values: Mapping[str, Any], origin: str) -> Layer:
    return Layer(values, dict.fromkeys(values, origin))


def _project_table(root: Path) -> tuple[Mapping[str, Any], str]:
    own, shared = root / OWN_FILE, root / SHARED_FILE
    if own.is_file():
        return _read(own), str(own)
    if shared.is_file():
        return _tool_table(shared), f"[tool.backbeat] in {shared}"
    return {}, str(root)


def _tool_table(file: Path) -> Mapping[str, Any]:
    tools = _read(file).get("tool", {})
    table = tools.get("backbeat", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise ConfigurationError(f"tool.backbeat in {file} must be a table: write [tool.backbeat]")
    return table


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from error
