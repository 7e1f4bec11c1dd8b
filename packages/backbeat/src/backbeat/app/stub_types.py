"""From JSON Schema to the Python types of a generated module."""

import json
import keyword
import re
from typing import Any, Final

from backbeat.app.kinds import REFERENCE, Schema

_FORMATS: Final = {
    "date-time": "datetime.datetime",
    "date": "datetime.date",
    "time": "datetime.time",
    "duration": "datetime.timedelta",
    "uuid": "uuid.UUID",
    "decimal": "decimal.Decimal",
}
_PLAIN: Final = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_BOUNDS: Final = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
}


def class_name(name: str) -> str:
    """A name of the contract as the name of a class."""
    words = re.split(r"[^A-Za-z0-9]+", name)
    return _safe("".join(word[:1].upper() + word[1:] for word in words))


def attribute_name(name: str) -> str:
    """A name of the contract as the name of an attribute."""
    return _safe(re.sub(r"[^A-Za-z0-9_]", "_", name))


def literal(value: Any) -> str:
    """A value of the contract as a Python literal."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def python_type(schema: Schema) -> str:
    """The Python type of a schema; Any where Python cannot say it."""
    if reference := schema.get("$ref"):
        return class_name(reference.removeprefix(REFERENCE))
    if "const" in schema:
        return f"Literal[{literal(schema['const'])}]"
    if "enum" in schema:
        return f"Literal[{', '.join(map(literal, schema['enum']))}]"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _union(choices, "discriminator" in schema)
    return _bounded(schema, _by_type(schema))


def _by_type(schema: Schema) -> str:
    match schema.get("type"):
        case "string" if schema.get("contentEncoding") == "base64":
            return "bytes"
        case "string":
            return _FORMATS.get(schema.get("format", ""), "str")
        case "array":
            return _array(schema)
        case "object":
            return f"dict[str, {_values(schema)}]"
        case str(plain):
            return _PLAIN.get(plain, "Any")
        case _:
            return "Any"


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"tuple[{', '.join(map(python_type, schema['prefixItems']))}]"
    items = python_type(schema.get("items", {}))
    return f"set[{items}]" if schema.get("uniqueItems") else f"list[{items}]"


def _values(schema: Schema) -> str:
    values = schema.get("additionalProperties")
    return python_type(values) if isinstance(values, dict) else "Any"


def _union(choices: list[Schema], tagged: bool) -> str:
    """A union that msgspec can tell apart: at most one class, unless they carry a tag."""
    classes = sum("$ref" in each for each in choices)
    if classes > 1 and not tagged:
        return "Any"
    return " | ".join(dict.fromkeys(map(python_type, choices)))


def _bounded(schema: Schema, kind: str) -> str:
    bounds = [f"{_BOUNDS[key]}={literal(value)}" for key, value in schema.items() if key in _BOUNDS]
    if not bounds or kind not in {"int", "float", "str"}:
        return kind
    return f"Annotated[{kind}, msgspec.Meta({', '.join(bounds)})]"


def _safe(name: str) -> str:
    if keyword.iskeyword(name):
        return name + "_"
    return name if name[:1].isalpha() or name[:1] == "_" else "_" + name
