"""Reading draws: good lines become draws, bad ones are named, none is lost."""

from pathlib import Path

import pytest

from examples.draws.csv_file import HEADER, Malformed, format_draw, parse_draws, read_draws
from examples.draws.draw import Draw

GOOD = "10/07/2015,18|30|40|48|52,9,3X"
LATER = "10/10/2015,12|27|29|43|68,1,10X"


def test_a_good_line_is_a_draw_and_writes_itself_again() -> None:
    [draw] = parse_draws([HEADER, GOOD])
    assert isinstance(draw, Draw)
    assert draw.white_balls == (18, 30, 40, 48, 52)
    assert (draw.date.isoformat(), draw.red_ball, draw.power_play) == ("2015-10-07", 9, "3X")
    assert format_draw(draw) == GOOD


@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        ("garbage", "line", "4 fields were expected, and there are 1"),
        ("10/07/2015,1|2|3|4|5,9", "line", "there are 3"),
        ("10/07/2015,1|2|3|4|5,9,2X,more", "line", "there are 5"),
        ("2015-10-07,1|2|3|4|5,9,2X", "date", "MM/DD/YYYY"),
        ("02/30/2016,1|2|3|4|5,9,2X", "date", "MM/DD/YYYY"),
        ("10/07/2015,1|2|three|4|5,9,2X", "white_balls", "not 'three'"),
        ("10/07/2015,1|2|3|4,9,2X", "white_balls", "length 5, got 4"),
        ("10/07/2015,1|2|3|4|70,9,2X", "white_balls[4]", "<= 69"),
        ("10/07/2015,0|2|3|4|5,9,2X", "white_balls[0]", ">= 1"),
        ("10/07/2015,1|2|3|3|5,9,2X", "white_balls", "drawn twice"),
        ("10/07/2015,1|2|3|4|5,,2X", "red_ball", "not ''"),
        ("10/07/2015,1|2|3|4|5,27,2X", "red_ball", "<= 26"),
        ("10/07/2015,1|2|3|4|5,9,7X", "power_play", "matching"),
        ('"10/07/2015,1|2|3|4|5,9,2X', "date", "MM/DD/YYYY"),
        ("10/07/2015,1|2|3|4|5,-9,2X", "red_ball", "not '-9'"),
    ],
)
def test_a_malformed_line_is_named_with_its_field_and_costs_no_other_line(
    line: str, field: str, why: str
) -> None:
    malformed, after = parse_draws([HEADER + "\n", line + "\n", LATER + "\n"])
    assert isinstance(malformed, Malformed)
    assert (malformed.line, malformed.field, malformed.text) == (2, field, line)
    assert why in malformed.why
    assert isinstance(after, Draw)


def test_a_second_draw_of_one_day_is_malformed() -> None:
    _, again = parse_draws([HEADER, GOOD, GOOD])
    assert isinstance(again, Malformed)
    assert again.describe().startswith("line 3: date: line 2 has a draw of this day")


def test_a_wrong_header_is_reported_and_the_draws_are_still_read() -> None:
    header, draw = parse_draws(["day,balls", GOOD])
    assert isinstance(header, Malformed)
    assert (header.line, header.field) == (1, "line")
    assert isinstance(draw, Draw)


def test_marks_blank_lines_foreign_line_ends_and_broken_bytes_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    lines = [b"\xef\xbb\xbf" + HEADER.encode(), b"", GOOD.encode(), b"\xff\xfe,x,y,z"]
    file.write_bytes(b"\r\n".join([*lines, LATER.encode()]))
    first, broken, last = read_draws(file)
    assert isinstance(first, Draw)
    assert isinstance(broken, Malformed)
    assert (broken.line, broken.field) == (4, "date")
    assert isinstance(last, Draw)
