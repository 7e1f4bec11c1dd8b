"""Run the demo."""

import typer

from examples.shop.demo import demo

typer.run(demo)
