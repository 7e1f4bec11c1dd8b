"""Adds a dashboard to a gateway."""

from typing import Final

from backbeat.dashboard.options import DashboardOptions
from backbeat.dashboard.shell import Shell
from backbeat.gateway.application import Gateway

PATH: Final = "/dashboard"


def attach(gateway: Gateway, options: DashboardOptions | None = None) -> Shell:
    """Serve a dashboard below a gateway, at `/dashboard`; who may ask the gateway may look.

    Args:
        gateway: What `backbeat.mount` or `make_gateway` gave.
        options: How it is set up. Defaults to `DashboardOptions()`.

    Returns:
        The dashboard. It ends with the lifespan of what the gateway is mounted in, before that of
        the host itself; one that runs no lifespan calls `close()` before it closes its application.
    """
    dashboard = Shell(gateway.state.front, options or DashboardOptions())
    gateway.mount(PATH, dashboard)
    gateway.endings.append(dashboard.close)
    return dashboard
