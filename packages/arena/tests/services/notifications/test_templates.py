"""Templates put values in the place of names, and do nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.base.errors import Invalid
from arena.services.notifications.errors import BadTemplate, UnknownKind
from arena.services.notifications.model.kinds import Intent, Kind, Kinds
from arena.services.notifications.model.preferences import is_wanted
from arena.services.notifications.model.templates import Template

WON = Template("You won {prize}", "Place {place}.\nWell done, {name}!")


def test_names_get_their_values() -> None:
    filled = WON.fill({"prize": "10.00", "place": 1, "name": "Ann", "more": "not shown"})
    assert filled == ("You won 10.00", "Place 1.\nWell done, Ann!")


@pytest.mark.parametrize(
    "text",
    ["{name.x}", "{name[0]}", "{name!r}", "{name:>9}", "{}", "{{name}}", "{0}", "{NAME}", "{", "a}",
     "{__class__}", "{ name }", "{% x %}", "", "x" * 5_000],
)  # fmt: skip
def test_there_is_no_other_syntax(text: str) -> None:
    with pytest.raises(BadTemplate):
        Template("title", text)


@given(st.text(max_size=100), st.text(max_size=100))
def test_a_value_is_never_read_again(prize: str, name: str) -> None:
    title, body = Template("{a}", "{a}|{b}").fill({"a": "{b}" + prize, "b": name})
    assert "{b}" in title
    assert "\n" not in title
    assert body.startswith("{b}")


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\u2028", "\x0b", "\x85"])
def test_a_title_is_one_line(break_: str) -> None:
    title, _ = Template("{a}", "b").fill({"a": f"Hi{break_}Bcc: all@example.org"})
    assert title.splitlines() == [title]


@pytest.mark.parametrize("value", [1.5, True, None, ["a"], "x" * 501])
def test_a_value_is_a_text_or_a_whole_number(value: object) -> None:
    with pytest.raises(BadTemplate, match="value of a"):
        Template("{a}", "b").fill({"a": value})  # type: ignore[dict-item]


def test_a_missing_value_is_named() -> None:
    with pytest.raises(BadTemplate, match="no value for name, place"):
        WON.fill({"prize": "1"})


def test_a_channel_may_have_words_of_its_own() -> None:
    kind = Kind("won", WON, texts={"sms": Template("Won", "{prize}!")})
    fields: dict[str, str | int] = {"prize": "5", "place": 2, "name": "Bob"}
    assert kind.fill("sms", fields) == ("Won", "5!")
    assert kind.fill("email", fields)[0] == "You won 5"


def test_what_says_more_wins() -> None:
    said = {("*", "sms"): False, ("won", "*"): True, ("won", "email"): False}
    assert is_wanted(said, "won", "sms")
    assert not is_wanted(said, "won", "email")
    assert not is_wanted(said, "outbid", "sms")
    assert is_wanted(said, "outbid", "email")
    assert not is_wanted({("*", "*"): False}, "outbid", "email")


def test_what_names_nothing_is_refused() -> None:
    with pytest.raises(UnknownKind, match="no kind 'won'; there are outbid"):
        _ = Kinds([Kind("outbid", WON)])["won"]
    with pytest.raises(Invalid, match="two kinds"):
        Kinds([Kind("a", WON), Kind("a", WON)])
    with pytest.raises(Invalid, match="no user"):
        Intent("", "won", "1")
    with pytest.raises(Invalid, match="no key"):
        Intent("ann", "won", "a\nb")
    with pytest.raises(Invalid, match="no name of a kind"):
        Kind("You Won", WON)
