"""`backbeat contract`: what the application's queues take and give, for producers elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from backbeat.app import contract as describe
from backbeat.app import contract_json, stub_module
from backbeat.cli.context import Context


def contract(
    context: Context,
    stubs: Annotated[bool, typer.Option("--stubs", help="A Python module of producers.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None,
    title: Annotated[str, typer.Option(help="Name of the application.")] = "Jobs",
    api_version: Annotated[str, typer.Option(help="Version of the contract.")] = "1.0.0",
) -> None:
    """Print the contract of every queue and job: AsyncAPI 3 with JSON Schema."""
    document = describe(context.application, title=title, version=api_version)
    text = stub_module(document) if stubs else contract_json(document)
    if output is not None:
        output.write_text(text, encoding="utf-8")
        context.output.show({"written": str(output)}, f"written: {output}")
    elif stubs and context.output.json:
        context.output.show({"module": text}, "")
    else:
        sys.stdout.write(text)
