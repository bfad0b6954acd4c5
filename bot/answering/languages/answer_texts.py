"""Names the sentences that the bot itself writes into an answer; each file of `languages/` words them."""

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
