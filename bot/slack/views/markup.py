"""Converts Slack's markup to plain text, and escapes our text for it. Pure."""

from __future__ import annotations

import re

from bot.answering.output_filter.addresses import neutralize_addresses
from bot.answering.output_filter.titles import flatten_title
from knowledge.core.text import repair_surrogates, strip_invisible

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
# Whatever Slack may take for a mention or a date, in code too. A declaration of XML and a Java annotation are neither.
_HARMLESS = r"(?:!(?:DOCTYPE|ELEMENT|ATTLIST|ENTITY|NOTATION)\s|@[A-TVX-Z][a-z]\w{0,60} )"
_MENTION = re.compile(rf"<(?=\\*[@!#]\w)(?!{_HARMLESS})")
_PARTIAL_MENTION = re.compile(r"<(?:\\*[@!#]?|![A-Z]{1,8}|@[A-TVX-Z](?:[a-z]\w{0,60})?)$")
_USER_ID = re.compile(r"[UW][A-Z0-9]+")
_SPACES = re.compile(r"\s+")
# What makes a link of brackets in Markdown, and what a program may read as another character.
_LINK_BRACKET = re.compile(r"\](?=[(:\[])")
_ENTITY_START = re.compile(r"&(?=#?\w{1,32};)")
_NO_BREAK = "\N{NO-BREAK SPACE}"


def to_plain_text(text: str, bot_user: str) -> str:
    """Converts a message to valid plain text: no mention of the bot, names in place of ids, no entities."""
    words = _TOKEN.sub(lambda token: _token_text(token, bot_user), repair_surrogates(text))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, character)
    return "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in words.splitlines()).strip()


def escape_mrkdwn(text: str) -> str:
    """Escapes text for mrkdwn: no mention, no link, no invisible character is left."""
    return strip_invisible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_label(text: str) -> str:
    """Escapes text for one line of mrkdwn, also inside a link; its markup and codes of emoji are none any more."""
    return escape_mrkdwn(join_lines(flatten_title(text).replace("|", "¦")))


def format_user(user: str) -> str:
    """Formats who asked for something: a mention of a member, or a name from a terminal."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else escape_label(user)


def join_lines(text: str) -> str:
    """Joins lines, and replaces several spaces by one; a no-break space between two words is kept."""
    return _SPACES.sub(lambda run: run[0] if run[0] == _NO_BREAK else " ", text).strip()


def neutralize_mentions(markdown: str) -> str:
    """Makes Markdown notify nobody: a space after each `<` that may begin a mention."""
    return _MENTION.sub("< ", markdown)


def neutralize_plain_text(text: str) -> str:
    """Writes the addresses and mentions of a text without markup as words, so that no program makes links of them."""
    plain = strip_invisible(text).replace("`", "'")
    lines = (neutralize_addresses(_ENTITY_START.sub("& ", line), pipe_in_code=True) for line in plain.split("\n"))
    return neutralize_mentions(_LINK_BRACKET.sub("] ", "\n".join(lines)))


def count_showable_characters(markdown: str) -> int:
    """Counts the characters that can be shown now: the rest may be the beginning of a mention."""
    tail = _PARTIAL_MENTION.search(markdown)
    return tail.start() if tail else len(markdown)


def _token_text(token: re.Match[str], bot_user: str) -> str:
    sign, name, shown = token.groups()
    if sign == "@" and name == bot_user:
        return " "
    if sign == "@":
        return f"@{shown or name}"
    if sign == "#":
        return f"#{shown or name}"
    return shown or (f"@{name}" if sign == "!" else name)
