"""Times as people type them."""

from datetime import UTC, datetime

import pytest
import typer

from backbeat.cli.durations import parse_duration, parse_moment


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("90", 90.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("250ms", 0.25),
        ("10s", 10.0),
        ("1.5h", 5_400.0),
        ("2h30m", 9_000.0),
        ("7d", 604_800.0),
        (2.5, 2.5),
    ],
)
def test_a_duration_is_read(typed: str | float, seconds: float) -> None:
    assert parse_duration(typed) == pytest.approx(seconds)


@pytest.mark.parametrize("typed", ["", "soon", "-5", "5 s", "5y", "h", "1h5", "1e3", "nan", "1,5"])
def test_anything_else_is_no_duration(typed: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        parse_duration(typed)


def test_a_moment_is_read_with_its_offset() -> None:
    read = parse_moment("2030-01-31T08:00+01:00")
    assert read == datetime(2030, 1, 31, 7, tzinfo=UTC)
    assert parse_moment("2030-01-31T07:00:00Z") == read


@pytest.mark.parametrize(
    ("typed", "why"), [("2030-01-31T08:00", "no time zone"), ("tomorrow", "is no moment")]
)
def test_a_moment_without_a_zone_is_refused(typed: str, why: str) -> None:
    with pytest.raises(typer.BadParameter, match=why):
        parse_moment(typed)
