"""The same queue from code without an event loop: a Django view, a script, a thread."""

import threading

from backbeat import Backbeat

app = Backbeat()
mails = app.queue("mails")


@mails.job()
async def welcome(name: str) -> str:
    return f"Welcome, {name}!"


def main() -> None:
    handle = welcome.sync.enqueue("Ada")
    print(handle.created, handle.state())

    threads = [threading.Thread(target=welcome.sync.enqueue, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(mails.sync.counts().waiting, "waiting")
    app.sync.close()


if __name__ == "__main__":
    main()
