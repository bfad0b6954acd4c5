"""Decides what may leave in an answer: no foreign link, no image, no mention. Pure.

Links to sources are built by our own code after the answer, never taken from the model's text.
"""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\s*<?[^)\n]*\)")
_REFERENCE = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_SLACK = re.compile(r"<((?:[@!#]|https?:|mailto:)[^>\n]*)>")
_URL = re.compile(r"(?<![`\w])((?:https?|ftp|file)://[^\s`<>)\]]+|www\.[^\s`<>)\]]+)", re.IGNORECASE)


def safe(text: str) -> str:
    """`text` with every link, image and mention turned into plain words or inline code, which Slack never follows."""
    text = _IMAGE.sub(lambda match: match[1] or match[2] or "", text)
    text = _LINK.sub(lambda match: match[1], text)
    text = _REFERENCE.sub("", text)
    text = _SLACK.sub(lambda match: f"`{match[1].lstrip('@!#')}`", text)
    text = _URL.sub(lambda match: f"`{match[1]}`", text)
    return text.replace("<@", "< @").replace("<!", "< !").replace("<#", "< #")
