"""Checks by numbers, names and words whether the cited passages contain an answer's statements.

It finds invented statements and wrong citations. It does not find a reversed meaning: "must" for "must not" passes.
Between two languages, only numbers, names and cognates are compared; without them the result is `unclear`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from bot.answering.verification.citations import remove_passage_mentions
from bot.answering.verification.claims import extract_statements
from bot.answering.verification.numbers import extract_all_numbers, extract_stated_numbers
from knowledge.core.language import detect_clear_language, detect_likely_language
from knowledge.core.lexical import extract_content_stems
from knowledge.core.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage

ClaimSupport = Literal["backed", "weak", "unclear"]
MIN_SUPPORTED_SHARE = 0.4  # share of a statement's content words that the cited passages must have
_MIN_CONTENT_WORDS = 3  # a statement with fewer content words is judged by its numbers, or by all of its words
_COGNATE_LETTERS = 5  # a common beginning in French and English: indemnité, indemnity
_MIN_COGNATE_SHARE = 0.5  # share of the long words
_NAME = re.compile(
    r"(?<=[^.!?…\s] )[A-ZÀ-Ý][\w'’-]+|\b\w*(?:\w[._/-]\w|[a-z][A-Z]|[A-Z]\d|\d[A-Za-z]|[A-Z]{2})[\w._/-]*"
)
_WORD = re.compile(r"[^\W\d_]{6,}")


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A statement, the numbers of the passages that it cites, and whether these passages support it.

    `unclear` means that the check is not possible: another language without a number or a name, or too few words.
    """

    text: str
    cites: tuple[int, ...]
    backing: ClaimSupport


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """The checked statements with a citation, and the count of statements without one."""

    claims: tuple[CheckedClaim, ...] = ()
    uncited: int = 0


class CitedText:
    """The text of one or more passages; computes each feature once for all statements that cite them."""

    def __init__(self, text: str, folder_language: Language | None) -> None:
        self._text = text
        self._folder_language = folder_language

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The possible readings of its numbers."""
        return extract_all_numbers(self._text)

    @cached_property
    def content_stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return extract_content_stems(self._text)

    @cached_property
    def language(self) -> Language | None:
        """The language of its words if clear, else that of its folder."""
        return detect_clear_language(self._text) or self._folder_language

    @cached_property
    def folded_text(self) -> str:
        """The text without capitals and accents."""
        return fold_word(self._text)

    @cached_property
    def cognate_prefixes(self) -> frozenset[str]:
        """The first letters of its long words."""
        return frozenset(_cognate_prefixes(self._text))


def check_claims(prose: str, numbered: Sequence[FoundPassage]) -> ClaimCheck:
    """Checks every statement of `prose` against the passages that it cites; `numbered[0]` is number 1."""
    statements = list(extract_statements(prose))
    citing = [one for one in statements if one.cites]
    sources = {cites: _join_passages(cites, numbered) for cites in {one.cites for one in citing}}
    claims = (
        CheckedClaim(one.text, one.cites, judge_support(remove_passage_mentions(one.text), sources[one.cites]))
        for one in citing
    )
    return ClaimCheck(tuple(claims), len(statements) - len(citing))


def _join_passages(cites: tuple[int, ...], numbered: Sequence[FoundPassage]) -> CitedText:
    """Joins the passages that a statement cites, since together they may support it."""
    passages = [numbered[n - 1].passage for n in cites if 1 <= n <= len(numbered)]
    languages = {passage.language for passage in passages}
    language = languages.pop() if len(languages) == 1 else None
    return CitedText("\n".join(passage.indexed_text for passage in passages), language)


def judge_support(text: str, source: CitedText) -> ClaimSupport:
    """Judges whether `source` supports `text`."""
    numbers = extract_stated_numbers(text)
    if any(not readings & source.numbers for readings in numbers):
        return "weak"
    if _is_in_another_language(text, source):
        return "backed" if numbers or _shares_name(text, source) or _shares_cognates(text, source) else "unclear"
    stems = {stem for stem in extract_content_stems(text) if not stem.isdigit()}
    if len(stems) < _MIN_CONTENT_WORDS:
        return "backed" if numbers or stems <= source.content_stems else "unclear"
    return "backed" if len(stems & source.content_stems) >= MIN_SUPPORTED_SHARE * len(stems) else "weak"


def _is_in_another_language(text: str, source: CitedText) -> bool:
    languages = (detect_likely_language(text), source.language)
    return None not in languages and languages[0] != languages[1]


def _shares_name(text: str, source: CitedText) -> bool:
    """Whether a name or an identifier of `text` is in `source`."""
    return any(fold_word(name) in source.folded_text for name in _NAME.findall(text))


def _shares_cognates(text: str, source: CitedText) -> bool:
    """Whether half of the long words of `text` begin like a word of `source`."""
    prefixes = set(_cognate_prefixes(text))
    shared = prefixes & source.cognate_prefixes
    return len(prefixes) >= _MIN_CONTENT_WORDS and len(shared) >= _MIN_COGNATE_SHARE * len(prefixes)


def _cognate_prefixes(text: str) -> Iterable[str]:
    return (fold_word(word)[:_COGNATE_LETTERS] for word in _WORD.findall(text))
