"""Decides whether a message of a thread that does not mention the bot is for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FollowUps = Literal["on", "mentions"]
_MENTION = re.compile(r"<(?:@([UWB][A-Z0-9]+)|!(?:here|channel|everyone|subteam\^[^<>|]*+))(?:\|[^<>]*+)?>")
_WORD = re.compile(r"[^\W\d_]+")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
# What people say to an answer without wanting another one.
_COURTESY_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        accord beaucoup bien bon bonne bye c ca ça ciao clair compris cool d est et génial impec journée là merci mille
        nickel noté ok okay oui parfait super top tout très va vu à
        a all and appreciated awesome cheers clear fine for good got great i it lot makes much nice noted perfect really
        right s sense see so sure thank thanks that the thx understood very well you yep yes
        """,
    )
)


# The first or second word of a question without a question mark.
_QUESTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        combien comment où pourquoi quand quel quelle quelles quels quoi
        how what when where which who whose why
        """,
    )
)


# The first word of a question without a question mark; as a second word they make a statement.
_QUESTION_VERBS = frozenset(["est", "are", "can", "could", "did", "do", "does", "is", "should", "would", "will"])


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A message of a thread, as Slack writes it."""

    user: str
    text: str


def is_follow_up(thread: Sequence[ThreadMessage], bot: str, name: str) -> bool:
    """Whether the last message of a thread (oldest first) is for the bot, which people call `name`.

    The bot must have written or been mentioned in the thread before. The message is not for the bot if it mentions
    somebody else, if it follows another person's message without naming the bot, if it only says thanks, or if its
    author asked nothing in the thread before and it is no question.
    """
    if not thread:
        return False
    *before, last = thread
    mention = f"<@{bot}>"
    if mention in last.text:
        return True
    if not any(said.user == bot or mention in said.text for said in before) or not _is_more_than_courtesy(last.text):
        return False
    if _mentions_other_user(last.text, bot):
        return False
    if _calls_bot_by_name(last.text, name):
        return True
    while before and before[-1].user == last.user:  # one thought in several messages
        earlier = before.pop().text
        if mention in earlier:
            return True
        if _mentions_other_user(earlier, bot):
            return False
    if not before or before[-1].user != bot:
        return False
    has_written = any(said.user == last.user for said in before)
    return has_written or _is_question(last.text) or not any(said.user != bot for said in before)


def _is_more_than_courtesy(text: str) -> bool:
    """Whether a text holds more than thanks and emoji."""
    if "?" in text:
        return True
    said = _EMOJI.sub(" ", text.casefold())
    return not set(_WORD.findall(said)) <= _COURTESY_WORDS or any(sign.isdigit() for sign in said)


def _is_question(text: str) -> bool:
    words = _WORD.findall(text.casefold())
    return "?" in text or (words[:1] and words[0] in _QUESTION_VERBS) or not _QUESTION_WORDS.isdisjoint(words[:2])


def _mentions_other_user(text: str, bot: str) -> bool:
    return any(match[1] != bot for match in _MENTION.finditer(text)) and f"<@{bot}>" not in text


def _calls_bot_by_name(text: str, name: str) -> bool:
    """Whether a text begins or ends with the bot's name."""
    words = _WORD.findall(text.casefold())
    greeting = {"hey", "hi", "hello", "bonjour", "salut", "dis", "ok", "and", "et", "merci", "thanks"}
    called = name.casefold() in words[:1] or (words[:1] and words[0] in greeting and name.casefold() in words[1:2])
    return bool(called) or name.casefold() in words[-1:]
