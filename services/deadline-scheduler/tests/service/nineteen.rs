//! The nineteen ways in which limits failed in other case systems, and the tests that show that they do not fail here.
//!
//! | # | what happened elsewhere | what is so here |
//! |---|---|---|
//! | 1 | a live feed of holidays held days that are none | days come with a source and an approval, in versions |
//! | 2 | the calendar ran out and nobody noticed | due days are refused beyond its end, and it is told in November |
//! | 3 | an edited calendar or limit moved nothing, or moved what was closed | it is reckoned anew once, and told; closed cases stay |
//! | 4 | reckoning anew brought the system down | it goes in batches and goes on where it stopped |
//! | 5 | a day of 00:00–23:59 lost a minute | intervals are half open, and 24:00 is a time |
//! | 6 | a clock fired though it had been answered | each clock is named by the events that start and stop it |
//! | 7 | a merged case escalated | merging, closing and withdrawing stop every clock |
//! | 8 | time on hold was added at the wrong end, or at night | due is the start and the limit, over what counts |
//! | 9 | a pause was lost when the priority changed | a pause is the case's, not the clock's |
//! | 10 | a warning came at midnight although hours were set | warnings keep the calendar of their limit |
//! | 11 | no lunch break | as many intervals a day as wanted |
//! | 12 | no make-up days and no short days | each day may have hours of its own |
//! | 13 | two workers said the same breach | an alarm is gone in the transaction in which it is said |
//! | 14 | reminders at midnight and on Sundays | telling has hours of its own |
//! | 15 | five hundred breaches made five hundred mails | events stay exact, messages are gathered |
//! | 16 | a due day was walked to day by day | it is found in constant time |
//! | 17 | due work was found by reading everything | by an index, however much is armed |
//! | 18 | readers starved the work in the background | readers and holders of a case delay no alarm; each says how late it was |
//! | 19 | the server's time zone decided the day | the calendar's does |

const KNOWN: &str = include_str!("known_failures.rs");
const CALENDARS: &str = include_str!("../../src/http/tests/calendars.rs");
const LAWS: &str = include_str!("../../rules/tests/laws/machines.rs");
const CARRIERS: &str = include_str!("../../../notification/tests/service/carriers.rs");

/// Number, and the tests that show it, each with the file it stands in.
const SHOWN: [(u32, &[(&str, &str)]); 19] = [
    (1, &[(CALENDARS, "a_holiday_that_nobody_vouches_for_is_not_taken")]),
    (2, &[(KNOWN, "a_calendar_that_runs_out_says_so")]),
    (3, &[(CALENDARS, "an_edited_calendar_moves_running_limits_once_and_no_closed_case")]),
    (4, &[(CALENDARS, "a_recomputation_is_no_storm_and_goes_on_where_it_stopped")]),
    (5, &[(KNOWN, "a_day_round_the_clock_loses_no_minute")]),
    (
        6,
        &[
            (KNOWN, "no_clock_runs_after_its_stop_event"),
            (LAWS, "no_clock_says_anything_after_its_end_whatever_comes_and_however_often"),
        ],
    ),
    (7, &[(KNOWN, "a_merged_case_escalates_no_more")]),
    (8, &[(KNOWN, "a_pause_is_counted_in_time_of_work_and_what_is_used_and_left_is_the_limit")]),
    (9, &[(KNOWN, "a_pause_is_not_lost_when_the_limit_changes")]),
    (
        10,
        &[
            (KNOWN, "a_warning_keeps_to_the_hours_of_its_limit"),
            (KNOWN, "a_warning_by_share_is_not_said_on_a_day_off"),
        ],
    ),
    (11, &[(KNOWN, "a_lunch_break_is_possible")]),
    (12, &[(KNOWN, "make_up_days_and_short_days_are_possible")]),
    (13, &[(KNOWN, "two_workers_say_a_breach_once")]),
    (14, &[(CARRIERS, "nobody_is_woken_and_no_office_is_written_to_on_a_day_off")]),
    (
        15,
        &[
            (KNOWN, "five_hundred_breaches_at_once_are_five_hundred_exact_events"),
            (CARRIERS, "five_hundred_at_once_to_one_unit_become_one_message_and_stay_five_hundred_notices"),
        ],
    ),
    (16, &[(KNOWN, "a_far_due_day_is_found_without_walking_there")]),
    (17, &[(KNOWN, "due_alarms_are_found_by_an_index_however_many_are_armed")]),
    (18, &[(KNOWN, "whoever_reads_or_holds_a_case_does_not_delay_its_alarm")]),
    (19, &[(KNOWN, "a_day_is_that_of_the_calendars_zone_not_of_the_server")]),
];

#[test]
fn each_of_the_nineteen_has_its_tests_by_name() {
    for (place, (number, tests)) in (1..).zip(SHOWN) {
        assert_eq!(number, place);
        for (file, test) in tests {
            assert!(file.contains(&format!("fn {test}(")), "{number}: {test} is gone");
        }
        let row = format!("//! | {number} | ");
        assert!(include_str!("nineteen.rs").contains(&row), "no row {number}");
    }
}
