"""Turns Slack's markup into plain words, and makes our words harmless in Slack's markup. Pure."""

from __future__ import annotations

import re

from knowledge.core.text import strip_invisible

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
# What Slack would turn into a notification; `List<@NonNull String>` and the like stay as they are.
_MENTION = re.compile(r"<(?=(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:here|channel|everyone|subteam\^|date\^))[^<>\n]*>)")
_PARTIAL_MENTION = re.compile(r"<(?:[@#!][^<>\s]{0,60})?$")
_USER_ID = re.compile(r"[UW][A-Z0-9]+")
_SPACES = re.compile(r"\s+")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_WORD_JOINER = "\u2060"


def to_plain_text(text: str, bot_user: str) -> str:
    """What a person meant by a message: without the bot's mention, tokens by their names, entities undone."""
    words = _TOKEN.sub(lambda token: _token_text(token, bot_user), text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, character)
    return "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in words.splitlines()).strip()


def escape_mrkdwn(text: str) -> str:
    """Words for mrkdwn: nothing in them is a mention or a link, and nothing that nobody sees."""
    return strip_invisible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_label(text: str) -> str:
    """Words for one line of mrkdwn, also inside a link."""
    return escape_mrkdwn(join_lines(text.replace("|", "¦")))


def format_user(user: str) -> str:
    """Whoever asked for something, in mrkdwn: a member, or somebody at a terminal."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else escape_label(user)


def join_lines(text: str) -> str:
    """The text without its line breaks; one space stays of several. A no-break space between two words is kept."""
    return _SPACES.sub(lambda run: run[0] if run[0] == _NO_BREAK else " ", text).strip()


def neutralize_mentions(markdown: str) -> str:
    """Markdown that notifies nobody."""
    return _MENTION.sub(f"<{_WORD_JOINER}", markdown)


def count_showable_characters(markdown: str) -> int:
    """How many characters can be shown now: the rest may turn out to be the beginning of a mention."""
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
