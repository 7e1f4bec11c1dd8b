"""Digests: of what was asked for, to know a key again, and of what was written, for the seals."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from arena.services.ledger.model.hold import HoldRequest
from arena.services.ledger.model.journal import Journal

# What the first seal follows.
GENESIS: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Written:
    """A journal as the database has it, with everything that nobody may change.

    Attributes:
        fields: Its own columns, in the order of the table.
        lines: For each posting the name of its account and its columns, by account.
    """

    fields: tuple[int | str | bytes | None, ...]
    lines: tuple[tuple[int | str, ...], ...]


def content_of(request: Journal | HoldRequest) -> bytes:
    """Digest of all that a caller asked for but the key; entries count in any order."""
    if isinstance(request, HoldRequest):
        whole = (*request.account.name, request.amount.amount, request.expires_ms)
        return _digest(["hold", *whole])
    entries = sorted((*entry.account.name, entry.amount) for entry in request.entries)
    return _digest(["journal", request.type, request.ref, request.reverses, entries])


def seal_of(previous: bytes, journals: Iterable[Written]) -> bytes:
    """Hash over the seal before and the journals since.

    Args:
        previous: Hash of the seal before, or `GENESIS`.
        journals: In their order.
    """
    chain = hashlib.sha256(previous)
    for journal in journals:
        fields = [each.hex() if isinstance(each, bytes) else each for each in journal.fields]
        chain.update(_digest([fields, journal.lines]))
    return chain.digest()


def _digest(value: Any) -> bytes:
    # Lists of numbers and text have one such form each, so no two of them share it.
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).digest()
