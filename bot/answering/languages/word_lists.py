"""The words that each language lists: those of questions, follow-ups and talk, numbers, and how it says "not there"."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINE_BREAK = re.compile(r"(?:(?<![^\S\n])[^\S\n]++)?\n\s*+")
TalkKind = Literal[
    "greeting", "farewell", "thanks", "ok", "wellbeing", "identity", "help", "documents", "latest", "changed", "emoji"
]
AnswerKind = Literal["amount", "time", "person", "steps"]


@dataclass(frozen=True)
class AskingWords:
    """The phrases of one language, without accents and in lower case, by what they ask for.

    `numbers` are the number words from two on, as they are written.
    """

    amount: tuple[str, ...]
    time: tuple[str, ...]
    person: tuple[str, ...]
    steps: tuple[str, ...]
    numbers: str

    @cached_property
    def patterns(self) -> tuple[tuple[AnswerKind, re.Pattern[str]], ...]:
        """A pattern for each kind of answer, the most telling kind first."""
        kinds: tuple[tuple[AnswerKind, tuple[str, ...]], ...] = (
            ("amount", self.amount),
            ("time", self.time),
            ("person", self.person),
            ("steps", self.steps),
        )
        return tuple((kind, re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")) for kind, phrases in kinds)


@dataclass(frozen=True)
class FollowingWords:
    """How a follow-up opens and refers to what was said, and what opens a whole question: patterns over folded text.

    `later` and `earlier` ask for what comes after or before what was asked: "the next week". `conjunction` is the word
    for "and", `joined` has it with what opens a second question after it: "and how", "and must I". `depending` are
    words before a question that is part of another one: "if", "tell me".
    """

    opening: str
    reference: str
    question: str
    later: str
    earlier: str
    conjunction: str
    joined: str
    depending: str


@dataclass(frozen=True)
class OpenQuestionWords:
    """Patterns over folded text that tell to whom a question in a channel is put.

    `everybody` puts it to whoever reads it, `addressed` to somebody, `rhetorical` to nobody at all.
    """

    everybody: str
    addressed: str
    rhetorical: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds who is meant: the name of the group is the field's."""
        named = (f"(?P<{name}>{getattr(self, name)})" for name in ("rhetorical", "everybody", "addressed"))
        return re.compile(rf"\b(?:{'|'.join(named)})\b")

    def is_put_to_somebody(self, folded: str) -> bool:
        """Whether folded text is put to somebody, or to nobody at all; what also asks everybody is not."""
        found = {match.lastgroup for match in self.pattern.finditer(folded)}
        return "rhetorical" in found or ("addressed" in found and "everybody" not in found)


@dataclass(frozen=True)
class CheckingWords:
    """Folded words of one language: lower case, no accents; `refusals` are patterns over the text as it is written.

    `units` are the numbers from 2 on that follow a ten, `tens` those that a unit may follow; `joining` stands between.
    `others` are all other numbers. `ones` may be an article. After a word of `referring`, a number only refers to
    things that were named before.
    """

    units: Mapping[int, str]
    tens: Mapping[int, str]
    others: Mapping[int, str]
    ones: str
    joining: str
    referring: str
    refusals: tuple[str, ...]

    @cached_property
    def unit_values(self) -> Mapping[str, int]:
        """The value of each unit."""
        return _values_by_word(self.units)

    @cached_property
    def ten_values(self) -> Mapping[str, int]:
        """The value of each ten."""
        return _values_by_word(self.tens)

    @cached_property
    def other_values(self) -> Mapping[str, int]:
        """The value of each other number."""
        return _values_by_word(self.others)

    @cached_property
    def one_words(self) -> frozenset[str]:
        """The words for one."""
        return frozenset(self.ones.split())

    @cached_property
    def refusal_pattern(self) -> re.Pattern[str]:
        """Finds a sentence which says that the passages contain no answer."""
        return re.compile("|".join(self.refusals), re.IGNORECASE)


@dataclass(frozen=True)
class TalkPhrases:
    """The phrases of one language as patterns over folded text: lower case, no accents, no signs.

    `latest` may have the groups `day` and `month`, else a week is meant. `changed` has the group `document`. `filler`
    may stand beside other phrases and says nothing alone.
    """

    greeting: str
    farewell: str
    thanks: str
    ok: str
    wellbeing: str
    identity: str
    help: str
    documents: str
    latest: str
    changed: str
    filler: str

    @cached_property
    def phrase_patterns(self) -> tuple[tuple[TalkKind | Literal["filler"], re.Pattern[str]], ...]:
        """A pattern for each phrase, with its kind. A line break in a phrase counts for nothing."""
        return tuple(
            (one.name, re.compile(rf"(?:{phrase})(?!\w)\s*"))  # type: ignore[misc] # the names are the kinds
            for one in fields(self)
            for phrase in _split_phrases(getattr(self, one.name))
        )


def _split_phrases(phrases: str) -> Iterator[str]:
    """Splits at each bar that is in no parentheses."""
    depth, begin, text = 0, 0, _LINE_BREAK.sub("", phrases)
    for at, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def join_units(units: Mapping[int, str], tens: Mapping[int, str], between: str, one: str) -> dict[int, str]:
    """The numbers that are one word, unit first: "einundzwanzig"."""
    first = {1: one, **{value: word.split()[0] for value, word in units.items() if value < 10}}
    return {ten + unit: f"{word}{between}{by_ten}" for ten, by_ten in tens.items() for unit, word in first.items()}


def _values_by_word(words: Mapping[int, str]) -> dict[str, int]:
    return {word: value for value, spellings in words.items() for word in spellings.split()}
