"""A duty that one worker at a time has: the others find it taken, and leave it."""

from backbeat.engine.calls.reply import number
from backbeat.engine.transport.base import Transport


async def take_duty(transport: Transport, key: str, length_ms: int) -> bool:
    """Take a duty for a time, unless somebody has it.

    Args:
        transport: Where calls go.
        key: Key of the duty.
        length_ms: How long it is taken for.

    Returns:
        Whether it is ours. It is also where somebody has it for longer than anybody takes it: then
        the server's clock was put back, and the key would stay until that time comes again.
    """
    if await transport.execute("SET", key, "1", "NX", "PX", length_ms) is not None:
        return True
    if number(await transport.execute("PTTL", key)) <= length_ms:
        return False
    await transport.execute("SET", key, "1", "PX", length_ms)
    return True
