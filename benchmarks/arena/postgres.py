"""A PostgreSQL of a benchmark's own, with fsync on, that ends whenever the benchmark does."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arena.base.postgres import EmbeddedPostgres
from backbeat.cli.bench.guard import guarded


@asynccontextmanager
async def private_postgres() -> AsyncIterator[str]:
    """Start an empty one; its address."""
    folder = tempfile.mkdtemp(prefix="ar-")
    postgres = EmbeddedPostgres(folder)
    try:
        address = await asyncio.to_thread(postgres.ensure)
        pid = postgres.server_pid
        assert pid is not None
        with guarded(pid):
            yield address
    finally:
        await asyncio.to_thread(postgres.close)
        await asyncio.to_thread(shutil.rmtree, folder)
