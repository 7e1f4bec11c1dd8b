"""The command line with `--json`: what a script does with a queue."""

import json
import subprocess
import sys
from typing import Any


def backbeat(*words: str) -> Any:
    command = [sys.executable, "-m", "backbeat.cli", *words, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    print("exit", done.returncode, *words)
    return json.loads(done.stdout) if done.stdout else None


def main() -> None:
    backbeat("enqueue", "mails", "welcome", '{"name": "Ada"}', "--id", "ada", "--delay", "1h")
    print(backbeat("queues")[0]["delayed"], "delayed")
    print(backbeat("cancel", "mails", "ada")[0]["outcome"])
    backbeat("job", "mails", "nobody")


if __name__ == "__main__":
    main()
