"""Small wrong changes of what keeps a queue in order: clocks, crashes, dead letters, alerts."""

from typing import Final

from packages.backbeat.tests.support.mutant import Mutant

UPKEEP_MUTANTS: Final = (
    # The clock of the server is set
    Mutant(
        "time that has not passed for the caller ends a lease",
        "reclaim", "believed_ms > 0 and math.min(now_ms, believed_ms + 1000) or now_ms", "now_ms",
        "test_clock_steps::test_time_that_has_not_passed_for_the_caller_ends_no_lease",
    ),
    Mutant(
        "a step of the clock begins no lease anew",
        "clock_was_set", "restart(now_ms, numbers)\n", "",
        "test_clock_steps::test_more_leases_than_one_call_takes_are_all_begun_anew",
    ),
    Mutant(
        "all leases are begun anew with one length",
        "restart", "(tonumber(length) or 0)", "30000",
        "test_clock_steps::test_more_leases_than_one_call_takes_are_all_begun_anew",
    ),
    Mutant(
        "a lease of the old time is left alone",
        "shorten_leases", "if lengths[i] and ends[i] >", "if false and ends[i] >",
        "test_clock_steps::test_the_janitor_ends_leases_in_time_that_nobody_has_told_of",
    ),
    Mutant(
        "a group rests until the old time comes",
        "clock_was_set", "if queue.groups then", "if false then",
        "test_clock_steps::test_a_group_that_rests_starts_again_within_a_window",
    ),
    Mutant(
        "a new generation of sessions ends the last one",
        "turn_sessions", "call('RENAME', new, old)", "call('DEL', new)",
        "test_session_memory::test_an_answer_is_remembered_for_ten_minutes_whoever_else_calls",
    ),
    Mutant(
        "sessions are remembered for ever",
        "remember", " and turn_sessions(now_ms) then", " and false then",
        "test_session_memory::test_of_sessions_that_are_gone_nothing_stays",
    ),
    # Who killed a process
    Mutant(
        "neighbours fail for a killer that nobody can name",
        "blame", "crashes[i] < math.min(2, cap)", "true",
        "test_blame::test_two_crashes_in_company_count_against_all_and_no_third_does",
    ),
    Mutant(
        "who ran alone is not known",
        "blame", " or reason == 'alone'", "",
        "test_blame::test_who_ran_alone_is_to_blame_and_nobody_else",
    ),
    Mutant(
        "who was there while another ran alone is blamed, too",
        "blame", "not someone and ", "",
        "test_blame::test_who_ran_alone_is_to_blame_and_nobody_else",
    ),
    Mutant(
        "who was alone in its worker is not to blame",
        "blame", "alone[i] = count == 1 or ", "alone[i] = ",
        "test_blame::test_who_was_alone_in_its_worker_is_to_blame",
    ),
    Mutant(
        "a second crash in company counts where one is allowed",
        "blame", "math.min(2, cap)", "2",
        "test_blame::test_one_crash_in_company_is_enough_where_only_one_is_allowed",
    ),
    Mutant(
        "an attempt that is over can be alone",
        "run_alone", "call('ZSCORE', active, id) ~= ticket or ", "",
        "test_blame::test_only_a_valid_attempt_can_be_alone",
    ),
    # Dead letters
    Mutant(
        "a failed job is in no group of failures",
        "keep", "note_dead(queue, now_ms, ids, told)", "local _ = told",
        "test_dead_letters::test_failures_of_a_kind_are_one_group_whoever_fails",
    ),
    Mutant(
        "the fingerprint that a worker made is not looked at",
        "fingerprint_of", "if made then", "if false then",
        "test_dead_letters::test_failures_of_a_kind_are_one_group_whoever_fails",
    ),
    Mutant(
        "a failed job that is trimmed stays in its group",
        "trim", "      forget_dead(queue, ids)\n", "",
        "test_dead_letters::test_what_is_kept_no_longer_is_in_no_group",
    ),
    Mutant(
        "a failed job that runs again stays in its group",
        "unlist", "    forget_dead(queue, ids)\n", "",
        "test_dead_letters::test_failures_of_a_kind_are_one_group_whoever_fails",
    ),
    Mutant(
        "a group of failures without jobs stays",
        "forget_dead", "if call('ZCOUNT', dead, first, last) == 0 then", "if false then",
        "test_dead_letters::test_failures_of_a_kind_are_one_group_whoever_fails",
    ),
    Mutant(
        "a new kind of failure gets the slot of another",
        "dead_slot", "while call('HEXISTS', slots, slot) == 1 do", "while false do",
        "test_dead_letters::test_a_new_kind_never_gets_the_slot_of_another",
    ),
    Mutant(
        "there are as many groups of failures as there are kinds",
        "dead_slot", "if count >= 1000 then", "if false then",
        "test_dead_letters::test_kinds_beyond_a_thousand_are_one_group",
    ),
    Mutant(
        "what fails again is retried with its group once more",
        "dead_ids", "until_ms == 0 and now_ms or until_ms", "now_ms",
        "test_dead_letters::test_what_fails_again_is_not_retried_once_more",
    ),
    # What ended jobs hold
    Mutant(
        "the lines of a log are not weighed",
        "weigh", "if queue.logs then", "if false then",
        "test_retention_bytes::test_bytes_bound_all_that_the_store_holds_of_ended_jobs",
    ),
    Mutant(
        "the attempts of a job are not weighed",
        "weigh", "queue.history and", "false and",
        "test_retention_bytes::test_bytes_bound_all_that_the_store_holds_of_ended_jobs",
    ),
)  # fmt: skip

ALERT_MUTANTS: Final = (
    Mutant(
        "an alert is told each time that it is seen",
        "raise", "if told == '1' then", "if false then",
        "test_alert_scripts::test_an_alert_that_lasts_is_told_once_and_its_end_once", "alerts",
    ),
    Mutant(
        "what comes and goes is told each time",
        "recover", "call('ZADD', cooling, whole(now_ms + cooldown_ms), alert)\n", "",
        "test_alert_scripts::test_what_comes_and_goes_is_told_once_in_a_while", "alerts",
    ),
    Mutant(
        "what has happened is told each time",
        "raise", "  call('ZADD', cooling, whole(now_ms + cooldown_ms), alert)\n", "",
        "test_alert_scripts::test_what_has_happened_is_told_once_in_a_while", "alerts",
    ),
    Mutant(
        "a silence keeps nobody from being told",
        "raise", "if quiet then\n  return 'silenced'\nend", "",
        "test_alert_scripts::test_of_what_nobody_was_told_nobody_hears_the_end", "alerts",
    ),
    Mutant(
        "the end is told of what nobody was told",
        "recover", "if string.match(before, '^%d+|%d+|(%d)|') == '1' then", "if true then",
        "test_alert_scripts::test_of_what_nobody_was_told_nobody_hears_the_end", "alerts",
    ),
    Mutant(
        "a silence has no end",
        "silenced", "> now_ms", "> 0",
        "test_alert_scripts::test_an_alert_that_outlasts_its_silence_is_told", "alerts",
    ),
    Mutant(
        "a silence of a rule is none of its alerts",
        "silenced", "'*', rule, key", "'*', key",
        "test_alert_scripts::test_of_what_nobody_was_told_nobody_hears_the_end", "alerts",
    ),
    Mutant(
        "two couriers get the same notice",
        "take", "    call('ZADD', due, whole(now_ms + lease_ms), id)\n", "",
        "test_alert_scripts::test_a_notice_is_one_courier_s_until_its_time_is_up", "alerts",
    ),
    Mutant(
        "an attempt is settled twice",
        "settle", "if tonumber(made) >= attempts then", "if false then",
        "test_alert_scripts::test_an_attempt_is_settled_once", "alerts",
    ),
    Mutant(
        "what is to be tried again is gone",
        "settle", "if wait_ms < 0 then", "if true then",
        "test_alert_scripts::test_an_attempt_is_settled_once", "alerts",
    ),
    Mutant(
        "alerts grow without bound",
        "raise", "call('HLEN', active) >= 1000", "false",
        "test_alert_scripts::test_alerts_and_notices_are_bounded", "alerts",
    ),
    Mutant(
        "notices grow without bound",
        "hand_over", "call('ZCARD', due) >= 1000", "false",
        "test_alert_scripts::test_alerts_and_notices_are_bounded", "alerts",
    ),
    Mutant(
        "silences grow without bound",
        "silence", "if call('HLEN', silences) >= 1000 then", "if false then",
        "test_alert_scripts::test_silences_are_bounded_and_those_that_are_over_make_room", "alerts",
    ),
)  # fmt: skip
