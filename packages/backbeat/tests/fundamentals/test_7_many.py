"""Many jobs, and which of them comes first."""

from backbeat import Backbeat, Priority, Worker


async def test_thousands_of_jobs_are_one_call(app: Backbeat) -> None:
    queue = app.queue("thumbnails")

    @queue.job()
    async def shrink(picture: str) -> None: ...

    handles = await queue.add_many([shrink.call(f"{n}.png") for n in range(2_000)])
    assert all(handle.created for handle in handles)
    async with Worker(app):
        await handles[-1].result(timeout=30)


async def test_an_id_makes_sure_that_there_is_one(app: Backbeat) -> None:
    @app.queue("thumbnails").job()
    async def shrink(picture: str) -> None: ...

    once = shrink.options(id="shrink-cat")
    assert (await once.enqueue("cat.png")).created
    assert (await once.enqueue("cat.png")).existing


async def test_the_urgent_goes_first(app: Backbeat) -> None:
    order: list[str] = []

    @app.queue("thumbnails").job()
    async def shrink(picture: str) -> None:
        order.append(picture)

    await shrink.options(priority=Priority.LOW).enqueue("background.png")
    await shrink.enqueue("second.png")
    await shrink.enqueue("third.png")
    last = await shrink.options(priority=Priority.LOW).enqueue("last.png")
    await shrink.options(priority=Priority.CRITICAL).enqueue("first.png")
    async with Worker(app, concurrency=1):
        await last.result(timeout=10)
    assert order == ["first.png", "second.png", "third.png", "background.png", "last.png"]
