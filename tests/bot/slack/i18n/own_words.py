"""Finds the words of the bot in what Slack shows, and of which language they are. For the tests of whole messages."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.slack.i18n.catalogue import load_languages

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = re.compile(r"[*_`]|^[>•\s]+")
_LINK = re.compile(r"<[^|>]+\|([^>]+)>")
_DATE = re.compile(r"<!date\^[^>]+>")
_A_DATE = "0"  # stands for a date, which has no language
_HOLE = re.compile(r"\\\{\w+\\\}")


def list_words_shown(value: object) -> Iterator[str]:
    """Yields every text of blocks or a view that people read, without the quotes of documents."""
    if isinstance(value, dict):
        if value.get("type") == "rich_text":
            return
        own = [value[key] for key in ("text", "accessibility_label") if isinstance(value.get(key), str)]
        yield from own
        for key, inner in value.items():
            if key not in ("value", "private_metadata"):
                yield from list_words_shown(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from list_words_shown(inner)


def find_foreign_lines(blocks: object, language: str, document: str) -> list[str]:
    """The lines that no text of `language` has; quotes, and whatever names the `document`, are left out."""
    lines = [
        part
        for text in list_words_shown(blocks)
        for line in text.splitlines()
        if not line.lstrip().startswith(">")
        for part in _LINK.sub(r"\1", _DATE.sub(_A_DATE, line)).split(" · ")
    ]
    known = _compile_texts(language)
    plain = [_MARKS.sub("", line).strip() for line in lines if document not in line]
    return [line for line in plain if line not in ("", _A_DATE) and not known.fullmatch(line)]


@cache
def _compile_texts(language: str) -> re.Pattern[str]:
    """A pattern for every text that the bot has in a language, whatever is filled in."""
    module = LANGUAGES[language]
    sources = (load_languages()[language], NOT_FOUND_TEXTS[language], module.ANSWER_TEXTS, module.TALK_TEXTS)
    texts = (str(getattr(source, field.name)) for source in sources for field in fields(source))
    lines = {_MARKS.sub("", line).strip() for text in texts for line in text.splitlines()}
    return re.compile("|".join(_HOLE.sub(".+", re.escape(line)) for line in sorted(lines) if line))
