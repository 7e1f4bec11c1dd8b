"""The ledger's own jobs: whichever worker is there seals journals, and ends holds in time."""

from arena.services.ledger.actions.ledger import Ledger
from arena.services.ledger.jobs import (
    EXPIRE,
    EXPIRE_EVERY_S,
    QUEUE,
    SEAL,
    SEAL_EVERY_S,
    TIMEOUT_S,
)
from backbeat import Backbeat, Keep, Queue, Retry, every


def declare(app: Backbeat, ledger: Ledger) -> Queue:
    """Declare the queue, its handlers and their schedules; they run once a worker has the queue.

    A slot is left out while the run before it goes on, so there is one writer of seals; the
    database sees to it as well.

    Args:
        app: Where.
        ledger: Whose journals and holds.
    """
    # The next slot is the retry.
    queue = app.queue(QUEUE, retry=Retry(attempts=1), keep=Keep(completed=20, failed=200))

    @queue.job(SEAL, timeout=TIMEOUT_S)
    async def seal() -> int:
        return await ledger.seal()

    @queue.job(EXPIRE, timeout=TIMEOUT_S)
    async def expire() -> int:
        return await ledger.expire_holds()

    app.schedule(SEAL, every(SEAL_EVERY_S), seal.call(), missed="one", overlap="skip")
    app.schedule(EXPIRE, every(EXPIRE_EVERY_S), expire.call(), missed="one", overlap="skip")
    return queue
