"""Testing your jobs: no server, no waiting."""

import asyncio

from backbeat import Backbeat, Retry, testing

app = Backbeat()
mails = app.queue("mails", retry=Retry.exponential(attempts=3, delay=60))
tries = 0


@mails.job()
async def welcome(name: str) -> str:
    global tries
    tries += 1
    if tries < 3:
        raise ConnectionError("no answer")
    return f"Welcome, {name}!"


async def test_a_welcome_is_sent_at_last() -> None:
    async with testing.application(app):
        handle = await welcome.enqueue("Ada")
        testing.assert_enqueued(welcome, name="Ada")

        ran = await testing.drain(app, delayed=True)  # the fake clock skips the pauses
        print([each.outcome for each in ran])
        assert await handle.result() == "Welcome, Ada!"


if __name__ == "__main__":
    asyncio.run(test_a_welcome_is_sent_at_last())
