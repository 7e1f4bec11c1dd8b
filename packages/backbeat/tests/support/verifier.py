"""The engine's own check of a queue, driven by the plain client library."""

from typing import cast

import redis

from backbeat.engine.calls.reply import Reply
from backbeat.engine.flaws import Flaw
from backbeat.engine.verifying import Verifying
from backbeat.engine.verifying_tables import Call
from backbeat.errors import ProtocolError
from packages.backbeat.tests.support.queue_bench import QueueBench


def verify(bench: QueueBench, *, repair: bool = False) -> list[Flaw]:
    """What is wrong with the queue of a bench."""
    walk = Verifying(bench.keys, lambda _done, _all: None, repair=repair).walk()
    try:
        call = next(walk)
        while True:
            try:
                reply = _answer(bench, call)
            except redis.ResponseError as error:
                call = walk.throw(ProtocolError(str(error)))
            else:
                call = walk.send(reply)
    except StopIteration as end:
        return cast("list[Flaw]", end.value)


def wrong(bench: QueueBench) -> set[tuple[str, str]]:
    """What is wrong, and with what."""
    return {(flaw.what, flaw.subject) for flaw in verify(bench)}


def _answer(bench: QueueBench, call: Call) -> Reply:
    if call.numbered:
        return bench.me.call(call.name, *call.args)
    return bench.run(call.name, *call.args) if call.name else _raw(bench.client, call)


def _raw(client: redis.Redis, call: Call) -> Reply:
    """The reply as it comes: the library would make other types of it."""
    connection = client.connection_pool.get_connection()
    try:
        connection.send_command(*call.args)  # type: ignore[no-untyped-call] # has none
        return cast("Reply", connection.read_response())
    finally:
        client.connection_pool.release(connection)
