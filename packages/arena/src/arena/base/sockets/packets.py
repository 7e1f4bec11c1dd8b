"""Packets as this house sends them: text, and written fast.

The usual ones are searched for bytes in every value of every message; nothing here sends bytes.
That search and the writing of JSON took a fifth of the time of a bid.
"""

import json
from typing import Any, Final

import msgspec
from socketio.packet import Packet

_write: Final = msgspec.json.Encoder().encode


class Json:
    """JSON as python-socketio asks for it."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Write a value; always without blanks."""
        return _write(value).decode()

    # What strangers send is read by whatever has always read it: its errors are known there.
    loads = staticmethod(json.loads)


class TextPacket(Packet):  # type: ignore[misc]  # the library has no types
    """A packet without bytes."""

    uses_binary_events = False
    json = Json
