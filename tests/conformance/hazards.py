"""The hazards of Slack's platform, each with the test that plays it: `docs/conformance.md` shows them.

`python -m tests.conformance.hazards` writes that page again, after a test was moved or a hazard was added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from playground.slack.rules.differences import LEFT_OUT, OTHER_FIELDS
from playground.slack.rules.rates import CALLS_A_MINUTE, DISPUTED_TIERS, PAGE_TIERS, SDK_TIERS, TIERS
from playground.slack.rules.refusals import DIFFERENCES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conformance.md"
_HEAD = """# What Slack does to a bot, and the test of each

The hazards come from Slack's documentation, the source of its SDK and people's reports. The tests run the real bot over
a real WebSocket against the local Slack of `playground/`, unless the rule is a pure function. This page is written by
`.venv/bin/python -m tests.conformance.hazards`; `tests/conformance` compares it with the tests.

Each row names where its rule is from. *documented*: Slack's pages and method reference, or its SDK. *recorded*: responses
and events of real workspaces. *reported*: what people wrote in threads and issues. *assumed*: nobody has said so; the
bot is safe if it is so. *own*: a promise of the bot, no rule of Slack's. No row was tried in a live workspace.
"""
_COLUMNS = "| hazard | what the bot does | source | test |\n|---|---|---|---|\n"
Source = Literal["documented", "recorded", "reported", "assumed", "own"]
_SOURCES: tuple[Source, ...] = get_args(Source)


@dataclass(frozen=True, slots=True)
class Hazard:
    """What Slack does, what the bot does about it, the name of the test that shows it, and where the rule is from."""

    group: str
    what: str
    does: str
    test: str
    source: Source

    @property
    def path(self) -> str:
        """Where its test is, below `tests/`; KeyError if there is no such test."""
        return _list_tests()[self.test]

    @property
    def line(self) -> str:
        return f"| {self.what} | {self.does} | {self.source} | [`{self.test}`](../tests/{self.path}) |"


@cache
def _list_tests() -> dict[str, str]:
    """The file of each test, by the test's name."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            found[name] = path.relative_to(ROOT / "tests").as_posix()
    return found


def build_page() -> str:
    """Build the page: one table for each group."""
    parts = [_HEAD]
    for group in _GROUPS:
        lines = [hazard.line for hazard in HAZARDS if hazard.group == group]
        parts.append(f"\n## {group}\n{_COLUMNS}" + "\n".join(lines) + "\n")
    return "".join([*parts, _RATES, *_build_rates(), *_build_differences()])


_RATES = """
## Calls a minute
The local Slack refuses more calls than these with `ratelimited`, and the bot makes fewer. *Page*: the method's own page of
2026, as far as a copy of it could be read. *SDK*: the table of Slack's SDK for Java. Where the two disagree, the page holds.
Slack publishes no figure for special rates: 600 is assumed. If a rate is lower, the bot waits as `Retry-After` says.

| tier | calls a minute | source | methods |
|---|---|---|---|
"""


def _build_rates() -> Iterator[str]:
    """Build the table of rates: a row for each tier, rate and source; then the methods whose sources disagree."""
    rows: dict[tuple[str, int, str], list[str]] = {}
    for method, rate in sorted(CALLS_A_MINUTE.items()):
        source = "page" if method in PAGE_TIERS else "SDK"
        rows.setdefault((str(TIERS[method]), rate, source), []).append(f"`{method}`")
    for (tier, rate, source), methods in sorted(rows.items()):
        yield f"| {tier} | {rate} | {source} | {', '.join(methods)} |\n"
    disputed = (f"`{one}` (tier {SDK_TIERS[one]} there)" for one in sorted(DISPUTED_TIERS))
    yield f"\nThe SDK's table has another tier than the page for {', '.join(disputed)}.\n"


_DIFFERENCES = """
## Where the local Slack differs
Every method of the local Slack is called, and everything is done that people can do there; the tests compare each answer
and event with recorded ones (fields and types), each refusal with the method reference. An asterisk stands for any rest.
"""


def _build_differences() -> Iterator[str]:
    """Build the lists of known differences, each with its reason."""
    yield _DIFFERENCES
    for title, reasons in (
        ("fields that no record has in this form", OTHER_FIELDS),
        ("fields of the records that are left out", LEFT_OUT),
        ("codes that a method's page does not list", DIFFERENCES),
    ):
        lines = "\n".join(f"| `{name}` | {reason} |" for name, reason in reasons.items())
        yield f"\n| {title} | why |\n|---|---|\n{lines}\n"


_GROUPS: dict[str, tuple[tuple[str, str, str, Source], ...]] = {
    "Connecting": (
        ("`warning`, `refresh_requested`, `link_disabled`, `too_many_websockets`", "reconnects", "test_the_bot_comes_back_after_each_kind_of_disconnect", "documented"),
        ("a socket is cut, its pings go stale", "reconnects", "test_the_bot_comes_back_after_its_socket_was_cut_without_a_word", "assumed"),
        ("a socket is cut while events are acknowledged", "one line in the log; Slack sends the event again", "test_an_acknowledgement_that_finds_its_socket_cut_is_no_failure", "own"),
        ("a socket stays open and says nothing more", "reconnects", "test_the_bot_comes_back_after_its_socket_went_silent", "assumed"),
        ("a frame that is no envelope", "is ignored", "test_what_is_no_envelope_is_ignored", "assumed"),
        ("an eleventh socket", "is refused; another of the ten takes the event", "test_the_eleventh_socket_is_one_too_many", "documented"),
        ("Slack cannot be reached at the start", "tries again", "test_a_slack_that_stumbles_is_asked_again", "own"),
        ("a token is missing, wrong or revoked at the start", "stops with one sentence", "test_an_unusable_token_is_named_in_one_sentence", "documented"),
        ("`tokens_revoked`, `app_uninstalled` while the bot runs", "stops with one sentence", "test_a_bot_whose_token_is_taken_back_ends_with_one_sentence", "documented"),
        ("a token is revoked without a word", "stops with one sentence, within a minute", "test_a_token_that_is_taken_back_without_a_word_is_noticed", "assumed"),
        ("`invalid_auth` when it reconnects", "stops with one sentence", "test_a_bot_that_may_not_connect_again_ends_with_one_sentence", "documented"),
        ("somebody's own token is revoked", "goes on", "test_a_person_s_token_that_is_taken_back_is_not_the_bot_s", "assumed"),
        ("the bot is killed while somebody waits for a private answer", "answers after all, as long as Slack's address lives", "test_a_bot_that_is_killed_answers_each_of_twenty_questions_once_after_all", "own"),
        ("SIGTERM in the middle of an answer", "finishes it, or says that it comes", "test_an_answer_in_flight_is_finished_before_the_bot_ends", "own"),
        ("the bot is killed", "answers each open question once", "test_a_bot_that_is_killed_answers_each_of_twenty_questions_once_after_all", "own"),
    ),
    "Delivery": (
        ("an event comes again, with a retry number", "one answer", "test_a_redelivered_event_is_answered_once", "documented"),
        ("an acknowledgement is lost", "one answer", "test_an_event_whose_acknowledgement_was_lost_is_answered_once", "assumed"),
        ("a mention is two events", "one answer", "test_a_message_that_comes_twice_is_answered_once", "reported"),
        ("several bots share the events", "one answer", "test_of_two_bots_over_one_index_one_answers", "own"),
        ("events while the bot was away", "are found and answered", "test_what_was_asked_while_the_bot_was_away_is_answered_once", "own"),
        ("an event that no listener matches", "is acknowledged", "test_every_event_is_acknowledged_and_nothing_is_answered", "documented"),
        ("a button, menu, shortcut or view that nobody knows", "is acknowledged within 3 s", "test_every_interaction_is_acknowledged", "documented"),
        ("an unknown command", "is acknowledged, and said to be unknown", "test_an_unknown_command_is_acknowledged_and_said_to_be_unknown", "documented"),
        ("commands and actions must be acknowledged within 3 s", "before any work; a private question is written down first", "test_commands_and_actions_are_acknowledged_before_any_work", "documented"),
        ("an acknowledgement after 3 s is dropped", "the local Slack holds the bot to it", "test_a_late_ack_is_dropped_and_the_person_is_told", "documented"),
        ("a trigger expires", "the vote is kept without its modal", "test_a_trigger_that_has_expired_loses_no_vote", "documented"),
        ("other bots, own messages, other subtypes", "are no questions", "test_what_no_person_asked_is_none", "recorded"),
        ("`file_share`, `thread_broadcast`", "are questions", "test_a_message_with_a_file_or_shown_in_the_channel_is_a_question", "recorded"),
        ("a question is edited within a minute", "is asked again in its place", "test_a_question_that_is_edited_soon_is_asked_again_in_the_place_of_its_answer", "own"),
        ("a question is deleted while it is answered (with replies, it leaves a tombstone)", "the work stops", "test_a_question_that_is_deleted_is_worked_on_no_more", "own"),
        ("an edit comes again, after a later one", "the later one holds", "test_an_older_edit_that_comes_again_does_not_bring_its_words_back", "assumed"),
        ("a question is edited or deleted while it is written down", "what it says then is answered, or nothing", "test_a_question_that_is_edited_while_it_is_written_down_is_asked_as_it_reads_then", "own"),
        ("a question is deleted while the bot is away", "is not answered", "test_a_question_that_is_deleted_while_the_bot_is_away_is_not_answered", "own"),
        ("another bot answers an edit while this one streams", "what it wrote stays", "test_what_another_bot_has_answered_anew_is_not_overwritten", "own"),
        ("a file comes twice", "is asked about once", "test_a_file_of_which_slack_tells_twice_is_asked_about_once", "own"),
        ("an answered question is deleted", "nothing of it is kept", "test_of_a_question_that_is_deleted_after_its_answer_nothing_is_kept", "own"),
        ("a listener fails", "a kind sentence, and a traceback in the log", "test_a_failure_ends_in_a_kind_sentence_and_a_traceback", "own"),
        ("the index is away when an event comes", "it is not acknowledged, and not lost", "test_a_question_that_cannot_be_written_down_is_not_acknowledged_and_not_lost", "own"),
        ("the index goes away while a question is answered", "it is answered once the index is back", "test_a_question_is_taken_up_again_once_the_index_is_back", "own"),
    ),
    "Refusals": (
        ("`not_in_channel`, `channel_not_found`, `is_archived`, `thread_not_found`, `token_revoked`, `missing_scope`", "lives on", "test_where_slack_takes_no_answer_the_bot_lives_on", "documented"),
        ("a thread was deleted", "is read as empty", "test_a_thread_that_cannot_be_read_is_empty", "documented"),
        ("no locale, or `users.info` fails", "speaks English", "test_where_slack_does_not_tell_the_texts_are_english", "own"),
        ("scopes or methods are missing for status, session or locale", "answers all the same", "test_what_slack_refuses_besides_the_answer_does_not_keep_it_back", "documented"),
        ("`conversations.info` is refused", "the channel counts as private", "test_a_channel_of_which_slack_tells_nothing_is_private", "own"),
        ("scopes and events of the manifest", "are those that the bot uses", "test_the_manifest_declares_every_event_that_is_listened_to_and_no_other", "documented"),
    ),
    "The agent surface": (
        ("a direct message has no `thread_ts`", "is answered in a thread of its own", "test_a_direct_message_is_answered_in_a_thread_of_its_own", "documented"),
        ("`app_home_opened` with `messages`", "suggests up to four prompts", "test_opening_the_messages_suggests_questions_in_the_person_s_language", "documented"),
        ("a session at work may expire after 2 minutes, as the legacy status did", "is told again", "test_a_session_at_work_is_told_again_although_slack_drops_it", "assumed"),
        ("the legacy status and the session are one slot, the last wins; the legacy call ends in February 2027", "uses sessions only", "test_only_the_session_s_own_call_is_used_as_the_legacy_one_writes_the_same_slot", "documented"),
        ("a title counts only when a session is made", "makes the session with its title; renames one that has none", "test_a_session_that_was_made_without_its_title_is_renamed", "documented"),
        ("`chat.stopStream` sets the session to `active` by default", "says what comes after: still at work, open, or waiting for the person", "test_a_question_back_leaves_its_session_waiting_for_the_person", "documented"),
        ("a stream that ends at a rollover would end the session", "Stop stays until the last message", "test_stop_stays_from_before_the_first_word_until_the_last_of_several_messages", "documented"),
        ("an expired stream sets the session to `active`", "is set to work again", "test_a_session_goes_on_where_its_stream_has_expired", "documented"),
        ("a feature is refused for good: `feature_disabled`, `not_agent_app`, `unknown_method`…", "is not asked for again", "test_what_is_refused_for_good_is_not_asked_for_again", "documented"),
        ("steps are shown by `task_update` chunks, together as a plan (`task_display_mode`), with `sources`", "shows what takes longer: searching, the documents that are read, writing", "test_the_documents_that_are_read_are_a_step_of_their_own", "documented"),
        ("chunks are refused: `invalid_chunks`, `invalid_arguments`, `invalid_arg_name`", "streams the answer without steps, and sends none again", "test_where_slack_refuses_steps_the_answer_streams_without_and_they_are_sent_no_more", "documented"),
        ("sessions are refused, and streams too", "a message says what is being done", "test_where_sessions_and_streams_are_refused_a_message_says_what_is_being_done", "documented"),
        ("`agent_session_stopped`", "the work stops, and says so", "test_stop_ends_the_work_and_says_so", "documented"),
        ("Stop before the first word", "says so", "test_a_stop_before_the_first_word_says_so", "own"),
        ("Stop while the index is away", "stops, and stays stopped", "test_a_stop_while_the_index_is_away_stops_and_stays", "own"),
        ("two questions at once in a thread", "Stop stays until the last is answered", "test_the_stop_button_stays_until_the_last_of_two_questions_in_a_thread_is_answered", "documented"),
        ("`function_executed`: a workflow's step waits until the app ends it", "answers from what all members may read, or ends it with a sentence; once (`WORKFLOW_STEP`)", "test_a_step_gets_answer_and_sources_from_what_all_members_may_read", "documented"),
        ("`app_mention` carries no files", "the message is read again", "test_a_file_with_a_question_is_not_ignored_silently", "reported"),
        ("`assistant_view` is of yesterday", "the manifest has `agent_view`", "test_the_manifest_makes_an_agent", "documented"),
        ("commands have no status and no stream", "a line in the acknowledgement, then the answer, once", "test_ask_says_what_it_does_in_its_acknowledgement_and_answers_once", "documented"),
        ("a session's title has 200 characters", "keeps within them", "test_no_text_is_longer_than_slack_keeps", "reported"),
    ),
    "Streaming": (
        ("`unknown_method`", "posts and updates", "test_where_streaming_is_unknown_the_answer_is_posted_and_updated", "documented"),
        ("`channel_type_not_supported` and other refusals", "posts and updates", "test_any_refusal_to_stream_leads_to_posting", "documented"),
        ("a stream outlives five minutes (`message_not_in_streaming_state`)", "goes on as the same message", "test_a_stream_that_expires_goes_on_as_the_same_message", "reported"),
        ("`streaming_state_conflict`, a stream that breaks", "goes on in a new message", "test_a_stream_that_breaks_goes_on_in_a_new_message", "reported"),
        ("a stream that breaks within code", "the code goes on in its fence", "test_code_goes_on_in_its_fence_where_its_stream_breaks", "own"),
        ("`stopped_by_user`", "is a stop", "test_a_stop_of_which_the_bot_hears_only_by_a_refusal_is_a_stop", "documented"),
        ("in Slack Connect, the recipient's team is the recipient's own", "names it; external askers stream", "test_whoever_asks_from_another_workspace_is_streamed_to", "documented"),
        ("a stream in a channel needs thread, recipient and team", "names them", "test_a_stream_in_a_channel_says_for_whom_it_is", "documented"),
    ),
    "Sizes": (
        ("12,000 characters a call", "rolls over, loses no line", "test_a_long_answer_goes_on_in_a_second_message_and_loses_no_line", "documented"),
        ("10,600 to 11,300 bytes of UTF-8 in a streamed message", "counts bytes, at most 10,000", "test_a_stream_is_counted_in_bytes", "reported"),
        ("one table in a message", "the second begins a message", "test_each_message_holds_one_table", "reported"),
        ("a `data_table` (May 2026) holds 2 to 101 rows, 1 to 20 columns, 10,000 characters, and no rich text in its head", "shows each whole table of an answer as one, larger ones as Markdown", "test_what_a_data_table_does_not_hold_stays_markdown", "documented"),
        ("a stream takes `blocks` chunks; they stand in the order in which they come", "waits for the end of a table, then sends it as such a chunk, between its words", "test_a_whole_table_is_a_data_table_in_its_place", "assumed"),
        ("a data table is refused: `invalid_blocks`, `invalid_chunks`…", "shows the rows as Markdown, and sends no data table again", "test_where_slack_refuses_data_tables_they_are_markdown_and_are_sent_no_more", "own"),
        ("a `table` block holds 100 rows and 20 columns; rich text knows no tables", "draws tables in private and shared answers as such, larger ones and a second one in columns of equal width", "test_a_table_is_drawn_as_one_between_its_words", "documented"),
        ("text after a line with • is taken for a part of the list", "lists have hyphens, and an empty line after them", "test_a_list_in_an_answer_swallows_nothing_of_what_follows", "reported"),
        ("4,000 characters in `chat.update`", "several messages", "test_a_long_answer_is_posted_in_several_messages_within_slack_s_sizes", "documented"),
        ("40,000 characters in `chat.postMessage`, then cut", "several messages, of which no `text` is cut", "test_no_text_is_longer_than_slack_keeps", "reported"),
        ("150 characters a header", "keeps within them", "test_a_header_has_at_most_150_characters", "documented"),
        ("3,000 characters a section, 13,200 for all blocks", "sources are fitted, the rest counted", "test_fifty_sources_stay_within_slack_s_sizes", "reported"),
        ("50 blocks in a message", "lists are packed, the rest counted", "test_thousands_of_documents_stay_within_slack_s_sizes", "documented"),
        ("100 blocks in a Home tab", "the same", "test_the_home_stays_within_slack_s_sizes", "documented"),
        ("`context_actions` and `feedback_buttons`: 5, 75, 2,000", "keeps within them", "test_thumbs_and_modal_are_what_slack_takes", "documented"),
        ("a code block at a page's end", "is closed and opened again", "test_a_code_fence_is_closed_and_opened_again", "own"),
    ),
    "What comes back": (
        ("a reply that is shown in the channel, too, carries its `root`", "is answered once, for its own words", "test_a_reply_that_is_shown_in_the_channel_carries_its_root_and_is_answered_once", "recorded"),
        ("commands do not work in threads", "Slack refuses them; a mention works there", "test_a_command_in_a_thread_is_refused_by_slack_itself", "documented"),
        ("a notification shows the `text` as it is", "holds no raw Markdown", "test_a_notification_holds_no_raw_markdown", "documented"),
        ("the bot's Markdown comes back as mrkdwn and rich text; `markdown` blocks are not kept", "reads its own answers from the rich text, whole", "test_a_follow_up_sees_the_whole_of_the_bot_s_own_answer_though_slack_translates_it", "reported"),
        ("what people write carries rich text", "reads the text", "test_what_people_write_carries_rich_text_and_is_read_from_its_text", "recorded"),
    ),
    "Rates": (
        ("429 with `Retry-After`", "waits as told", "test_a_rate_limit_is_waited_out", "documented"),
        ("429 while many answers stream", "all of them wait", "test_a_429_makes_everyone_wait_and_then_the_call_goes_through", "documented"),
        ("tiers per method and channel", "are shared out; [calls a minute](#calls-a-minute) names the source of each", "test_posts_are_counted_for_each_channel", "documented"),
        ("`conversations.replies` once a minute", "answers without the thread, and says so", "test_a_thread_that_slack_lets_nobody_read_soon_is_answered_without_it", "documented"),
        ("lists come in pages", "reads them to their end", "test_a_thread_of_several_pages_is_read_to_its_end", "documented"),
    ),
    "Text": (
        ("`<@…>`, `<!…>`, `<#…>` in the model's words", "notify nobody", "test_no_answer_notifies_anybody", "documented"),
        ("links unfurl, names are linked", "never, in any message", "test_nothing_that_is_posted_unfurls_or_links_names", "documented"),
        ("links, images, reference-style too, cut by the stream", "are taken out", "test_no_prose_holds_a_link_a_mention_or_a_number_without_a_passage", "documented"),
        ("`&`, `<`, `>`", "are escaped, and nothing else", "test_escaped_words_come_back_as_they_were", "documented"),
    ),
    "Response addresses": (
        ("other apps have commands of the same names; the last installed gets them", "a prefix for all of them, `COMMAND_PREFIX`", "test_commands_may_have_a_prefix_as_other_apps_have_the_same_names", "documented"),
        ("a command's address replaces no earlier message (bolt-js#2287, bolt-python#1268)", "posts the answer once; one use of five", "test_a_command_s_address_gets_the_answer_alone_as_it_replaces_nothing", "reported"),
        ("a button's address replaces the message with the button", "answers in its place", "test_a_button_s_address_replaces_the_message_with_the_button", "documented"),
        ("webhooks refuse `markdown` blocks, and response addresses perhaps too", "sends rich text", "test_a_response_address_gets_rich_text_as_it_refuses_markdown_blocks", "reported"),
    ),
    "Large workspaces": (
        ("30,000 people are 150 pages at 20 calls a minute", "no answer waits for the list: people are looked up one by one until it is there", "test_no_answer_waits_for_the_list_of_a_large_workspace", "documented"),
        ("`users.list` is best read 200 at a time", "does so", "test_people_are_listed_two_hundred_at_a_time", "documented"),
        ("the list takes minutes after each start", "is kept between starts, and stale while it is read again", "test_the_list_of_people_is_kept_between_starts_and_stale_while_it_is_read_again", "own"),
        ("`team_join`, `user_change`", "are followed", "test_who_joins_or_becomes_a_guest_is_known_at_once", "documented"),
        ("`channel_rename`, `group_rename`", "are followed", "test_a_channel_s_new_name_is_known_at_once", "documented"),
        ("5,000 direct messages after a restart", "begins where questions were asked; ends after 10 minutes, and says how far it came", "test_catching_up_begins_where_questions_were_asked_and_is_bounded", "own"),
    ),
    "People": (
        ("in an Enterprise Grid, `team_id` is missing or another workspace's; `enterprise_user.teams` tells", "members count as members", "test_in_an_enterprise_grid_who_is_a_member_is_told_by_the_workspaces_of_each", "recorded"),
        ("a guest in an Enterprise Grid", "stays a guest", "test_a_guest_of_an_enterprise_grid_stays_one", "recorded"),
        ("an app of a whole organisation: lists need `team_id`, one token has several workspaces", "`check` and the start refuse it in one sentence", "test_an_app_of_a_whole_organisation_is_refused_in_one_sentence", "documented"),
        ("a follow-up in the bot's thread without a mention", "is answered", "test_a_question_in_the_bot_s_thread_needs_no_mention", "own"),
        ("people ask each other, and not the bot", "answers in the channels of `ANSWER_UNASKED` where it is sure, and is silent otherwise", "test_a_question_to_everybody_is_answered_in_its_thread_and_says_why", "own"),
        ("a person answers such a question, before the bot or meanwhile", "is silent", "test_a_person_who_answers_first_or_meanwhile_is_not_interrupted", "own"),
        ("people go on below an answer that nobody asked for", "answers only whoever asked, where it is sure", "test_below_such_an_answer_only_its_asker_is_answered_and_only_surely", "own"),
        ("such a question is edited after its minute, before its answer is shown", "is silent", "test_a_question_reworded_after_its_minute_is_not_answered", "own"),
        ("people talk to each other in the bot's thread", "steps back", "test_the_bot_steps_back_when_people_talk_to_each_other", "own"),
        ("a response address is used up", "answers all the same", "test_where_the_response_address_is_used_up_the_answer_comes_all_the_same", "documented"),
        ("a response address is used up where the bot is no member", "ends in the person's direct messages", "test_a_long_private_answer_comes_whole_where_its_address_is_used_up", "documented"),
        ("a private button is pressed twice", "answers once", "test_asking_again_twice_asks_once_and_later_once_more", "own"),
        ("Slack is slow to tell of a follow-up's thread", "is acknowledged once that is decided; what comes again waits for it", "test_a_follow_up_is_acknowledged_once_slack_has_told_of_its_thread_and_it_is_asked_once", "own"),
        ("Slack does not tell of a follow-up's thread", "is decided when it comes again", "test_a_follow_up_of_whose_thread_slack_does_not_tell_is_decided_when_it_comes_again", "own"),
        ("somebody joins or leaves a channel", "they may know its documents, or no more", "test_a_membership_is_remembered_a_minute_or_until_it_changes", "recorded"),
        ("Slack does not tell who is a member", "answers from what is for everyone, and says so", "test_whoever_asks_is_told_that_slack_did_not_say_all", "own"),
        ("private answers that cannot be shared", "*Share in channel*, after a look whether the channel may know", "test_a_private_answer_is_shared_with_its_sources_and_who_asked", "own"),
        ("an answer in a channel uses only what all may read", "a button answers again, for the eyes of whoever presses it, from what they may read", "test_each_person_is_told_of_each_folder_exactly_what_they_may_read", "own"),
        ("people react with ✅ or ❌ instead of pressing a thumb; Slack tells the message's place alone", "counts as a vote (`REACTION_VOTES`)", "test_a_check_mark_or_a_cross_under_an_answer_is_a_vote", "documented"),
        ("nobody in the channel sees that a question is taken up", "👀 on it until it is answered (`WAITING_EMOJI`)", "test_a_question_bears_eyes_while_it_waits", "own"),
        ("a thumb down without a reason helps nobody", "asks for it", "test_reasons_are_kept_with_the_vote", "own"),
        ("a citation without its page", "names document, page and section", "test_a_source_names_document_page_and_section", "own"),
        ("a file that is shared nowhere is the app's alone, also within blocks", "the page of a passage goes to the direct messages of whoever asks for it (`PAGE_PICTURES`)", "test_the_page_comes_into_the_direct_messages_of_whoever_presses", "reported"),
        ("rights change between an answer and a press", "looks again who may read the passage before its page is drawn", "test_whoever_may_no_longer_read_the_passage_gets_no_page", "own"),
        ("direct messages tell what their author looks at (`app_context`)", "searches the folders of that channel, and the documents of that answer, first; the audience stays as it is", "test_the_folders_of_the_channel_that_somebody_looks_at_come_first", "documented"),
        ("people must know that they talk to an AI", "one sentence in the Home tab, under the first direct answer and in the help, in each language", "test_people_are_told_that_they_talk_to_an_ai", "own"),
        ("an answer in another language than its asker's", "is told the asker's", "test_the_asker_s_language_is_told", "own"),
    ),
}  # fmt: skip
HAZARDS = tuple(Hazard(group, *row) for group, rows in _GROUPS.items() for row in rows)

if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
