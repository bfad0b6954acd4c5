"""Names the sentences that the bot itself writes, into an answer and in reply to talk; each language words them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """The sentences in one language; braces name what is filled in."""

    model_away: str
    model_missing: str
    model_quiet: str
    in_part: str
    cut: str
    too_long: str
    looped: str
    uncited: str
    unbacked: str
    other_language: str
    thought_aloud: str
    left_out: str
    shortened: str
    question_cut: str
    not_all_read: str
    words_only: str
    searched_for: str
    only_first: str
    which_one: str
    quote_language: str  # {language}
    language_names: str  # in the order of LANGUAGE_CODES, with a space between
    colon: str


@dataclass(frozen=True, slots=True)
class TalkTexts:
    """The replies in one language; braces name what is filled in. `months` are twelve names, `date` joins a day."""

    greeting: str
    farewell: str
    thanks: str
    ok: str
    emoji: str
    wellbeing: str
    identity: str
    help: str
    documents: str  # {count}
    no_documents: str
    more: str  # {n}
    latest: str  # {days} {count}
    nothing_latest: str  # {days}
    last_change: str  # {title} {date}
    changed: str  # {title} {date}
    unknown_change: str  # {title}
    months: str
    date: str  # {day} {month} {year}
