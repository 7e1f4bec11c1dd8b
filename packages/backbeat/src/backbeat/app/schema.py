"""The published contract: what every queue takes and gives, as an AsyncAPI 3 document.

Equal declarations give equal bytes, so a committed copy shows what a change does to producers.
"""

from typing import TYPE_CHECKING, Any, Final

import msgspec

from backbeat.app.kinds import Schema, schemas
from backbeat.errors import ConfigurationError
from backbeat.values import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backbeat.app.application import Backbeat
    from backbeat.app.handler import Handler

RESULT: Final = "x-result"
PRIORITY: Final = "x-priority"


def contract(app: "Backbeat", *, title: str = "Jobs", version: str = "1.0.0") -> Schema:
    """Describe every job that `app` can run, for producers written elsewhere.

    Args:
        app: The application, with its handlers imported.
        title: Name of the application.
        version: Version of the contract, for those who read it.

    Returns:
        An AsyncAPI 3 document: a channel per queue, also of one without handlers, a message per job
        whose payload is the JSON Schema of its arguments, and the schema of the result under
        `x-result`.

    Raises:
        ConfigurationError: Two types of the same name differ.
    """
    handlers = sorted(_handlers(app), key=lambda each: (each.queue.name, each.name))
    messages, named = _messages(handlers)
    channels: Schema = {name: {"address": name, "messages": {}} for name in sorted(app.queues)}
    for handler, message in zip(handlers, messages, strict=True):
        channels[handler.queue.name]["messages"][handler.name] = message
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": version},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {name: _operation(name) for name in channels},
        "components": {"schemas": dict(sorted(named.items()))},
    }


def contract_json(document: Schema) -> str:
    """The contract as people and version control like it: indented, ending with a new line."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _handlers(app: "Backbeat") -> "Iterator[Handler[..., Any]]":
    for queue in app.queues.values():
        yield from queue.handlers.values()


def _messages(
    handlers: "Sequence[Handler[..., Any]]",
) -> tuple[list[Schema], dict[str, Schema]]:
    kinds = [kind for each in handlers for kind in (each.arguments.struct, each.result.kind)]
    try:
        found, named = schemas(kinds)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"the contract cannot be written: {error}") from error
    pairs = zip(handlers, found[::2], found[1::2], strict=True)
    return [_message(*each) for each in pairs], named


def _message(handler: "Handler[..., Any]", arguments: Schema, result: Schema) -> Schema:
    message: Schema = {"name": handler.name, "payload": arguments, RESULT: result}
    if handler.description:
        message["summary"] = handler.description
    if handler.priority != Priority.NORMAL:
        message[PRIORITY] = int(handler.priority)
    return message


def _operation(queue: str) -> Schema:
    return {"action": "receive", "channel": {"$ref": f"#/channels/{queue}"}}
