"""`backbeat web`: serves the gateway until it is told to stop."""

import importlib
import importlib.util
from functools import reduce
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backbeat.app.collector import spare_the_collector
from backbeat.cli.context import Context
from backbeat.errors import ConfigurationError
from backbeat.worker.logs import configure_logging

if TYPE_CHECKING:
    from collections.abc import Callable

    from backbeat.gateway.access import Access
    from backbeat.gateway.application import Gateway


async def web(
    context: Context,
    host: Annotated[str, typer.Option(help="Address to bind to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to bind to.", min=0, max=65_535)] = 8321,
    prefix: Annotated[
        str, typer.Option(help="What every address of it begins with.")
    ] = "/backbeat",
    access: Annotated[
        str | None,
        typer.Option(
            help="Access policy, as module:attribute. Defaults to API keys, and on loopback to"
            " whoever is at this machine."
        ),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Refuse every change, whoever asks.")
    ] = False,
    origin: Annotated[
        list[str] | None, typer.Option(help="Origin whose pages may ask, too; repeat it for more.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="Address or network of a proxy whose X-Forwarded-For and -Proto are believed;"
            " repeat it for more. Defaults to none."
        ),
    ] = None,
    dashboard: Annotated[
        bool, typer.Option(help="Serve the dashboard, where NiceGUI is installed.")
    ] = True,
) -> None:
    """Serve REST, live events, metrics and the dashboard.

    SIGTERM or Ctrl-C ends it when running requests have ended; sockets and streams are let go.
    """
    try:
        from backbeat.gateway.http.options import GatewayOptions
        from backbeat.gateway.live import LiveOptions
        from backbeat.gateway.serving import default_access, listen, make_server
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"the gateway needs {error.name}: install backbeat[web]") from None
    configure_logging(context.settings.log_level, json=context.settings.log_json)
    attach = find_dashboard() if dashboard else None
    secret = context.settings.token_secret
    options = GatewayOptions(read_only=read_only, origins=tuple(origin or ()))
    async with context.connected() as app:
        policy = await default_access(app, host) if access is None else load_access(access)
        server = make_server(
            app, access=policy, prefix=prefix, options=options,
            live=LiveOptions(secret=None if secret is None else secret.get_secret_value()),
            trusted_proxies=trusted_proxy or (), extend=attach,
        )  # fmt: skip
        spare_the_collector()
        with listen(host, port) as listening:
            bound = listening.getsockname()[1]
            context.output.note(f"serving http://{host}:{bound}{prefix}/api/v1")
            context.output.note(f"live events http://{host}:{bound}/socket.io/")
            if attach is not None:
                context.output.note(f"dashboard http://{host}:{bound}{prefix}/dashboard/")
            await server.serve([listening])


def find_dashboard() -> "Callable[[Gateway], object] | None":
    """What adds the dashboard to a gateway; None where NiceGUI is not installed."""
    if importlib.util.find_spec("nicegui") is None:
        return None
    from backbeat.dashboard.attaching import attach

    return attach


def load_access(path: str) -> "Access":
    """The access policy that "module:attribute" names.

    Raises:
        ConfigurationError: There is none.
    """
    module_name, _, attribute = path.partition(":")
    try:
        found: Any = reduce(getattr, attribute.split("."), importlib.import_module(module_name))
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"--access {path!r}: {error}") from error
    if not callable(getattr(found, "recognise", None)):
        raise ConfigurationError(f"--access {path!r} is no access policy: it has no recognise()")
    policy: Access = found
    return policy
