"""Generates a typed client module from a contract: producers then need none of our code.

A class per queue, an attribute per job, a msgspec Struct per type.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from backbeat.app.kinds import REFERENCE, Schema
from backbeat.app.schema import PRIORITY, RESULT
from backbeat.app.stub_types import attribute_name, class_name, python_type

_HEAD: Final = '"""Typed producers of {} {}, made from its contract. Do not edit."""'
_IMPORTS: Final = {
    "datetime": "import datetime",
    "decimal": "import decimal",
    "uuid": "import uuid",
}
_TYPING: Final = ("Annotated", "Any", "Literal")


def stub_module(document: Schema) -> str:
    """The source of a module with a typed producer for every job of a contract.

    Args:
        document: What `contract` gives.

    Returns:
        Python source, which needs backbeat and msgspec, and type-checks in strict mode.
    """
    named = document["components"]["schemas"]
    tags = _tags(document)
    blocks = [_class(name, each, tags) for name, each in named.items() if _is_class(each)]
    blocks += [_alias(name, each) for name, each in named.items() if not _is_class(each)]
    blocks += [_queue(name, each) for name, each in document["channels"].items()]
    body = "\n\n\n".join(blocks)
    head = _HEAD.format(document["info"]["title"], document["info"]["version"])
    return f"{head}\n\n{_imports(body)}\n\n\n{body}\n"


def _is_class(schema: Schema) -> bool:
    return schema.get("type") == "object" and "properties" in schema


def _imports(body: str) -> str:
    lines = [line for module, line in _IMPORTS.items() if f"{module}." in body]
    used = [name for name in _TYPING if re.search(rf"\b{name}\b", body)]
    if used:
        lines.append(f"from typing import {', '.join(used)}")
    ours = ["import msgspec", "", "from backbeat import Backbeat", "from backbeat.app import Stub"]
    return "\n".join(["from __future__ import annotations", "", *lines, "", *ours])


def _class(name: str, schema: Schema, tags: dict[str, tuple[str, str]]) -> str:
    options = ["kw_only=True", "omit_defaults=True"]
    tag_field = ""
    if name in tags:
        tag_field, tag = tags[name]
        options += [f"tag_field={tag_field!r}", f"tag={tag!r}"]
    lines = [f"class {class_name(name)}(msgspec.Struct, {', '.join(options)}):"]
    lines += _documentation(schema.get("description"), "    ")
    required = schema.get("required", ())
    fields = [
        _field(each, of, each in required)
        for each, of in schema["properties"].items()
        if each != tag_field
    ]
    return "\n".join([*lines, *(fields or ["    pass"])])


def _field(name: str, schema: Schema, required: bool) -> str:
    attribute, kind = attribute_name(name), python_type(schema)
    settings = [] if attribute == name else [f"name={name!r}"]
    if not required:
        kind, default = _optional(kind, schema)
        settings.insert(0, default)
    if not settings:
        return f"    {attribute}: {kind}"
    plain = len(settings) == 1 and settings[0].startswith("default=")
    value = (
        settings[0].removeprefix("default=") if plain else f"msgspec.field({', '.join(settings)})"
    )
    return f"    {attribute}: {kind} = {value}"


def _optional(kind: str, schema: Schema) -> tuple[str, str]:
    """What is left out is filled by the worker: a value that equals the default is not sent."""
    default = schema.get("default", ...)
    if default is None or isinstance(default, str | int | float):
        return kind, f"default={default!r}"
    if default == [] and kind.startswith("list["):
        return kind, "default_factory=list"
    if kind == "Any":
        return kind, "default=msgspec.UNSET"
    return f"{kind} | msgspec.UnsetType", "default=msgspec.UNSET"


def _alias(name: str, schema: Schema) -> str:
    return f"{class_name(name)} = {python_type(schema)}"


def _queue(name: str, channel: Schema) -> str:
    lines = [
        f"class {class_name(name)}:",
        f'    """Jobs of the queue {name}."""',
        "",
        "    def __init__(self, app: Backbeat) -> None:",
        f"        queue = app.queue({name!r})",
    ]
    for job, message in channel["messages"].items():
        lines += _producer(job, message)
    return "\n".join(lines)


def _producer(job: str, message: Schema) -> Iterator[str]:
    arguments, result = python_type(message["payload"]), python_type(message[RESULT])
    values = [repr(job), arguments, result]
    if PRIORITY in message:
        values.append(f"priority={message[PRIORITY]}")
    name = attribute_name(job)
    yield f"        self.{name}: Stub[{arguments}, {result}] = queue.stub("
    yield f"            {', '.join(values)}"
    yield "        )"
    yield from _documentation(message.get("summary"), "        ")


def _documentation(text: str | None, indent: str) -> list[str]:
    if not text:
        return []
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return [f'{indent}"""{safe}"""']


def _tags(document: Any) -> dict[str, tuple[str, str]]:
    """Names of the types that are told apart by a tag: (field, value)."""
    found: dict[str, tuple[str, str]] = {}
    if isinstance(document, dict):
        told = document.get("discriminator", {})
        if isinstance(told, dict):
            for tag, reference in told.get("mapping", {}).items():
                found[reference.removeprefix(REFERENCE)] = (told["propertyName"], tag)
        document = list(document.values())
    for each in document if isinstance(document, list) else ():
        found.update(_tags(each))
    return found
