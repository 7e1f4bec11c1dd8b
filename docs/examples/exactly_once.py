"""An effect that happens once, although the job may run twice."""

import asyncio
import sqlite3

from backbeat import Backbeat, Job, Worker

app = Backbeat()
bank = app.queue("bank")
db = sqlite3.connect(":memory:")
db.executescript("""
    CREATE TABLE balance (amount INTEGER NOT NULL);
    INSERT INTO balance VALUES (0);
    CREATE TABLE done (effect TEXT PRIMARY KEY);
""")


@bank.job()
async def credit(job: Job, cents: int) -> int:
    with db:  # one transaction: the key and the effect
        fresh = db.execute(
            "INSERT OR IGNORE INTO done VALUES (?)", (job.idempotency_key("credit"),)
        ).rowcount
        if fresh:
            db.execute("UPDATE balance SET amount = amount + ?", (cents,))
    # What comes after the effect may not have happened in the first run: go on.
    return int(db.execute("SELECT amount FROM balance").fetchone()[0])


async def main() -> None:
    handle = await credit.options(id="gift-1").enqueue(500)
    async with Worker(app):
        print(await handle.result(timeout=10))
        await handle.retry()  # run it once more, as a crash would have
        print(await handle.result(timeout=10))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
