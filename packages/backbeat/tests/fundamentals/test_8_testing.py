"""Testing your own jobs: the real engine, no server, and time that you move."""

from datetime import timedelta

from backbeat import Backbeat, Retry
from backbeat.testing import application, assert_enqueued, drain

# As it stands in your program.
app = Backbeat()
mail = app.queue("mail", retry=Retry.exponential(attempts=3, delay=60))


@mail.job()
async def welcome(name: str) -> str:
    """Greets somebody who has just signed up, and asks a week later how it goes."""
    await how_is_it_going.options(delay=timedelta(days=7)).enqueue(name)
    return f"Welcome, {name}!"


@mail.job()
async def how_is_it_going(name: str) -> str:
    """Asks how it goes."""
    return f"How is it going, {name}?"


async def test_a_new_user_is_greeted_and_asked_a_week_later() -> None:
    async with application(app) as clock:
        handle = await welcome.enqueue("Ada")
        assert_enqueued(welcome, "Ada", count=1)

        # Runs what is waiting, here, as a worker would.
        await drain(app)
        assert await handle.result() == "Welcome, Ada!"
        assert_enqueued(how_is_it_going, name="Ada")

        # A week passes in no time.
        clock.advance(timedelta(days=7))
        [ran] = await drain(app)
        assert ran.result == "How is it going, Ada?"
