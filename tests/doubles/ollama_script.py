"""Decide what the scripted chat model says: by default it quotes the numbered passages of its prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tests.doubles.ollama_vectors import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as the model reads it."""

    role: str
    content: str


Script: TypeAlias = "Callable[[Sequence[Message]], Iterable[str]]"

_LITTLE_FRENCH = (
    "au aux avec ce ces combien comment dans de des du en est et il je la le les ma mes mon nous ou par pas pour "
    "puis que quel quelle quelles quels qui quoi sont sur un une vous"
)
_LITTLE_ENGLISH = (
    "a an and are can do does for how i in is it may my of on or our the there to we what when where which who "
    "will with you your"
)
_FRENCH = frozenset(_LITTLE_FRENCH.split())
_ENGLISH = frozenset(_LITTLE_ENGLISH.split())
_PASSAGE = re.compile(r"^[ \t]*(?:\[(\d+)\]|<\w+[^>\n]*?\b(?:n|id|number)=\"?(\d+)\"?[^>\n]*>)", re.MULTILINE)
_OPENING = re.compile(r"^ *<passage [^>\n]*>")
_CLOSING = re.compile(r"</passage\b")
_REWRITING = re.compile(r"stand-?alone|reformul|rewrite|rephrase|condense|autonome", re.IGNORECASE)
_ASKS_TO_REWRITE = re.compile(r"(?:Standalone question|Question autonome) ?:$")
_LABEL = re.compile(r"^.*?\b(?:question|follow[- ]?up)\b[^:\n]{0,40}:[ \t]*", re.IGNORECASE | re.MULTILINE)


def quote(messages: Sequence[Message]) -> Iterable[str]:
    """Quote the first sentence of the first two passages, in the question's language; echo what is to rewrite."""
    question = asked(messages)
    last = messages[-1].content if messages else ""
    found = passages(last) or passages("\n".join(message.content for message in messages))
    if _rewrites(messages, found):
        return words(question)
    return words(_answer(found, french=is_french(question)))


def matching(*rules: tuple[str, Script | str], otherwise: Script = quote) -> Script:
    """A script that takes the first rule whose pattern is found anywhere in the messages."""

    def say(messages: Sequence[Message]) -> Iterable[str]:
        text = "\n".join(message.content for message in messages)
        for pattern, script in rules:
            if re.search(pattern, text, re.IGNORECASE):
                return words(script) if isinstance(script, str) else script(messages)
        return otherwise(messages)

    return say


def words(text: str) -> list[str]:
    """`text` in pieces of one word each, with the space before it."""
    return re.findall(r"\s*\S+\s*?(?=\s\S|\s*\Z)", text)


def asked(messages: Sequence[Message]) -> str:
    """The last question of the user: the last line that is labelled as one, else the last line."""
    mine = [message.content for message in messages if message.role == "user"]
    lines = [line.strip() for line in (mine[-1] if mine else "").splitlines() if line.strip()]
    labelled = [line for line in lines if _LABEL.match(line) and _LABEL.sub("", line)]
    return _LABEL.sub("", labelled[-1]) if labelled else (lines[-1] if lines else "")


def passages(prompt: str) -> list[tuple[int, str]]:
    """The numbered passages of a prompt: those whose number opens a line, each up to the next one."""
    marks = list(_PASSAGE.finditer(prompt))
    labels = [label.start() for label in _LABEL.finditer(prompt, marks[-1].end())] if marks else []
    ends = [*(mark.start() for mark in marks[1:]), labels[-1] if labels else len(prompt)]
    found = ((int(mark[1] or mark[2]), prompt[mark.end() : end]) for mark, end in zip(marks, ends, strict=False))
    within = ((number, _CLOSING.split(_OPENING.sub("", text))[0]) for number, text in found)
    return [(number, text) for number, text in within if text.strip()]


def first_sentence(passage: str) -> str:
    """The first sentence that ends in its line; a heading is passed over unless it is all there is."""
    lines = [line.strip() for line in passage.splitlines() if line.strip()]
    headed = len(lines) > 1 and lines[0][-1] not in ".!?…"
    for line in lines[headed:]:
        if sentence := re.match(r".{12,}?[.!?…](?=\s|$)", line):
            return sentence[0]
    return lines[-1] if headed else lines[0]


def is_french(text: str) -> bool:
    """Whether the little words of `text` are rather French than English."""
    said = re.findall(r"[a-z]+", fold(text))
    return sum(word in _FRENCH for word in said) > sum(word in _ENGLISH for word in said)


def _rewrites(messages: Sequence[Message], found: Sequence[object]) -> bool:
    """A rewriting prompt says so in its system message; one without such a message holds no passages."""
    if _ASKS_TO_REWRITE.search(messages[-1].content):
        return True
    orders = [message.content for message in messages if message.role == "system"]
    if orders and found:
        return any(re.search("stand-?alone|autonome", order, re.IGNORECASE) for order in orders)
    return not found and any(_REWRITING.search(message.content) for message in messages)


def _answer(found: list[tuple[int, str]], *, french: bool) -> str:
    if not found:
        return "Je ne trouve rien à ce sujet." if french else "I find nothing about that."
    quoted = [f"{first_sentence(text)} [{number}]" for number, text in found[:2]]
    return f"{'Selon les documents :' if french else 'According to the documents:'} {' '.join(quoted)}"
