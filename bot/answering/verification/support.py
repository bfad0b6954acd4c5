"""Decides whether what an answer states is in the passages that it cites: by numbers, names and words. Pure.

It finds what was invented or cited wrongly, not what was turned round: "must" for "must not" passes. Between two
languages words cannot be compared; there numbers and names alone decide, and where there are none it cannot tell.
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
from knowledge.core.lexical import extract_content_stems, fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage

ClaimSupport = Literal["backed", "weak", "unclear"]
MIN_SUPPORTED_SHARE = 0.4  # of a statement's content words, to be found in what it cites
_MIN_CONTENT_WORDS = 3  # content words; a shorter statement in words alone is too short to tell
_COGNATE_LETTERS = 5  # letters at a word's beginning that French and English share: indemnité, indemnity
_MIN_COGNATE_SHARE = 0.5  # of the long words
_NAME = re.compile(
    r"(?<=[^.!?…\s] )[A-ZÀ-Ý][\w'’-]+|\b\w*(?:\w[._/-]\w|[a-z][A-Z]|[A-Z]\d|\d[A-Za-z]|[A-Z]{2})[\w._/-]*"
)
_WORD = re.compile(r"[^\W\d_]{6,}")


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A statement of an answer with the numbers of the passages that it cites, and whether they hold it.

    `unclear` means that it cannot be told: another language without a number or a name, or too few words.
    """

    text: str
    cites: tuple[int, ...]
    backing: ClaimSupport


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """An answer's statements: those with a citation, checked, and how many have none."""

    claims: tuple[CheckedClaim, ...] = ()
    uncited: int = 0


class _CitedText:
    """The text of one or more passages, and what is asked of it; each is read once for all that cites them."""

    def __init__(self, text: str, folder_language: Language | None) -> None:
        self._text = text
        self._folder_language = folder_language

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number that may be read in it."""
        return extract_all_numbers(self._text)

    @cached_property
    def content_stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return extract_content_stems(self._text)

    @cached_property
    def language(self) -> Language | None:
        """The language that its words tell, else that of its folder."""
        return detect_clear_language(self._text) or self._folder_language

    @cached_property
    def folded(self) -> str:
        """The text without capitals and accents."""
        return fold_word(self._text)

    @cached_property
    def cognate_prefixes(self) -> frozenset[str]:
        """The first letters of its long words."""
        return frozenset(_cognate_prefixes(self._text))


def check_claims(prose: str, numbered: Sequence[FoundPassage]) -> ClaimCheck:
    """Check every statement of `prose` against what it cites; `numbered[0]` is number 1."""
    every = list(extract_statements(prose))
    citing = [one for one in every if one.cites]
    sources = {cites: _join_passages(cites, numbered) for cites in {one.cites for one in citing}}
    claims = (
        CheckedClaim(one.text, one.cites, _judge_support(remove_passage_mentions(one.text), sources[one.cites]))
        for one in citing
    )
    return ClaimCheck(tuple(claims), len(every) - len(citing))


def _join_passages(cites: tuple[int, ...], numbered: Sequence[FoundPassage]) -> _CitedText:
    """What several passages say together counts together."""
    passages = [numbered[n - 1].passage for n in cites if 1 <= n <= len(numbered)]
    told = {passage.language for passage in passages}
    language = told.pop() if len(told) == 1 else None
    return _CitedText("\n".join(passage.indexed_text for passage in passages), language)


def judge_support(text: str, source: str, language: Language | None = None) -> ClaimSupport:
    """Whether `source` holds what `text` states. `language` is what its folder says, where its words do not tell."""
    return _judge_support(text, _CitedText(source, language))


def _judge_support(text: str, source: _CitedText) -> ClaimSupport:
    numbers = extract_stated_numbers(text)
    if any(not readings & source.numbers for readings in numbers):
        return "weak"
    if _is_in_another_language(text, source):
        return "backed" if numbers or _shares_name(text, source) or _shares_cognates(text, source) else "unclear"
    said = {stem for stem in extract_content_stems(text) if not stem.isdigit()}
    if len(said) < _MIN_CONTENT_WORDS:
        return "backed" if numbers or said <= source.content_stems else "unclear"
    return "backed" if len(said & source.content_stems) >= MIN_SUPPORTED_SHARE * len(said) else "weak"


def _is_in_another_language(text: str, source: _CitedText) -> bool:
    languages = (detect_likely_language(text), source.language)
    return None not in languages and languages[0] != languages[1]


def _shares_name(text: str, source: _CitedText) -> bool:
    """Whether a name or an identifier of `text` stands in `source`."""
    return any(fold_word(name) in source.folded for name in _NAME.findall(text))


def _shares_cognates(text: str, source: _CitedText) -> bool:
    """Whether half of the long words of `text` begin as one of `source` does."""
    said = set(_cognate_prefixes(text))
    shared = said & source.cognate_prefixes
    return len(said) >= _MIN_CONTENT_WORDS and len(shared) >= _MIN_COGNATE_SHARE * len(said)


def _cognate_prefixes(text: str) -> Iterable[str]:
    return (fold_word(word)[:_COGNATE_LETTERS] for word in _WORD.findall(text))
