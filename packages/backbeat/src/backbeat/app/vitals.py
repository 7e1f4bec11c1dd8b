"""How worker processes are, as each writes it down every quarter of a minute."""

import asyncio
from collections.abc import Iterable
from typing import Final

import msgspec

from backbeat.engine.calls.reply import raw
from backbeat.engine.keys import vitals as vitals_key
from backbeat.engine.transport.base import Transport

# So many are asked at the same time.
_AT_ONCE: Final = 32


class Vitals(msgspec.Struct, frozen=True):
    """What a worker process says of itself.

    Attributes:
        rss: Bytes in RAM.
        rss_at_start: Bytes in RAM when it began to say so.
        blocked: Seconds that its event loop stood still, at most, in the last minute.
        cpu: Cores that it used since it said so before: 1.0 is one whole core. None: of a worker
            that does not say.
    """

    rss: int
    rss_at_start: int
    blocked: float
    cpu: float | None = None


async def read_vitals(
    transport: Transport, namespace: str, names: Iterable[str]
) -> dict[str, Vitals]:
    """What workers say of themselves, by name; those that have said nothing are left out."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def read(name: str) -> tuple[str, bytes]:
        async with turns:
            said = await transport.execute("GET", vitals_key(namespace, name))
        return name, b"" if said is None else raw(said)

    found = await asyncio.gather(*map(read, sorted(set(names))))
    return {name: msgspec.json.decode(said, type=Vitals) for name, said in found if said}
