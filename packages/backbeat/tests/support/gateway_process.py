"""A gateway in a process of its own: prints its port, and serves until a signal."""

import socket
import sys

import uvicorn
from fastapi import FastAPI

from backbeat import Backbeat, mount
from backbeat.app.collector import spare_the_collector
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.live import LiveLimits, LiveOptions
from packages.backbeat.tests.support.desk import FREE
from packages.backbeat.tests.support.gateway import Keys


def main(url: str, port: int) -> None:
    """Serve live events of the queue "work" on a port, 0 for any; one identity has all sockets."""
    app, web = Backbeat(url, namespace="bb"), FastAPI()
    app.queue("work", events="all")
    live = LiveOptions(limits=LiveLimits(per_identity=100_000))
    mount(app, web, access=Keys(), options=GatewayOptions(rates=FREE), live=live)
    spare_the_collector()  # as `backbeat web` does
    listening = socket.create_server(("127.0.0.1", port))
    print(listening.getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
    uvicorn.Server(uvicorn.Config(web, log_level="error")).run([listening])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
