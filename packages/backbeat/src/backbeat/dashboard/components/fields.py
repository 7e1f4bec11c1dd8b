"""Fields of forms, and what was written into them."""

import json
from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

from backbeat.errors import InvalidPayload

_LONGEST_JSON: Final = 262_144


def line(label: str, value: str = "", *, most: int = 200) -> ui.input:
    """A line of text."""
    return ui.input(label, value=value).props(f"outlined dense maxlength={most} autocomplete=off")


def whole(label: str, value: int | None = None, *, least: int = 1, most: int) -> ui.number:
    """A whole number; none where it is left empty."""
    made = ui.number(label, value=value, min=least, max=most, precision=0)
    return made.props("outlined dense")


def choice(label: str, options: Sequence[str], value: str) -> ui.select:
    """One of some words."""
    return ui.select(list(options), value=value, label=label).props("outlined dense")


def data(label: str, value: str) -> ui.textarea:
    """JSON."""
    made = ui.textarea(label, value=value)
    return made.props(
        f"outlined autogrow maxlength={_LONGEST_JSON} input-style='font-family: monospace'"
    )


def written(field: ui.input) -> str | None:
    """What was written, without spaces around it; None for nothing."""
    return str(field.value or "").strip() or None


def number_in(field: ui.number) -> int | None:
    """The number; None where there is none."""
    return None if field.value is None else int(field.value)


def json_in(field: ui.textarea) -> Any:
    """The value.

    Raises:
        InvalidPayload: It is no JSON; the message says where.
    """
    try:
        return json.loads(str(field.value or ""))
    except (ValueError, RecursionError) as error:
        raise InvalidPayload(f"this is no JSON: {error}") from None
