"""What somebody does at a page: counted, allowed, and what went wrong said beside it."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from nicegui import ui
from pydantic import ValidationError

from arena.base.errors import ArenaError
from arena.base.identity import Identity
from arena.base.pages.screen import words_of
from arena.base.pages.visit import Visit
from backbeat import BackbeatError
from backbeat.pages.look import text

T = TypeVar("T")

# The second half of a double click is no click of its own.
ONE_CLICK: Final = "(e) => { if (!e || !e.detail || e.detail < 2) emit() }"


def trouble() -> ui.label:
    """Where it is said what went wrong."""
    made = text("", "problem")
    made.props["role"] = "alert"
    return made


async def carry_out(
    visit: Visit, problem: ui.label, deed: Callable[[Identity], Awaitable[T]]
) -> T | None:
    """Do something as whoever is there now.

    Args:
        visit: Whose page.
        problem: Told what went wrong; emptied where nothing did.
        deed: What is done; given who does it.

    Returns:
        What the deed returns; None where it went wrong.
    """
    try:
        done = await deed(await visit.write())
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(each) for each in first["loc"])
        problem.set_text(f"{field}: {first['msg']}")
        return None
    except (ArenaError, BackbeatError) as error:
        problem.set_text(words_of(error))
        return None
    problem.set_text("")
    return done
