"""Two encodings, and a page that waits for both; and a step that undoes what was done."""

import asyncio

from backbeat import AtLeast, Backbeat, Job, JobFailed, Worker

app = Backbeat()
video, web = app.queue("video"), app.queue("web")
released: list[str] = []


@video.job()
async def encode(name: str, size: int) -> str:
    return f"{name}-{size}.mp4"


@web.job()
async def publish(job: Job, title: str) -> str:
    files = await job.results(encode)
    return f"{title}: {', '.join(files)}"


@web.job()
async def reserve(seat: str) -> str:
    return seat


@web.job()
async def release(job: Job) -> None:
    released.extend(await job.results(reserve))


@web.job()
async def charge(card: str) -> None:
    raise ValueError(f"{card} is refused")


async def main() -> None:
    async with Worker(app):
        flow = app.flow("release-42")
        sizes = [flow.add(encode.call("talk", size)) for size in (480, 720)]
        page = flow.add(publish.call("My talk"), after=sizes)
        handle = await flow.start()
        print(await handle.job(page).result(timeout=10))

        again = app.flow("release-42")
        again.add(publish.call("My talk"))
        print("existing:", (await again.start()).existing)

        early = app.flow()
        tries = [encode.call("clip", 240), encode.options(delay=3600).call("clip", 1080)]
        first = early.fan_out(tries, publish.call("Clip"), succeed_when=AtLeast(1))
        print(await (await early.start()).job(first).result(timeout=10))

        order = app.flow()
        seat = order.add(reserve.call("12A"), compensate=release.call())
        paid = order.add(charge.call("4111"), after=[seat])
        handle = await order.start()
        try:
            await handle.job(paid).result(timeout=10)
        except JobFailed as error:
            print(error.error, error.detail)
        info = await handle.ended(timeout=10)
        print(info.failed, "failed,", info.undone, "undone: released", *released)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
