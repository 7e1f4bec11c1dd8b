"""Writes docs/reference/rest.md from the OpenAPI document; a test compares the two."""

from collections.abc import Iterator
from pathlib import Path

from backbeat import Backbeat
from backbeat.gateway.access import Loopback
from backbeat.gateway.application import make_gateway

PAGE = Path(__file__).parents[1] / "docs/reference/rest.md"


def render() -> str:
    """The page as it should be."""
    head = (
        "# REST",
        "",
        "Below the prefix, `/backbeat` by default; `/api/v1/openapi.json` is the document.",
        "",
        "| address | permission | what |",
        "|---|---|---|",
    )
    return "\n".join((*head, *_rows())) + "\n"


def _rows() -> Iterator[str]:
    document = make_gateway(Backbeat(), access=Loopback()).openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            permission = operation.get("x-permission", "none")
            what = operation["description"].partition("\n")[0]
            yield f"| `{method.upper()} {path}` | {permission} | {what} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
