"""A queue, a handler, a job, and a worker that runs it."""

from backbeat import Backbeat, Worker


async def test_a_job_is_enqueued_here_and_runs_in_a_worker(app: Backbeat) -> None:
    # A queue is a line that jobs stand in.
    greetings = app.queue("greetings")

    # A handler is the function that runs the jobs of one kind.
    @greetings.job()
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    # Enqueueing stores the job, and gives a handle to it. Nothing runs yet.
    handle = await greet.enqueue("Ada")

    # A worker takes jobs out of the queue and runs them. It usually is a process of its own,
    # started with `backbeat worker`; here it lives in this test.
    async with Worker(app):
        assert await handle.result(timeout=10) == "Hello, Ada!"


async def test_the_function_is_still_a_function(app: Backbeat) -> None:
    @app.queue("greetings").job()
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    # Called as itself it runs here and now, without a queue.
    assert await greet("Grace") == "Hello, Grace!"
