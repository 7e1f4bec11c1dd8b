"""Generates a typed client module from a contract: producers then need none of our code.

A class per queue that has jobs, an attribute per job, a msgspec Struct per type.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from backbeat.app.kinds import REFERENCE, Schema
from backbeat.app.schema import PRIORITY, RESULT
from backbeat.app.stub_types import attribute_name, class_name, literal, python_type
from backbeat.errors import ConfigurationError

_MODULES: Final = ("datetime", "decimal", "uuid")
_TYPING: Final = ("Annotated", "Any", "Literal")
_OURS: Final = (
    "import msgspec",
    "",
    "from backbeat import Backbeat",
    "from backbeat.app import Stub",
)
_WIDTH: Final = 100

# Name of a type -> the field that tells it apart in a union, and its value there.
Tags = dict[str, tuple[str, str]]


def stub_module(document: Schema) -> str:
    """The source of a module with a typed producer for every job of a contract.

    Args:
        document: What `contract` gives.

    Returns:
        Python source, which needs backbeat and msgspec, and type-checks in strict mode.

    Raises:
        ConfigurationError: Two names of the contract become the same name in Python.
    """
    named, tags = document["components"]["schemas"], _tags(document)
    channels = {name: each for name, each in document["channels"].items() if each["messages"]}
    _refuse_equal([*map(class_name, named), *map(_client_name, channels)])
    blocks = [_class(name, each, tags) for name, each in named.items() if _is_class(each)]
    blocks += [_alias(name, each) for name, each in named.items() if not _is_class(each)]
    blocks += [_queue(name, each) for name, each in channels.items()]
    info, body = document["info"], "\n\n\n".join(blocks)
    title = _documentation(
        f"Typed producers of {info['title']} {info['version']}. Do not edit.", ""
    )
    return "\n".join([*title, "# ruff: noqa", "", *_imports(body), "", "", body, ""])


def _is_class(schema: Schema) -> bool:
    return schema.get("type") == "object" and "properties" in schema


def _imports(body: str) -> Iterator[str]:
    yield from ("from __future__ import annotations", "")
    standard = [f"import {module}" for module in _MODULES if f"{module}." in body]
    if used := [name for name in _TYPING if re.search(rf"\b{name}\b", body)]:
        standard.append(f"from typing import {', '.join(used)}")
    if standard:
        yield from (*standard, "")
    yield from _OURS


def _class(name: str, schema: Schema, tags: Tags) -> str:
    options, tag_field = "kw_only=True, omit_defaults=True", ""
    if name in tags:
        tag_field, tag = tags[name]
        options += f", tag_field={literal(tag_field)}, tag={literal(tag)}"
    required, properties = schema.get("required", ()), schema["properties"]
    _refuse_equal(map(attribute_name, properties))
    fields = [
        _field(each, of, each in required) for each, of in properties.items() if each != tag_field
    ]
    head = [f"class {class_name(name)}(msgspec.Struct, {options}):"]
    if documentation := _documentation(schema.get("description"), "    "):
        head += [*documentation, ""]
    return "\n".join([*head, *(fields or ["    pass"])])


def _field(name: str, schema: Schema, required: bool) -> str:
    attribute, kind = attribute_name(name), python_type(schema)
    settings = {} if attribute == name else {"name": literal(name)}
    if not required:
        kind, default = _optional(kind, schema)
        settings |= default
    if not settings:
        return f"    {attribute}: {kind}"
    if settings.keys() == {"default"}:
        return f"    {attribute}: {kind} = {settings['default']}"
    text = ", ".join(f"{key}={value}" for key, value in settings.items())
    return f"    {attribute}: {kind} = msgspec.field({text})"


def _optional(kind: str, schema: Schema) -> tuple[str, dict[str, str]]:
    """What is left out is filled by the worker: a value that equals the default is not sent."""
    default = schema.get("default", ...)
    if default is None or isinstance(default, str | int | float):
        return kind, {"default": literal(default)}
    if default == [] and kind.startswith("list["):
        return kind, {"default_factory": "list"}
    if default == {} and kind.startswith("dict["):
        return kind, {"default_factory": "dict"}
    return f"{kind} | msgspec.UnsetType", {"default": "msgspec.UNSET"}


def _alias(name: str, schema: Schema) -> str:
    return f"{class_name(name)} = {python_type(schema)}"


def _queue(name: str, channel: Schema) -> str:
    jobs = channel["messages"]
    _refuse_equal(map(attribute_name, jobs))
    lines = [
        f"class {_client_name(name)}:",
        *_documentation(f"Jobs of the queue {name}.", "    "),
        "",
        "    def __init__(self, app: Backbeat) -> None:",
        f"        queue = app.queue({literal(name)})",
    ]
    for job, message in jobs.items():
        lines += _producer(job, message)
    return "\n".join(lines)


def _client_name(queue: str) -> str:
    return class_name(queue) + "Jobs"


def _producer(job: str, message: Schema) -> Iterator[str]:
    arguments, result = python_type(message["payload"]), python_type(message[RESULT])
    values = [literal(job), arguments, result]
    if PRIORITY in message:
        values.append(f"priority={message[PRIORITY]}")
    left = f"        self.{attribute_name(job)}: Stub[{arguments}, {result}] = queue.stub("
    right = ", ".join(values)
    if len(left) + len(right) < _WIDTH:
        yield f"{left}{right})"
    else:
        yield from (left, f"            {right}", "        )")
    yield from _documentation(message.get("summary"), "        ")


def _documentation(text: str | None, indent: str) -> list[str]:
    if not text:
        return []
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return [f'{indent}"""{safe}"""']


def _tags(document: Any) -> Tags:
    found: Tags = {}
    if isinstance(document, dict):
        told = document.get("discriminator")
        if isinstance(told, dict) and "mapping" in told:
            for tag, reference in told["mapping"].items():
                found[reference.removeprefix(REFERENCE)] = (told["propertyName"], tag)
        document = list(document.values())
    for each in document if isinstance(document, list) else ():
        found |= _tags(each)
    return found


def _refuse_equal(names: Iterable[str]) -> None:
    equal = [name for name, count in Counter(names).items() if count > 1]
    if equal:
        raise ConfigurationError(
            f"two names of the contract are {equal[0]} in Python: rename one of them"
        )
