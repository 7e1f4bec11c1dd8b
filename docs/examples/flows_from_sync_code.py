"""A flow and a breaker from code without an event loop."""

from backbeat import Backbeat

app = Backbeat()
films = app.queue("films")


@films.job()
async def encode(title: str, height: int) -> str:
    return f"{title}-{height}p"


@films.job()
async def publish(title: str) -> None: ...


def main() -> None:
    flow = app.sync.flow("metropolis")
    parts = [encode.call("metropolis", height) for height in (480, 1080)]
    last = flow.fan_out(parts, publish.call("metropolis"))
    handle = flow.start()

    for entry in handle.jobs():
        print(entry.id, entry.name, entry.state)
    print(handle.job(last).state())
    print(handle.cancel("a better cut came"), "cancelled")
    print(handle.ended(timeout=10).cancelled, "of", handle.info().total)

    breaker = app.sync.breaker("stripe")
    breaker.open(duration=600)
    print([(each.name, each.state) for each in app.sync.breakers()])
    breaker.close()
    print(breaker.info().state)
    app.sync.close()


if __name__ == "__main__":
    main()
