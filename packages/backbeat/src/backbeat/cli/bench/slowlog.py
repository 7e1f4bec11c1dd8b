"""The longest time each script ran, from the server's own slow log."""

from typing import Any, Final

from backbeat.cli.bench.probe import Probe
from backbeat.engine.scripts import scripts

_LEAST_US: Final = 100
_ENTRIES: Final = 100_000


def start_slowlog(probe: Probe) -> None:
    """Note from now on every command of more than a tenth of a millisecond."""
    probe.ask("CONFIG", "SET", "slowlog-log-slower-than", _LEAST_US)
    probe.ask("CONFIG", "SET", "slowlog-max-len", _ENTRIES)
    probe.ask("SLOWLOG", "RESET")


def longest_scripts(probe: Probe) -> dict[str, float]:
    """Milliseconds of the longest run of each script that was noted, by the script's name."""
    names = {script.sha: name for name, script in scripts().items()}
    longest: dict[str, float] = {}
    for entry in probe.ask("SLOWLOG", "GET", _ENTRIES):
        name = _script(entry[3], names)
        if name is not None:
            longest[name] = max(longest.get(name, 0.0), entry[2] / 1000)
    return longest


def _script(words: list[Any], names: dict[str, str]) -> str | None:
    if len(words) < 2 or words[0].upper() != b"EVALSHA":
        return None
    return names.get(words[1].decode(errors="replace"))
