"""Arguments and replies of calls, without a server."""

import pytest

from backbeat.engine.calls import control, enqueue, read, reply, tick, worker
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.states import Reason, State
from backbeat.errors import ProtocolError


class TestEnqueue:
    def test_plain_jobs_go_the_short_way_and_all_others_the_long_one(self) -> None:
        jobs = [
            NewJob("plain", b"0[]"),
            NewJob("delayed", b"0[]", due_ms=5),
            NewJob("replacing", b"0[]", replace=True),
            NewJob("special", b"x7;;\n[]"),
        ]

        assert enqueue.enqueue_args(jobs) == [
            1, "plain", b"0[]",
            3, "delayed", b"0[]", 5, "", "replacing", b"0[]", 0, "r", "special", b"x7;;\n[]", 0, "",
        ]  # fmt: skip

    def test_answers_come_in_the_order_of_the_jobs(self) -> None:
        jobs = [NewJob("s", b"x7;;\n[]"), NewJob("p", b"0[]"), NewJob("t", b"x1;;\n[]")]

        # The script counts p, s, t.
        answer: list[reply.Reply] = [b"ok", b"0", b"2", b""]
        assert enqueue.parse_enqueue(answer, jobs) == ["created", "existing", "kept"]

    def test_a_job_whose_unique_key_is_held_gets_the_id_of_the_holder(self) -> None:
        jobs = [NewJob("s", b"x5;;;;1;e|k\n[]"), NewJob("p", b"0[]")]

        answer: list[reply.Reply] = [b"ok", b"1", b"", b"1=first=1"]
        assert enqueue.parse_enqueue(answer, jobs) == ["existing", "created"]
        assert [job.id for job in jobs] == ["first=1", "p"]

    def test_a_reply_without_exceptions_is_all_new(self) -> None:
        assert (
            enqueue.parse_enqueue([b"replay", b"", b"", b""], [NewJob("p", b"0")] * 3)
            == ["created"] * 3
        )


class TestTick:
    def test_outcomes_are_sent_in_sections(self) -> None:
        outcomes = tick.Outcomes()
        outcomes.finish("a", 7)
        outcomes.finish("b", 7, b"1", plain=True)
        outcomes.put_back("c", 7, 99, "1:1:0:0:retry", b"{}\n")
        outcomes.end("d", 7, "failed", b"{}", b"{}\n", "2:2:0:0:retry", plain=True)
        outcomes.keep_rule("a", "0")

        assert len(outcomes) == 4
        assert tick.tick_args(3, outcomes) == [
            3, "",
            1, "a", 7,
            1, "b", 7, b"1",
            1, "c", 7, 99, "1:1:0:0:retry", b"{}\n",
            1, "d", 7, "failed", b"{}", b"{}\n", "2:2:0:0:retry",
            1, "a", "0",
            2, "a", "c",
        ]  # fmt: skip

    def test_taking_all_leaves_nothing(self) -> None:
        outcomes = _outcomes(3)

        taken = outcomes.take()

        assert (len(taken), len(outcomes)) == (8, 0)
        assert tick.tick_args(0, outcomes) == [0, "", 0, 0, 0, 0, 0, 0]

    @pytest.mark.parametrize("limit", [1, 3, 5, 7])
    def test_taking_some_leaves_the_rest_and_no_outcome_twice(self, limit: int) -> None:
        outcomes = _outcomes(3)
        whole = tick.tick_args(0, _outcomes(3))

        parts = []
        while len(outcomes):
            parts.append(outcomes.take(limit))

        assert all(len(part) <= limit for part in parts)
        joined = tick.Outcomes()
        for part in parts:
            ended = {*part.done[::2], *part.results[::3], *part.ends[::5]}
            assert set(part.extras[::2]) <= ended, "a rule in another call than its job"
            assert set(part.headed) == part.ids(), "told of a head in another call than its job"
            for name in ("done", "results", "returns", "ends", "extras", "headed"):
                setattr(joined, name, getattr(joined, name) + getattr(part, name))
        assert sorted(map(str, tick.tick_args(0, joined))) == sorted(map(str, whole))

    def test_large_results_go_in_several_calls(self) -> None:
        outcomes, large = tick.Outcomes(), b"x" * (3 * 1024 * 1024)
        for name in "abc":
            outcomes.finish(name, 7, large)
        outcomes.finish("d", 7)
        outcomes.end("e", 7, "failed", b"{}", b"x" * (5 * 1024 * 1024))

        parts = []
        while len(outcomes):
            parts.append(outcomes.take())

        told = [[*part.done[::2], *part.results[::3], *part.ends[::6]] for part in parts]
        assert sorted(name for part in told for name in part) == ["a", "b", "c", "d", "e"]
        assert len(told) == 4
        assert outcomes.size == 0

    def test_a_claim_is_read(self) -> None:
        claim = tick.parse_tick(
            [b"4294967297", b"17", b"0", b"99", b"x,y", b"a", b"0[]", b"1:0:0:0"]
        )

        assert claim == tick.Claim(4294967297, 17, 0, 99, ("x", "y"), [("a", b"0[]", b"1:0:0:0")])


class TestWorker:
    def test_a_renewal_is_read(self) -> None:
        renewal = worker.parse_renew([2, b"500", b"99", b"a", b"7", b'{"reason":"no"}'])

        assert renewal == worker.Renewal(2, 500, 99, {"a": (7, "no")})

    def test_a_reason_survives_whatever_is_in_it(self) -> None:
        reason = 'a "quote", a | bar, a \n line and \u2603'
        _, data = control.cancel_args("a", reason)

        assert isinstance(data, bytes)
        assert worker.cancel_reason(data) == reason

    def test_a_reason_is_cut_where_it_gets_long(self) -> None:
        _, data = control.cancel_args("a", "x" * 5_000)

        assert isinstance(data, bytes)
        assert worker.cancel_reason(data) == "x" * 1_000

    def test_reports_have_rows_of_their_own_length(self) -> None:
        reports = [worker.Report("a", 1, b"5", [b"x", b"y"]), worker.Report("b", 2)]

        rows = [2, "a", 1, b"5", 2, b"x", b"y", "b", 2, b"", 0]
        assert worker.report_args(reports) == [0, *rows]
        assert worker.report_args(reports, 7) == [7, *rows]

    def test_reports_are_cut_into_calls(self) -> None:
        short = [worker.Report(f"j{number}", 1, b"", [b"x"]) for number in range(1_500)]
        long = worker.Report("long", 1, b"50", [b"%04d" % number * 1_000 for number in range(700)])

        parts = list(worker.portions([*short, long]))

        for part in parts:
            lines = [line for report in part for line in report.lines]
            assert len(part) <= 1_000
            assert len(lines) <= 1_000
            assert sum(map(len, lines)) <= 1024 * 1024
        said = [line for part in parts for report in part for line in report.lines]
        assert said == [b"x"] * 1_500 + list(long.lines)
        assert [r.progress for part in parts for r in part if r.job_id == "long"][:2] == [
            b"50",
            b"",
        ]

    def test_a_report_without_lines_is_one_call(self) -> None:
        only = worker.Report("a", 1, b"5")

        assert list(worker.portions([only])) == [[only]]
        assert list(worker.portions([])) == []

    def test_what_became_of_jobs_is_read(self) -> None:
        assert worker.parse_reclaim([3, 1, 1, b"77", b"9"]) == worker.Reclaimed(3, 1, True, 77, 9)
        assert worker.parse_leave([3, 0, 0]) == worker.Reclaimed(3, 0, False, 0)
        assert worker.parse_census([b"a", b"4294967297"]) == [("a", 4294967297)]


class TestRead:
    def test_an_unknown_job_is_none(self) -> None:
        assert read.parse_get([b""] * 9) is None

    def test_a_snapshot_is_read(self) -> None:
        snapshot = read.parse_get(
            [b"delayed", b"retry", b"500", b"0[]", b"", b"1:1:0:0:retry", b"{}\n", b"", b""]
        )

        assert snapshot is not None
        assert (snapshot.state, snapshot.reason, snapshot.score) == (
            State.DELAYED,
            Reason.RETRY,
            500,
        )
        assert (snapshot.run, snapshot.cancel_reason) == (b"1:1:0:0:retry", None)

    def test_watching_has_three_answers(self) -> None:
        assert read.parse_watch([b"watching", b""]) is None
        assert read.parse_watch([b"completed", b"1"]) == (State.COMPLETED, b"1")
        assert read.parse_watch([b"", b""]) == (None, b"")


class TestReply:
    @pytest.mark.parametrize("value", [None, b"text", 5, [b"one"]])
    def test_a_reply_of_another_shape_is_a_protocol_error(self, value: reply.Reply) -> None:
        with pytest.raises(ProtocolError):
            reply.items(value, 3)

    def test_a_word_that_is_not_expected_is_a_protocol_error(self) -> None:
        with pytest.raises(ProtocolError):
            control.parse_cancel([b"perhaps"])

    def test_numbers_come_as_text_when_an_answer_is_repeated(self) -> None:
        assert control.parse_more([b"17", b"1"]) == control.parse_more([17, 1]) == (17, True)
        assert control.parse_remove([b"2", b"a,b"]) == (2, ("a", "b"))


def _outcomes(each: int) -> tick.Outcomes:
    outcomes = tick.Outcomes()
    for number in range(each):
        outcomes.finish(f"d{number}", 1)
        outcomes.put_back(f"p{number}", 1, 0)
    outcomes.finish("r", 1, b"1")
    outcomes.end("e", 1, "failed", b"{}")
    for job_id in ("d0", "r", "e"):
        outcomes.keep_rule(job_id, "0")
    return outcomes
