"""A process that uses an embedded server: `python user_process.py FOLDER`.

Prints the server's pid and its socket, then waits for a line: "close" closes, "exit" ends normally
without closing, "vanish" ends at once without any clean-up.
"""

import os
import sys

from backbeat.server import EmbeddedServer


def main() -> None:
    server = EmbeddedServer(sys.argv[1])
    socket = server.ensure()
    sys.stdout.write(f"{server.server_pid} {socket}\n")
    sys.stdout.flush()
    wish = sys.stdin.readline().strip()
    if wish == "vanish":
        os._exit(0)
    if wish == "close":
        server.close()


if __name__ == "__main__":
    main()
