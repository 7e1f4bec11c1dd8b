"""Turns a function into a command: shared options, errors to exit codes, Ctrl-C without noise.

A body may be a coroutine function. It takes the context first, then its own arguments, and may
return an exit code.
"""

import asyncio
import inspect
import os
import traceback as tracebacks
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from backbeat.cli.context import Context
from backbeat.cli.exits import Exit, exit_for
from backbeat.cli.output import Output
from backbeat.config import Settings
from backbeat.errors import BackbeatError

Body = Callable[..., Awaitable[int | None]] | Callable[..., int | None]

_PANEL: Final = "Options of every command"

App = Annotated[
    str | None,
    typer.Option(
        help="The application, as module:attribute. Defaults to app of [tool.backbeat].",
        rich_help_panel=_PANEL,
    ),
]
Url = Annotated[
    str | None,
    typer.Option(help="Address of the server; no application is asked.", rich_help_panel=_PANEL),
]
Namespace = Annotated[str | None, typer.Option(help="Prefix of every key.", rich_help_panel=_PANEL)]
Json = Annotated[
    bool, typer.Option("--json", help="Write JSON, and nothing else.", rich_help_panel=_PANEL)
]
Traceback = Annotated[
    bool,
    typer.Option("--traceback", help="Show where an error comes from.", rich_help_panel=_PANEL),
]

_SHARED: Final = {
    "app": (App, None),
    "url": (Url, None),
    "namespace": (Namespace, None),
    "as_json": (Json, False),
    "traceback": (Traceback, False),
}


def as_command(body: Body) -> Callable[..., None]:
    """The function that Typer calls for `body`: its parameters, then those of every command."""

    def run(**given: Any) -> None:
        shared = {name: given.pop(name) for name in _SHARED}
        raise typer.Exit(_run(body, given, **shared))

    run.__doc__ = body.__doc__
    run.__signature__ = _signature(body)  # type: ignore[attr-defined] # read by inspect.signature
    run.__annotations__ = {name: kind for name, (kind, _) in _SHARED.items()}
    return run


def _signature(body: Body) -> inspect.Signature:
    _, *own = inspect.signature(body, eval_str=True).parameters.values()
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _SHARED.items()
    ]
    named = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    return inspect.Signature([*named, *shared])


def _run(
    body: Body,
    given: dict[str, Any],
    *,
    app: str | None,
    url: str | None,
    namespace: str | None,
    as_json: bool,
    traceback: bool,
) -> int:
    output = Output(json=as_json)
    try:
        settings = Settings.load(app=app, url=url, namespace=namespace)
        context = Context(settings, output, alone=url is not None and app is None)
        with _exported(BACKBEAT_APP=app, BACKBEAT_URL=url, BACKBEAT_NAMESPACE=namespace):
            return _call(body, context, given) or Exit.OK
    except BrokenPipeError:
        raise  # whoever read along has seen enough: Typer ends this quietly
    except (BackbeatError, OSError) as error:
        if traceback:
            tracebacks.print_exception(error)
        output.error(error)
        return exit_for(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


@contextmanager
def _exported(**variables: str | None) -> Iterator[None]:
    """Flags as environment, for an application that gathers its own settings, and for workers."""
    given = {name: value for name, value in variables.items() if value is not None}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _call(body: Body, context: Context, given: dict[str, Any]) -> int | None:
    async def awaited(running: Awaitable[int | None]) -> int | None:
        return await running

    answer = body(context, **given)
    return asyncio.run(awaited(answer)) if inspect.isawaitable(answer) else answer
