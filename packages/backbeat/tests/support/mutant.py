"""A small wrong change of a script, which some test has to notice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from backbeat.engine.alerts.scripts import LUA as ALERTS
from backbeat.engine.scripts import LUA as QUEUE
from backbeat.lua import Script, Source, read_folder, render

Guard = str
Room = Literal["queue", "alerts"]
CHAOS: Final[Guard] = "chaos"
_FOLDERS: Final[dict[Room, tuple[Path, ...]]] = {"queue": (QUEUE,), "alerts": (ALERTS, QUEUE)}


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        name: What is missing in it.
        file: The script or include.
        old: Text that occurs once there.
        new: What stands there instead.
        guard: Who has to notice: `CHAOS`, or file::test of the engine's tests.
        room: Whose scripts they are. Defaults to those of queues.
    """

    name: str
    file: str
    old: str
    new: str
    guard: Guard = CHAOS
    room: Room = "queue"


def mutated(mutant: Mutant) -> Callable[[], Mapping[str, Script]]:
    """What to put in the place of the function that reads the scripts of the room."""
    home, *others = _FOLDERS[mutant.room]
    commands = read_folder(home / "commands")
    includes = {**read_folder(home / "includes")}
    for other in others:
        includes |= read_folder(other / "includes")
    folder = commands if mutant.file in commands else includes
    folder[mutant.file] = _changed(folder[mutant.file], mutant)
    loaded = {name: render(source, includes) for name, source in commands.items()}
    return lambda: loaded


def _changed(source: Source, mutant: Mutant) -> Source:
    for text in (source.text, source.code):
        assert text.count(mutant.old) == 1, f"{mutant.file} has changed: write {mutant.name!r} anew"
    return replace(
        source,
        text=source.text.replace(mutant.old, mutant.new),
        code=source.code.replace(mutant.old, mutant.new),
    )
