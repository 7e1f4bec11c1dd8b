"""The part of the walk over a queue that looks into others: are the jobs of its flows there?

A job of another queue is lost if the record of its flow has it as open, it is not in its queue, and
nothing is on its way: neither it to its queue, nor word of its end from there. That is asked in an
order in which no step of a living flow can look like a loss: whoever ends leaves word in one step
with going, and word that was brought shows in the record, which is read once more at the end.
"""

from collections.abc import Generator, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

from backbeat.engine.calls.flow import Ref
from backbeat.engine.calls.reply import Reply, items, number, raw, text
from backbeat.engine.flaws import WORDS, Flaw
from backbeat.engine.keys import QueueKeys, flow_queues
from backbeat.engine.verifying_tables import Call, Walk, pairs, scan
from backbeat.errors import ProtocolError

# Two for each of 10,000 jobs, as the judgement of its record: a longer one is read for too long.
_MOST_FIELDS: Final = 20_020
_PAGE: Final = 500
_MENDED: Final = 100

Refs = Generator[Call, Reply, list[Ref]]
Answer = Generator[Call, Reply, bool]


def walk_kin(keys: QueueKeys, *, repair: bool) -> Walk:
    """All calls; its result is what was found, or put right."""
    found: list[Flaw] = []
    cursor = b"0"
    while True:
        cursor, flows = yield from scan("ZSCAN", keys.key("flows"), cursor)
        for flow in flows:
            try:
                found += yield from _flow(keys, flow, repair=repair)
            except ProtocolError:
                continue  # a foreign hand in another queue, which says so itself
        if cursor == b"0":
            return found


def _flow(keys: QueueKeys, flow: str, *, repair: bool) -> Walk:
    elsewhere = yield from _open_elsewhere(keys, flow)
    lost: list[Ref] = []
    for queue, refs in groupby(sorted(elsewhere, key=str), attrgetter("queue")):
        lost += yield from _lost(keys, queue, list(refs))
    lost = yield from _still_open(keys, flow, lost)
    told = (yield from _mend(keys, flow, lost)) if repair and lost else set[str]()
    return [
        Flaw(
            keys.queue, "lost job", ref.id,
            f"{WORDS['lost job']} (of flow {flow}, in queue {ref.queue})", str(ref) in told,
        )
        for ref in lost
    ]  # fmt: skip


def _open_elsewhere(keys: QueueKeys, flow: str) -> Refs:
    """The jobs of a flow that have not ended, as far as its record knows, in other queues."""
    key = keys.flow(flow)
    if number((yield Call("", ("HLEN", key)))) > _MOST_FIELDS:
        return []
    found: dict[Ref, None] = {}
    cursor: Reply = b"0"
    while True:
        cursor, page = items((yield Call("", ("HSCAN", key, raw(cursor), "COUNT", _PAGE))), 2)
        for name, entry in pairs(page):
            ref = Ref.read(name)
            if ref.id and ref.queue != keys.queue and _is_open(entry):
                found[ref] = None
        if number(cursor) == 0:
            return list(found)


def _is_open(entry: str) -> bool:
    """Whether the record of a flow has a job as open: position|name|state|epoch|parents."""
    return entry.split("|")[2:3] == ["open"]


def _lost(keys: QueueKeys, queue: str, refs: list[Ref]) -> Refs:
    """Those that are in no place."""
    there = QueueKeys(keys.namespace, queue)
    sources = items((yield Call("", ("SMEMBERS", flow_queues(keys.namespace)))), 0)
    for source in map(text, sources):
        if (yield from _is_on_its_way(QueueKeys(keys.namespace, source), queue)):
            return []
    gone = []
    for ref in refs:
        known = yield Call("", ("HEXISTS", there.key("jobs"), ref.id))
        if not number(known):
            gone.append(ref)
    if gone and (yield from _is_on_its_way(there, keys.queue)):
        return []
    return gone


def _is_on_its_way(source: QueueKeys, target: str) -> Answer:
    """Whether one queue has something for another that was not received yet."""
    noted = yield Call("", ("HGET", source.key("outboxes"), target))
    if noted is None:
        return False
    written, seen, *_ = raw(noted).split(b"|")
    return written != seen


def _still_open(keys: QueueKeys, flow: str, refs: list[Ref]) -> Refs:
    found = []
    for ref in refs:
        entry = yield Call("", ("HGET", keys.flow(flow), str(ref)))
        if entry is not None and _is_open(text(entry)):
            found.append(ref)
    return found


def _mend(keys: QueueKeys, flow: str, lost: list[Ref]) -> Generator[Call, Reply, set[str]]:
    """Have those who wait told; the jobs of which they are."""
    told: set[str] = set()
    for part in _parts(list(map(str, lost))):
        reply = yield Call("mend_lost", (flow, *part), numbered=True)
        told.update(map(text, items(reply, 0)))
    return told


def _parts(refs: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(refs), _MENDED):
        yield refs[start : start + _MENDED]
