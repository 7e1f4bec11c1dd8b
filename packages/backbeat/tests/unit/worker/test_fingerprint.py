"""What failures of one kind have in common, and what tells two kinds apart."""

import pytest

from backbeat.worker.attempt.fingerprint import fingerprint, normalised

TRACE = 'Traceback:\n  File "/srv/app/pay.py", line 12, in charge\n    raise E\nE: no\n'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("user 17 not found", "user 99812 not found"),
        ("no wallet 9xQeWvG8", "no wallet 7Yttz1ab"),
        ("file 'a.txt' is missing", "file 'b c.txt' is missing"),
        ('no "x"', 'no "another"'),
        ("job deadbeefcafe lost", "job abadcafefeed lost"),
        ("mail to ada@example.com bounced", "mail to bo@example.org bounced"),
        ("took 1.5 s (limit 30)", "took 17.25 s (limit 60)"),
        ("at 2026-01-01T10:00:00Z", "at 2031-12-24T23:59:59Z"),
        ("two\n  lines", "two lines"),
    ],
)
def test_values_in_a_message_do_not_count(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)
    assert fingerprint("pay", "E", one, TRACE) == fingerprint("pay", "E", other, TRACE)


@pytest.mark.parametrize(
    ("one", "other"), [("no such user", "no such wallet"), ("refused", "timed out"), ("", "x")]
)
def test_other_words_are_another_failure(one: str, other: str) -> None:
    assert fingerprint("pay", "E", one, TRACE) != fingerprint("pay", "E", other, TRACE)


def test_handler_error_and_place_count_and_the_line_does_not() -> None:
    known = fingerprint("pay", "E", "no", TRACE)
    assert fingerprint("pay", "E", "no", TRACE.replace("12", "99")) == known
    assert fingerprint("pay", "E", "no", TRACE.replace("/srv/app", "/opt/other")) == known
    others = {
        fingerprint("refund", "E", "no", TRACE),
        fingerprint("pay", "F", "no", TRACE),
        fingerprint("pay", "E", "no", TRACE.replace("charge", "refund")),
        fingerprint("pay", "E", "no", TRACE.replace("pay.py", "mail.py")),
        fingerprint("pay", "E", "no", ""),
    }
    assert len(others | {known}) == 6


def test_it_is_the_same_in_every_process_and_version() -> None:
    assert fingerprint("pay", "E", "user 17", TRACE) == "325fbe14d0f8651c"


def test_whatever_a_message_holds_has_one() -> None:
    for message in ("\udcff lone", "'" * 5_000, "x" * 100_000, "[" * 400, "\0"):
        assert len(fingerprint("pay", "E", message, message)) == 16
