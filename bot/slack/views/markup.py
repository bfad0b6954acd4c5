"""Turns Slack's markup into plain words, and makes our words harmless in Slack's markup. Pure."""

from __future__ import annotations

import re

from knowledge.core.text import visible

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
# What Slack would turn into a notification; `List<@NonNull String>` and the like stay as they are.
_PING = re.compile(r"<(?=(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:here|channel|everyone|subteam\^|date\^))[^<>\n]*>)")
_PERHAPS_A_PING = re.compile(r"<(?:[@#!][^<>\s]{0,60})?$")
_SPACES = re.compile(r"\s+")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_WORD_JOINER = "\u2060"


def plain(text: str, bot_user: str) -> str:
    """What a person meant by a message: without the bot's mention, tokens by their names, entities undone."""
    words = _TOKEN.sub(lambda token: _named(token, bot_user), text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, character)
    return "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in words.splitlines()).strip()


def escaped(text: str) -> str:
    """Words for mrkdwn: nothing in them is a mention or a link, and nothing that nobody sees."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def label(text: str) -> str:
    """Words for one line of mrkdwn, also inside a link."""
    return escaped(on_one_line(text.replace("|", "¦")))


def on_one_line(text: str) -> str:
    """The text without its line breaks; one space stays of several. A no-break space between two words is kept."""
    return _SPACES.sub(lambda run: run[0] if run[0] == _NO_BREAK else " ", text).strip()


def defused(markdown: str) -> str:
    """Markdown that notifies nobody."""
    return _PING.sub(f"<{_WORD_JOINER}", markdown)


def settled(markdown: str) -> int:
    """How many characters can be shown now: the rest may turn out to be the beginning of a mention."""
    tail = _PERHAPS_A_PING.search(markdown)
    return tail.start() if tail else len(markdown)


def _named(token: re.Match[str], bot_user: str) -> str:
    sign, name, shown = token.groups()
    if sign == "@" and name == bot_user:
        return " "
    if sign == "@":
        return f"@{shown or name}"
    if sign == "#":
        return f"#{shown or name}"
    return shown or (f"@{name}" if sign == "!" else name)
