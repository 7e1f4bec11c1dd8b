"""Tables: rows of text, with links and states; on a phone each row is a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from nicegui import ui

Kind = Literal["text", "number", "link", "state"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: Where its value is in a row. Of a link, `name_href` is its address.
        label: Its heading.
        kind: How it looks. Defaults to "text".
    """

    name: str
    label: str
    kind: Kind = "text"


# Templates are ours alone. What stands in a row is bound as text or as an attribute, never parsed.
_INNER: Final[dict[Kind, str]] = {
    "text": "{{{{ props.value }}}}",
    "number": "{{{{ props.value }}}}",
    "link": '<a :href="props.row.{name}_href">{{{{ props.value }}}}</a>',
    "state": """<span v-if="props.value" :class="'state state-' + props.value">"""
    "{{{{ props.value }}}}</span>",
}


def table(
    columns: Sequence[Column],
    rows: list[Row],
    *,
    key: str,
    selectable: bool = False,
) -> ui.table:
    """A table; give it other rows with `fill`.

    Args:
        columns: What it shows, from left to right.
        rows: What is in it.
        key: Name of the value that no two rows share.
        selectable: Whether rows can be chosen; `selected` of the table has them. Defaults to False.
    """
    heads = [
        {
            "name": each.name, "label": each.label, "field": each.name,
            "align": "right" if each.kind == "number" else "left",
        }
        for each in columns
    ]  # fmt: skip
    made = ui.table(
        columns=heads,
        rows=rows,
        row_key=key,
        selection="multiple" if selectable else None,
        pagination={"rowsPerPage": 0},
    )
    made.classes("table").props("flat hide-bottom")
    for each in columns:
        inner = _INNER[each.kind].format(name=each.name)
        align = ' class="right"' if each.kind == "number" else ""
        made.add_slot(
            f"body-cell-{each.name}",
            f'<q-td :props="props" data-label="{each.label}"{align}>{inner}</q-td>',
        )
    return made


def fill(made: ui.table, rows: list[Row]) -> None:
    """Give a table other rows, where they are other; what is shown no more is chosen no more."""
    if made.rows == rows:
        return
    made.rows = rows
    chosen = {row[made.row_key] for row in made.selected}
    made.selected = [row for row in rows if row[made.row_key] in chosen]
