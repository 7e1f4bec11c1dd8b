"""Plain functions: in a thread by default, in a process where they need the CPU."""

import asyncio
import math
import threading

from backbeat import Backbeat, Worker

app = Backbeat()
numbers = app.queue("numbers")


@numbers.job()  # def: a thread
def in_a_thread(n: int) -> bool:
    return threading.current_thread() is not threading.main_thread()


@numbers.job(mode="process", timeout=60, max_memory_mb=512)
def digits(n: int) -> int:
    return len(str(math.factorial(n)))


async def main() -> None:
    threaded = await in_a_thread.enqueue(1)
    counted = await digits.enqueue(1_000)
    async with Worker(app):
        print(await threaded.result(timeout=30))
        print(await counted.result(timeout=30), "digits")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
