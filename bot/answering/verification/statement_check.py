"""Checks by numbers, names, denials and words whether the cited passages contain an answer's statements.

Each cited passage is judged singly. It finds invented statements, wrong citations, other numbers and names, and most
denials. It does not find a reversed meaning in other words. Between two languages, only facts, names and cognates are
compared; without them the result is `unclear`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from bot.answering.verification.amounts_and_names import extract_facts
from bot.answering.verification.citations import remove_passage_mentions
from bot.answering.verification.contradictions import find_contradiction
from bot.answering.verification.passage_parts import PassageParts
from bot.answering.verification.statements import extract_statements
from knowledge.core.language import detect_clear_language, detect_likely_language
from knowledge.core.lexical import extract_content_stems
from knowledge.core.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.verification.statements import Statement
    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage

StatementSupport = Literal["backed", "weak", "unclear"]
MIN_SUPPORTED_SHARE = 0.4  # share of a statement's content words that the cited passages must have
_MIN_CONTENT_WORDS = 3  # a statement with fewer content words is judged by its numbers, or by all of its words
_MIN_ADDED_WORDS = 2  # that a passage has and the others lack
_COGNATE_LETTERS = 5  # a common beginning in French and English: indemnité, indemnity
_MIN_COGNATE_SHARE = 0.5  # share of the long words
_NAME = re.compile(
    r"(?<=[^.!?…\s] )[A-ZÀ-Ý][\w'’-]+|\b\w*(?:\w[._/-]\w|[a-z][A-Z]|[A-Z]\d|\d[A-Za-z]|[A-Z]{2})[\w._/-]*"
)
_WORD = re.compile(r"[^\W\d_]{6,}")


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement, the numbers of the passages that it cites, and whether these passages support it.

    `unclear` means that the check is not possible: another language without a number or a name, or too few words.
    """

    text: str
    cites: tuple[int, ...]
    backing: StatementSupport


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """The checked statements with a citation, and the count of statements without one."""

    claims: tuple[CheckedStatement, ...] = ()
    uncited: int = 0


class CitedText:
    """The text of one or more passages; computes each feature once for all statements that cite them."""

    def __init__(self, text: str, folder_language: Language | None) -> None:
        self._text = text
        self._folder_language = folder_language

    @cached_property
    def parts(self) -> PassageParts:
        """Its sentences and rows, with their facts."""
        return PassageParts(self._text, self.language)

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


def check_statements(prose: str, numbered: Sequence[FoundPassage]) -> StatementCheck:
    """Checks every statement of `prose` against each passage that it cites; `numbered[0]` is number 1.

    Gives a statement twice if some of its passages support it and others have nothing to do with it.
    """
    statements = list(extract_statements(prose))
    sources = _CitedSources(numbered)
    claims = [claim for one in statements if one.cites for claim in _check_statement(one, sources)]
    return StatementCheck(tuple(claims), sum(not one.cites for one in statements))


class _CitedSources:
    """The texts of the numbered passages, singly and joined as statements cite them; each is read once."""

    def __init__(self, numbered: Sequence[FoundPassage]) -> None:
        self._numbered = numbered
        self._texts: dict[tuple[int, ...], CitedText] = {}

    def get_text(self, cites: tuple[int, ...]) -> CitedText:
        """Returns the text of the passages with these numbers."""
        if cites not in self._texts:
            self._texts[cites] = _join_passages(cites, self._numbered)
        return self._texts[cites]


def _check_statement(statement: Statement, sources: _CitedSources) -> Iterator[CheckedStatement]:
    text = remove_passage_mentions(statement.text)
    verdicts = {n: judge_support(text, sources.get_text((n,))) for n in statement.cites}
    supporting = tuple(n for n, verdict in verdicts.items() if verdict != "weak")
    weak = tuple(n for n in statement.cites if n not in supporting)
    if not supporting:
        # Passages that say too little singly may together say all of it.
        yield CheckedStatement(statement.text, statement.cites, judge_support(text, sources.get_text(statement.cites)))
        return
    known = sources.get_text(supporting)
    unrelated = tuple(n for n in weak if not _adds_to(known, sources.get_text((n,)), text))
    related = tuple(n for n in statement.cites if n not in unrelated)
    yield CheckedStatement(statement.text, related, "backed" if "backed" in verdicts.values() else "unclear")
    if unrelated:
        yield CheckedStatement(statement.text, unrelated, "weak")


def _adds_to(known: CitedText, other: CitedText, text: str) -> bool:
    """Whether a passage has words or facts of a statement that the passages which support it lack."""
    words = (extract_content_stems(text) & other.content_stems) - known.content_stems
    facts = (fact for fact in extract_facts(text) if not known.parts.states_fact(fact))
    return len(words) >= _MIN_ADDED_WORDS or any(map(other.parts.states_fact, facts))


def _join_passages(cites: tuple[int, ...], numbered: Sequence[FoundPassage]) -> CitedText:
    passages = [numbered[n - 1].passage for n in cites if 1 <= n <= len(numbered)]
    languages = {passage.language for passage in passages}
    language = languages.pop() if len(languages) == 1 else None
    return CitedText("\n".join(passage.indexed_text for passage in passages), language)


def judge_support(text: str, source: CitedText) -> StatementSupport:
    """Judges whether `source` supports `text`."""
    language = detect_likely_language(text)
    parts = source.parts.read_statement(text, language)
    is_foreign = None not in (language, source.language) and language != source.language
    if find_contradiction(parts, source.parts, same_language=not is_foreign):
        return "weak"
    if is_foreign:
        return "backed" if parts.facts or _shares_name(text, source) or _shares_cognates(text, source) else "unclear"
    stems = {stem for stem in extract_content_stems(text) if not stem.isdigit()}
    if len(stems) < _MIN_CONTENT_WORDS:
        return "backed" if parts.facts or stems <= source.content_stems else "unclear"
    return "backed" if len(stems & source.content_stems) >= MIN_SUPPORTED_SHARE * len(stems) else "weak"


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
