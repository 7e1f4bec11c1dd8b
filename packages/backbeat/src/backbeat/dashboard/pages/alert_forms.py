"""What is asked before some alerts are silenced."""

from backbeat.dashboard.components.deeds import Deed
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import line, number_in, whole, written
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption

_LONGEST_MIN = 43_200


async def silence(visit: Visit, pattern: str = "*") -> None:
    """Ask of what nobody shall be told, for how long, and why."""
    dialog = Dialog("Silence", "What lasts longer than that is told then.")
    with dialog:
        what = line("Key of an alert, name of a rule, or *", pattern, most=500)
        minutes = whole("Minutes", 60, most=_LONGEST_MIN)
        reason = line("Why", most=300)

    async def deed() -> str:
        key, length = written(what), number_in(minutes)
        if key is None or length is None:
            raise InvalidOption("say of what nobody shall be told, and for how many minutes")
        said = f"{visit.principal.name}: {written(reason) or 'no reason given'}"
        await visit.service.alerts.silence(visit.caller, key, length * 60, said)
        return f"nobody is told of {key}"

    dialog.offer(visit, "Silence", deed)
    await dialog.shown()


def end_silence(visit: Visit, pattern: str) -> Deed:
    """What ends a silence."""

    async def deed() -> str:
        await visit.service.alerts.silence(visit.caller, pattern, 0, "")
        return f"people are told of {pattern} again"

    return deed
