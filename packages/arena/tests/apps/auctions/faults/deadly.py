"""A database whose first commit is the last thing that its process does."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from arena.base.db import Database


class Deadly(Database):
    """Kills the process that has committed, before anything else can be done."""

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with super().transaction() as session:
            yield session
        os.kill(os.getpid(), signal.SIGKILL)
