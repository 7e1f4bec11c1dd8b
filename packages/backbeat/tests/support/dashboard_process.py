"""A gateway with a dashboard in a process of its own, as `backbeat web` serves it.

Started with the address of the job server and what people may; prints the address of the dashboard.
"""

import asyncio
import sys

from backbeat.dashboard.attaching import attach
from backbeat.dashboard.options import DashboardOptions
from backbeat.gateway.access import Access, ApiKeyAccess, FirstOf, HostAccess, Loopback
from backbeat.gateway.application import Gateway
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.serving import listen, make_server
from packages.backbeat.tests.support.desk import FREE, declare_shop, recognise


async def main(url: str, access_name: str, flags: set[str]) -> None:
    app = declare_shop(url)
    policies: dict[str, Access] = {
        "people": HostAccess(recognise),
        "keys": ApiKeyAccess(app),
        "loopback": FirstOf(ApiKeyAccess(app), Loopback()),
    }

    def extend(gateway: Gateway) -> None:
        attach(gateway, DashboardOptions(interval=0.3))
        if "product" in flags:
            from packages.backbeat.tests.support.product_pages import mount_product

            mount_product(gateway)

    options = GatewayOptions(rates=FREE, read_only="read-only" in flags)
    server = make_server(app, access=policies[access_name], options=options, extend=extend)
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        print(f"http://127.0.0.1:{port}/backbeat/dashboard", flush=True)  # noqa: T201
        try:
            await server.serve([listening])
        finally:
            await app.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], set(sys.argv[3:])))
