"""Adds a dashboard to a gateway."""

from typing import Final

from fastapi import FastAPI

from backbeat.dashboard.options import DashboardOptions
from backbeat.dashboard.shell import Shell

PATH: Final = "/dashboard"


def attach(gateway: FastAPI, options: DashboardOptions | None = None) -> Shell:
    """Serve a dashboard below a gateway, at `/dashboard`; who may ask the gateway may look.

    Args:
        gateway: What `backbeat.mount` or `make_gateway` gave.
        options: How it is set up. Defaults to `DashboardOptions()`.

    Returns:
        The dashboard. A host that closes its application while its process goes on calls `close()`
        before: nothing is read for open pages from then on.
    """
    dashboard = Shell(gateway.state.front, options or DashboardOptions())
    gateway.mount(PATH, dashboard)
    return dashboard
