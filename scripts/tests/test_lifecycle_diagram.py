"""The diagram of the documentation and the table in the code are the same."""

import re
from collections import defaultdict
from pathlib import Path

from backbeat.engine.states import START, TERMINAL, TRANSITIONS, State

PAGE = Path(__file__).parents[2] / "docs/explanation/job-lifecycle.md"
# The drawing has no names with a hyphen.
ALIAS = re.compile(r'^ +state "(\S+)" as (\w+)$', re.MULTILINE)
ARROW = re.compile(r"^ +(\S+) --> ([^\s:]+): \S", re.MULTILINE)


def diagram() -> str:
    text = PAGE.read_text(encoding="utf-8")
    [drawn] = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", text, re.DOTALL)
    return str(drawn)


def test_the_diagram_has_exactly_the_moves_of_the_code() -> None:
    drawn: dict[str, set[str]] = defaultdict(set)
    aliases = {alias: name for name, alias in ALIAS.findall(diagram())}
    for source, target in ARROW.findall(diagram()):
        drawn[aliases.get(source, source)].add(aliases.get(target, target))

    assert drawn == {source: set(targets) for source, targets in TRANSITIONS.items()}


def test_every_line_of_the_diagram_is_a_named_arrow_or_a_name() -> None:
    lines = diagram().splitlines()

    assert len(ARROW.findall(diagram())) + len(ALIAS.findall(diagram())) == len(lines)
    assert len(set(lines)) == len(lines)


def test_every_state_is_drawn_and_can_be_left() -> None:
    assert set(TRANSITIONS) == {START, *State}
    assert all(TRANSITIONS[state] for state in State)
    assert set(State) > TERMINAL
