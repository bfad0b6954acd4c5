"""Decides what may leave in an answer: no foreign link, no image, no mention. Pure.

Links to sources are built by our own code after the answer, never taken from the model's text.
"""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\s*<?[^)\n]*\)")
_DEFINITION = re.compile(r"^([ \t>]*\[[^\]\n]+\]):")
_SLACK = re.compile(r"<((?:[@!#]|https?:|mailto:)[^>\n]*)>")
_URL = re.compile(r"(?<![`\w])((?:https?|ftp|file)://[^\s`<>)\]]+|www\.[^\s`<>)\]]+)", re.IGNORECASE)


def safe(text: str, *, opens_line: bool = True) -> str:
    """`text` with every link, image and mention turned into plain words or inline code, which Slack never follows.

    `opens_line` says that a line begins with `text`: only there may `[label]:` define a link.
    """
    text = _IMAGE.sub(lambda match: match[1] or match[2] or "", text)
    text = _LINK.sub(lambda match: f"[{match[1]}]" if match[1].isdecimal() else match[1], text)
    if opens_line:
        text = _DEFINITION.sub(r"\1 :", text)
    text = _SLACK.sub(lambda match: f"`{match[1].lstrip('@!#')}`", text)
    text = _URL.sub(lambda match: f"`{match[1]}`", text)
    # What is left of these was never closed, or opened on another line.
    return text.replace("](", "] (").replace("<@", "< @").replace("<!", "< !").replace("<#", "< #")
