"""What `backbeat doctor` says of the embedded server, before and while it runs."""

import asyncio
import json
import subprocess
import sys

from backbeat import Backbeat

app = Backbeat()
notes = app.queue("notes")


def doctor() -> None:
    command = [sys.executable, "-m", "backbeat.cli", "doctor", "--json"]
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout)
    server, failed = told["server"], [f["check"] for f in told["findings"] if f["level"] == "fail"]
    users = len(server["users"] or [])
    print(server["kind"], "running:", server["running"], "users:", users, "failed checks:", failed)


async def main() -> None:
    doctor()
    async with app:  # the first use starts it
        doctor()
        await notes.add("remember", "the milk")
    doctor()  # the last user has stopped it
    async with app:
        print((await notes.counts()).waiting, "job is there again")


if __name__ == "__main__":
    asyncio.run(main())
