"""Which types may travel, and the JSON Schema of each."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from backbeat.app import codec
from backbeat.errors import ConfigurationError

Schema = dict[str, Any]
REFERENCE: Final = "#/components/schemas/"


def check_kind(kind: Any, what: str) -> None:
    """Refuse a type that cannot be read from JSON or described by a schema.

    Raises:
        ConfigurationError: The type is not supported; the message begins with `what`.
    """
    try:
        codec.decoder(kind)
        schemas([kind])
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{what}: {error}") from error


def schemas(kinds: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """The schema of each type, and the named schemas that they refer to.

    Raises:
        TypeError: A type is not supported, or two different ones have the same name.
    """
    models: dict[str, Schema] = {}

    def of_model(kind: Any) -> Schema:
        name, schema, inner = _model(kind)
        _add(models, {**inner, name: schema})
        return {"$ref": REFERENCE + name}

    found, named = msgspec.json.schema_components(
        kinds, schema_hook=of_model, ref_template=REFERENCE + "{name}"
    )
    _add(named, models)
    return list(found), named


def _model(kind: Any) -> tuple[str, Schema, dict[str, Schema]]:
    """A pydantic model: its name, its schema, the schemas that this one refers to."""
    if not codec.is_model(kind) or not hasattr(kind, "model_json_schema"):
        raise TypeError(
            f"{kind.__module__}.{kind.__qualname__} cannot be read from JSON: use plain types,"
            " dataclasses, msgspec Structs or pydantic models"
        )
    schema: Schema = kind.model_json_schema(ref_template=REFERENCE + "{model}")
    inner = schema.pop("$defs", {})
    name = re.sub(r"[^A-Za-z0-9._-]", "_", kind.__name__)
    # A model that contains itself describes itself among the inner ones only.
    return name, inner.pop(name, schema), inner


def _add(named: dict[str, Schema], more: dict[str, Schema]) -> None:
    for name, schema in more.items():
        if named.setdefault(name, schema) != schema:
            raise TypeError(f"two different types are called {name}: rename one")
