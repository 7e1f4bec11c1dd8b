"""`arena serve`: REST, sockets and pages of all applications."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind to. Defaults to HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; 0 for any. Defaults to PORT.", min=0, max=65_535)
    ] = None,
    dashboard: Annotated[bool, typer.Option(help="Serve Backbeat's dashboard, too.")] = True,
) -> None:
    """Serve the house. SIGTERM or Ctrl-C ends it when running requests have ended."""
    from arena.cli.output import Output
    from arena.cli.running import run, settings

    output = Output()

    async def body() -> None:
        from arena.base.logs import configure_logs
        from arena.bootstrap.opening import open_house
        from arena.bootstrap.serving import listen, stop_on_signals
        from arena.bootstrap.serving import serve as serve_web
        from arena.bootstrap.web import build_web
        from backbeat.app import spare_the_collector

        chosen = settings()
        configure_logs(json=chosen.node_env == "production")
        stop = stop_on_signals()
        with listen(host or chosen.host, chosen.port if port is None else port) as listening:
            async with open_house(chosen) as opened:
                web = build_web(opened, here=_alone(chosen.node_env, host or chosen.host),
                                pages=dashboard)  # fmt: skip
                spare_the_collector()
                at = "http://{}:{}".format(*listening.getsockname()[:2])
                await serve_web(
                    web, listening, stop, trusted_proxies=chosen.trusted_proxies,
                    ready=lambda: output.note(f"serving {at}"),
                )  # fmt: skip

    run(output, body)


def _alone(node_env: str, host: str) -> bool:
    """Whether nobody but this machine can reach it, and it is for trying out."""
    return node_env != "production" and host in {"127.0.0.1", "::1", "localhost"}
