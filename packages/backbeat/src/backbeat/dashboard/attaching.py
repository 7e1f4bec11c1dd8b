"""Adds a dashboard to a gateway."""

from typing import Final

from fastapi import FastAPI

from backbeat.dashboard.options import DashboardOptions
from backbeat.dashboard.shell import Shell

PATH: Final = "/dashboard"


def attach(gateway: FastAPI, options: DashboardOptions | None = None) -> None:
    """Serve a dashboard below a gateway, at `/dashboard`; who may ask the gateway may look.

    Args:
        gateway: What `backbeat.mount` or `make_gateway` gave.
        options: How it is set up. Defaults to `DashboardOptions()`.
    """
    gateway.mount(PATH, Shell(gateway.state.front, options or DashboardOptions()))
