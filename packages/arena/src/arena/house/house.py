"""What every application is given: the stores and the services that all share."""

from arena.base.db import Database
from arena.base.settings import ArenaSettings
from arena.services.ledger import Ledger
from arena.services.notifications.opening import open_notifications
from backbeat import Backbeat


class House:
    """The house as one process has it.

    Attributes:
        settings: What the installation says.
        jobs: Declares queues and handlers, and is the way to the server with the hot state.
        database: The data of record.
        ledger: The money.
        notifications: Tells people; applications add their kinds by `Parts.kinds`.
    """

    def __init__(self, *, settings: ArenaSettings, jobs: Backbeat, database: Database) -> None:
        """Open the services; connects to nothing.

        Args:
            settings: What the installation says.
            jobs: Where its jobs are. Queues of the services are declared there.
            database: Where its data are; closed by whoever opened it.

        Raises:
            Misconfigured: A channel of notifications is set up in a way that cannot work.
        """
        self.settings = settings
        self.jobs = jobs
        self.database = database
        self.ledger = Ledger(database)
        self.notifications = open_notifications(settings, jobs, database)

    async def close(self) -> None:
        """Close what the services have open; the stores are left to whoever opened them."""
        await self.notifications.close()
