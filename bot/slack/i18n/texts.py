"""Names every text that people read in Slack; each language gives the words in its own file.

`FailureTexts` words why a file could not be read, from its code and parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.core.documents import Language
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import Failure, format_failure


@dataclass(frozen=True, slots=True)
class InterfaceTexts:
    """Holds every text in one language; braces name what is filled in.

    Those under "Steps" are plain titles of what is being done; the others are whole sentences or labels in mrkdwn.
    """

    code: Language

    # Steps
    loading: str
    documents_read: str
    understanding: str
    searching: str
    writing: str  # {passages}
    queued: str  # {place}

    # Conversations
    looking: str
    answer_follows: str
    others_first: str  # {place}
    help: str  # {bot}
    attachments: str
    only_attachments: str
    interrupted: str
    resumes: str
    stopped: str
    deleted: str
    failed: str
    model_away: str
    index_away: str
    index_later: str

    is_ai: str
    audience_uncertain: str
    thread_unread: str

    # Answers
    sources: str
    weak: str
    also_in: str  # {documents}
    unsourced: str  # {n}
    nearest: str
    show_passage: str  # {n}
    show_passages: str
    more_passages: str
    more_passages_gone: str
    passage_title: str  # {n}
    passage_fetched: str
    passage_gone: str
    passage_before: str
    passage_after: str
    show_page: str
    page_fetched: str
    page_sent: str
    page_unmarked: str
    page_not_here: str
    page_changed: str
    page_failed: str
    page_refused: str
    close: str
    page: str  # {page}
    quoted: str  # {text}
    more: str  # {n}

    # Documents
    pages: str  # {pages}
    pages_so_far: str  # {read} {pages}
    passages: str  # {passages}
    changed: str  # {moment}
    hidden: str  # {places}
    home_hidden: str  # {places} {documents}
    reading: str
    words: str
    meaning: str
    failure: str
    docs_title: str
    docs_found: str  # {words} {count} {total}
    docs_none: str  # {words} {total}
    docs_more: str  # {n}

    # Commands
    help_title: str
    help_admin: str
    share: str
    share_gone: str
    share_unkept: str
    share_refused: str
    share_failed: str
    asked_privately: str  # {question}
    shared_by: str  # {user} {question}
    ask_again: str
    look_further: str
    not_helpful_here: str
    quieter_here: str
    press_taken_back: str
    unasked: str
    unasked_activity: str
    unasked_counts: str  # {answers} {unhelpful}
    unasked_pause: str  # {minutes}
    unasked_silent: str
    lift_pause: str
    step_is_off: str
    step_asks_nothing: str
    liked: str
    disliked: str
    feedback_thanks: str
    feedback_lost: str
    feedback_title: str
    feedback_why: str
    feedback_wrong: str
    feedback_incomplete: str
    feedback_outdated: str
    feedback_source: str
    feedback_other: str
    feedback_words: str
    feedback_hint: str
    send: str
    shortcut_title: str
    shortcut_hint: str
    question: str
    ask: str
    cancel: str
    ask_usage: str
    unknown_command: str  # {command}
    comparing: str
    compare_alone: str
    compare_with: str
    compare_away: str
    compare_usage: str
    compare_refused: str  # {admins}
    gaps_title: str
    gaps_head: str  # {days} {count}
    gaps_what: str
    gaps_none: str  # {days}
    gaps_fetched: str
    gaps_asked: str  # {times} {people}
    gaps_missing: str
    gaps_partly: str
    gaps_disliked: str
    gaps_nearest: str  # {document}
    gaps_refused: str  # {admins}
    gaps_more: str  # {n}
    reindex_refused: str  # {admins}
    reindex_no_admins: str
    admins_unknown: str
    reindex_follow: str  # {scope}
    reindex_follow_home: str  # {scope}
    reindex_title: str  # {scope}
    reindex_everything: str
    reindex_waiting: str
    reindex_worker_down: str
    reindex_running: str  # {done} {total}
    unsupported: str  # {kinds}
    reindex_failed: str  # {failed}
    reindex_pages: str  # {pages}
    reindex_done: str  # {done} {total} {failed}
    reindex_nothing: str  # {scope}
    reindex_failures: str
    reindex_more: str  # {n}
    reindex_unfollowed: str

    # Files of administrators
    filing_asked: str  # {name}
    filing_title: str
    filing_sure: str
    filing_yes: str
    filing_root: str
    filing_done: str  # {name} {folder}
    filing_exists: str  # {name} {folder}
    filing_too_large: str  # {mb}
    filing_failed: str
    filing_refused: str  # {admins}

    # Home
    home_what: str
    home_how: str  # {bot}
    home_documents: str  # {total}
    home_latest: str  # {moment}
    home_refresh: str
    home_reindex: str
    home_reindex_sure: str
    home_gaps: str
    home_no_documents: str
    home_failures: str
    home_requests: str
    closed_title: str
    closed_channel: str
    closed_person: str
    closed_ambiguous: str
    closed_another: str
    closed_provisional: str
    closed_undone: str
    bindings_title: str
    bindings_none: str
    bindings_usage: str
    bindings_refused: str  # {admins}
    bindings_unchanged: str  # {name}
    bindings_confirmed: str  # {name} {id}
    bindings_undone: str  # {name} {id}
    binding_confirmed: str
    binding_provisional: str
    binding_undone: str
    audit_title: str
    audit_reindex: str
    audit_confirm: str
    audit_compare: str
    audit_gaps: str
    audit_file: str
    audit_bindings: str
    audit_unasked: str
    audit_begun: str
    audit_nothing: str
    audit_failed: str
    audit_refused: str
    prompts_title: str
    prompt: str  # {title}
    prompt_section: str  # {section}
    prompt_within: str  # {title} {section}

    # Held deletions, for administrators
    hold_title: str
    hold_many: str  # {count} {known} {since}
    hold_unmounted: str  # {count} {known} {since}
    hold_stays: str
    hold_names: str
    hold_command: str
    hold_button: str
    hold_sure: str  # {count}
    hold_keep: str
    hold_confirmed: str  # {by}
    hold_refused: str  # {admins}
    hold_none: str
    hold_changed: str
    hold_under_way: str
    hold_follow: str  # {count}
    hold_follow_home: str  # {count}
    confirm_title: str
    confirm_done: str
    confirm_removed: str  # {done}
    confirm_held: str
    confirm_waits: str

    # The index, in Home, for administrators
    index_title: str
    index_prepared: str
    index_since: str  # {since}
    index_model: str
    index_reading: str
    index_words: str
    index_documents: str  # {count} {path}
    index_meaning: str
    index_gate: str
    index_refused: str
    index_remedy: str
    index_stays: str
    index_kept: str  # {since}
    index_embedded: str  # {passages} {limit}

    failures: FailureTexts


@dataclass(frozen=True, slots=True)
class FailureTexts:
    """The sentence of every failure code in one language, and the separator of its thousands.

    Braces name the same parameters as in English.
    """

    templates: Mapping[FailureCode, str]
    thousands: str

    def write_failure(self, failure: Failure | None) -> str:
        """The failure as a sentence in this language; empty where there is none."""
        return format_failure(failure, self.templates, self.thousands) if failure else ""


ENGLISH_FAILURES = FailureTexts(ENGLISH_FAILURE_TEXTS, thousands=",")
