"""One attempt at a channel: every way in which it can end is a value."""

import asyncio
import logging
from dataclasses import dataclass

from arena.services.notifications.channels.channel import (
    Channel,
    Later,
    Message,
    Refused,
    Unsure,
)
from arena.services.notifications.model.deliveries import Outcome

logger = logging.getLogger("arena.notifications")


@dataclass(frozen=True, slots=True)
class Attempted:
    """How an attempt ended.

    Attributes:
        outcome: In one word.
        detail: In words, for the log of deliveries.
        reference: What the other side calls it.
        retry_after: Seconds for which it wants to be left alone; None: it did not say.
    """

    outcome: Outcome
    detail: str = ""
    reference: str = ""
    retry_after: float | None = None


async def bring(channel: Channel, message: Message) -> Attempted:
    """Try once, for as long as the channel may take."""
    try:
        async with asyncio.timeout(channel.seconds):
            return Attempted("brought", reference=await channel.bring(message))
    except Refused as error:
        return Attempted("refused", str(error))
    except Later as error:
        return Attempted("later", str(error), retry_after=error.retry_after)
    except Unsure as error:
        return Attempted("unsure", str(error))
    except TimeoutError:
        return Attempted("unsure", f"no answer within {channel.seconds:g} s")
    except Exception as error:
        # A fault of the channel's own: what it had done by then is not known.
        logger.exception("channel %s failed", channel.name)
        return Attempted("unsure", type(error).__name__)
