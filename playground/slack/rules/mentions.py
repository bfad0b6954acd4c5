"""Turn typed @names, #channels and links into Slack's format. Pure."""

import re

from playground.slack.state.workspace import Workspace

_KEPT = re.compile(r"<(?:@[A-Z0-9]+|#[A-Z0-9]+(?:\|[^<>]*)?|![a-z]+|https?://[^<>\s]+)>")
_TYPED = re.compile(
    r"(?P<link>https?://[^\s<>]*[^\s<>.,;:!?)])|(?<![\w/@])@(?P<user>[\w.-]*\w)|(?<![\w/#])#(?P<channel>[\w-]*\w)"
)


def escape_text(text: str) -> str:
    """Escape the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode_mentions(text: str, workspace: Workspace) -> str:
    """Encode a typed text as Slack stores it; text in Slack's format is kept."""
    parts: list[str] = []
    at = 0
    for kept in _KEPT.finditer(text):
        parts += [_typed(text[at : kept.start()], workspace), kept.group()]
        at = kept.end()
    return "".join([*parts, _typed(text[at:], workspace)])


def _typed(text: str, workspace: Workspace) -> str:
    parts: list[str] = []
    at = 0
    for found in _TYPED.finditer(text):
        parts += [escape_text(text[at : found.start()]), _reference(found, workspace)]
        at = found.end()
    return "".join([*parts, escape_text(text[at:])])


def _reference(found: re.Match[str], workspace: Workspace) -> str:
    if link := found["link"]:
        return f"<{escape_text(link)}>"
    if found["user"] and (user := workspace.find_user(found["user"])):
        return f"<@{user.id}>"
    if found["channel"] and (channel := workspace.find_channel("#" + found["channel"])):
        return f"<#{channel.id}|{channel.name}>"
    return escape_text(found.group())
