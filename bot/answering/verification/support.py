"""Decides whether what an answer states is in the passages that it cites: by numbers, names and words. Pure.

It finds what was invented or cited wrongly, not what was turned round: "must" for "must not" passes. Between two
languages words cannot be compared; there numbers and names alone decide, and where there are none it cannot tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.answering.verification.citations import without_mentions
from bot.answering.verification.claims import statements
from bot.answering.verification.numbers import held, stated
from knowledge.core.language import clear_language_of, told_language_of
from knowledge.core.lexical import content_stems, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.answering.verification.claims import Statement
    from knowledge.core.documents import Language
    from knowledge.core.passages import Found

Backing = Literal["backed", "weak", "unclear"]
ENOUGH = 0.4  # of a statement's content words, to be found in what it cites
_FEWEST = 3  # content words; a shorter statement in words alone is too short to tell
_COGNATE = 5  # letters at a word's beginning that French and English share: indemnité, indemnity
_COGNATES = 0.5  # of the long words
_NAME = re.compile(
    r"(?<=[^.!?…\s] )[A-ZÀ-Ý][\w'’-]+|\b\w*(?:\w[._/-]\w|[a-z][A-Z]|[A-Z]\d|\d[A-Za-z]|[A-Z]{2})[\w._/-]*"
)
_WORD = re.compile(r"[^\W\d_]{6,}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of an answer with the numbers of the passages that it cites, and whether they hold it.

    `unclear` means that it cannot be told: another language without a number or a name, or too few words.
    """

    text: str
    cites: tuple[int, ...]
    backing: Backing


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer's statements: those with a citation, checked, and how many have none."""

    claims: tuple[Claim, ...] = ()
    uncited: int = 0


def checked(prose: str, numbered: Sequence[Found]) -> Checked:
    """Check every statement of `prose` against what it cites; `numbered[0]` is number 1."""
    every = list(statements(prose))
    citing = [one for one in every if one.cites]
    claims = (Claim(one.text, one.cites, _backing(one, numbered)) for one in citing)
    return Checked(tuple(claims), len(every) - len(citing))


def _backing(statement: Statement, numbered: Sequence[Found]) -> Backing:
    """What several passages say together counts together."""
    passages = [numbered[n - 1].passage for n in statement.cites if 1 <= n <= len(numbered)]
    told = {passage.language for passage in passages}
    language = told.pop() if len(told) == 1 else None
    source = "\n".join(passage.indexed_text for passage in passages)
    return backing(without_mentions(statement.text), source, language)


def backing(text: str, source: str, language: Language | None = None) -> Backing:
    """Whether `source` holds what `text` states. `language` is what its folder says, where its words do not tell."""
    numbers, known = stated(text), held(source)
    if any(not readings & known for readings in numbers):
        return "weak"
    if _in_another_language(text, source, language):
        return "backed" if numbers or _named(text, source) or _akin(text, source) else "unclear"
    said = {stem for stem in content_stems(text) if not stem.isdigit()}
    if len(said) < _FEWEST:
        return "backed" if numbers or said <= content_stems(source) else "unclear"
    return "backed" if len(said & content_stems(source)) >= ENOUGH * len(said) else "weak"


def _in_another_language(text: str, source: str, language: Language | None) -> bool:
    languages = (told_language_of(text), clear_language_of(source) or language)
    return None not in languages and languages[0] != languages[1]


def _named(text: str, source: str) -> bool:
    """Whether a name or an identifier of `text` stands in `source`."""
    there = folded(source)
    return any(folded(name) in there for name in _NAME.findall(text))


def _akin(text: str, source: str) -> bool:
    """Whether half of the long words of `text` begin as one of `source` does."""
    said = set(_beginnings(text))
    return len(said) >= _FEWEST and len(said & set(_beginnings(source))) >= _COGNATES * len(said)


def _beginnings(text: str) -> Iterable[str]:
    return (folded(word)[:_COGNATE] for word in _WORD.findall(text))
