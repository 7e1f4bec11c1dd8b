"""Small wrong changes of the scripts: each one has to be noticed by the tests that guard it."""

from typing import Final

from packages.backbeat.tests.support.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        "a finish is taken without looking at its ticket",
        "take_back", "if tickets[i] == ARGV[row + 2] then", "if tickets[i] then",
    ),
    Mutant(
        "a finish given twice in one call counts twice",
        "take_back",
        "call('ZREM', active, unpack(ids)) < n", "call('ZREM', active, unpack(ids)) < 0",
        "test_ten_faults::test_b8_an_id_given_twice_in_one_finish_ends_once",
    ),
    Mutant(
        "a session does not remember its last call",
        "remember", "if call('HSET', sessions, sid, answer) == 1 and", "if false and",
    ),
    Mutant(
        "a late duplicate of a call counts as new",
        "recall", "if tonumber(made) > number then", "if false then",
    ),
    Mutant(
        "a claim whose reply was lost is not given again",
        "tick", "if number == last.tick then", "if false then",
    ),
    Mutant(
        "a late tick of a worker is taken",
        "tick", "if number < last.tick then", "if false then",
    ),
    Mutant(
        "the session of a worker is not checked",
        "registered", "if session ~= sid then", "if not session then",
        "test_repeats::test_a_worker_whose_number_was_given_away_is_refused",
    ),
    Mutant(
        "dead entries are claimed",
        "only_live", "if not queue.gone then", "if true then",
    ),
    Mutant(
        "removed jobs leave no dead entry",
        "bury", "if #ids == 0 then", "if true then",
    ),
    Mutant(
        "one of two dead entries of an id is forgotten",
        "only_live", "left[id] = count - 1", "left[id] = 0",
    ),
    Mutant(
        "a drain takes what was active when it began",
        "line_up", "if queue.drain then", "if false then",
        "test_drain::test_a_plain_job_that_was_active_when_a_drain_began_stays",
    ),
    Mutant(
        "a reclaim leaves the jobs of the dead worker active",
        "hand_back", "call('ZREM', active, unpack(ids))", "call('ZCARD', active)",
    ),
    Mutant(
        "a reclaimed worker is still registered",
        "reclaim", "call('HDEL', workers, worker) == 1", "call('HEXISTS', workers, worker) == 1",
        "test_leases::test_a_worker_with_many_jobs_is_reclaimed_in_steps",
    ),
    Mutant(
        "crashes are not counted",
        "run_after_loss", "(crashed and 1 or 0)", "0",
        "test_leases::test_reclaim_gives_jobs_back_and_counts_the_crash_not_the_attempt",
    ),
    Mutant(
        "a crash uses an attempt",
        "run_after_loss", "starts, fails or 0, crashes", "starts, (fails or 0) + 1, crashes",
        "test_leases::test_reclaim_gives_jobs_back_and_counts_the_crash_not_the_attempt",
    ),
    Mutant(
        "nobody is woken after a reclaim",
        "hand_back", "  wake_for_work(queue)\n", "",
        "test_waking::test_a_reclaim_wakes_a_worker",
    ),
    Mutant(
        "a worker that leaves work behind wakes nobody",
        "tick", "else\n  wake_for_work(queue)\nend", "end",
        "test_waking::test_every_worker_that_leaves_work_wakes_the_next_one",
    ),
    Mutant(
        "jobs that fall due are forgotten",
        "promote_due", "    place(queue, now_ms, ids, false)\n", "",
    ),
    Mutant(
        "a wish to cancel is forgotten when the job is put back",
        "put_back", "if wishes[i] then", "if false then",
    ),
    Mutant(
        "an add does not look whether the id is there",
        "tell_apart", "if records[i] or once[id] then", "if once[id] then",
    ),
    Mutant(
        "workers claim although the queue is paused",
        "claimable", "if queue.paused or queue.closed then", "if queue.closed then",
    ),
    Mutant(
        "a report of an attempt that is over is written",
        "report", "if tickets[i] ~= ARGV[at + 2] then", "if not tickets[i] then",
    ),
    Mutant(
        "what was kept beside a job stays when it goes",
        "forget", "  drop_from(queue, history, 'history', ids)\n", "",
    ),
    Mutant(
        "the queue forgets when the next job falls due",
        "bring_nearer",
        "queue.next = whole(due_ms)\n  call('HSET', meta, 'next', queue.next)\n", "",
    ),
    Mutant(
        "a finished job still counts as active in its group",
        "take_back", "  give_slots_back(queue, headed)\n", "",
    ),
    Mutant(
        "nobody looks for the head of a job that may have one",
        "take_back", "may_have[ids[i]] and ids[i]", "nil",
        "test_plain_beside_features::test_what_heads_hold_is_let_go_among_plain_ones",
    ),
    Mutant(
        "the end of a job means nothing to its flow",
        "in_flows", "next(rows_of(prefix .. 'dependents', ids))", "false",
        "test_plain_beside_features::test_a_job_of_a_flow_among_many_plain_ones_is_found",
    ),
    Mutant(
        "what is asked for where few are known is nothing",
        "rows_of", "known[ids[i]] and ids[i]", "nil",
        "test_plain_beside_features::test_a_job_of_a_flow_among_many_plain_ones_is_found",
    ),
    Mutant(
        "a reclaimed job still counts as active in its group",
        "hand_back", "  give_slots_back(queue, ids)\n", "",
    ),
    Mutant(
        "a group at its limit may still run",
        "held_by", "if rules.concurrency > 0 and line.active >= rules.concurrency then",
        "if false then",
    ),
    Mutant(
        "the limit of a group does not bound one claim",
        "room_in_group", "if rules.concurrency > 0 then", "if false then",
    ),
    Mutant(
        "a group waits for no delayed retry",
        "await_delayed", "line.rules.ordered == 1 and", "false and",
        "test_group_rules::test_an_ordered_group_waits_for_a_delayed_retry",
    ),
    Mutant(
        "a group waits for a retry that was cancelled",
        "note_leaving", "if lines[group].awaited == id then", "if false then",
        "test_group_rules::test_an_ordered_group_goes_on_when_the_retry_was_cancelled",
    ),
    Mutant(
        "a retry that its group waits for goes behind the others",
        "join_groups", "at_head or line.awaited == one.id", "at_head",
        "test_group_rules::test_an_ordered_group_waits_for_a_delayed_retry",
    ),
    Mutant(
        "a group whose rate is used up never wakes",
        "rest_group", "bring_nearer(queue, wake_ms)", "false",
        "test_group_rules::test_a_group_whose_rate_is_used_up_wakes_to_the_millisecond",
    ),
    Mutant(
        "starts are forgotten before their window is over",
        "recent_starts", "tonumber(at) + rules.ms > now_ms", "tonumber(at) + rules.ms / 2 > now_ms",
        "test_group_rules::test_the_rate_of_a_group_holds_in_every_window",
    ),
    Mutant(
        "an empty group forgets its turn",
        "group_stand", "return line.turn > reached and 'ready' or 'idle'", "return 'idle'",
        "test_groups::test_one_job_at_a_time_is_no_way_to_be_always_first",
    ),
    Mutant(
        "all groups weigh the same",
        "share_out", "2520 / line.rules.weight", "2520",
        "test_groups::test_weights_share_the_starts",
    ),
    Mutant(
        "a claim that was not delivered counts as active",
        "undo_claims", "line.active - 1, true", "line.active, true",
        "test_groups::test_whoever_is_over_what_a_reply_may_hold_is_not_active",
    ),
)  # fmt: skip
