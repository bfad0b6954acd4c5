r"""Take out of a rich text what its \v hides. Knows groups and control words, not what they mean. Pure."""

from __future__ import annotations

import re

_HIDING_SIGN = re.compile(r"\\v(?![a-z])")
_TOKEN = re.compile(r"\\bin(\d+) ?|\\([a-z]+)(-?\d+)? ?|\\'[\da-f]{2}|\\[^a-z]|([{}])|[^\\{}]+", re.S | re.I)
_CHARACTERS = ("u", "tab", "line", "emdash", "endash", "bullet", "lquote", "rquote", "ldblquote", "rdblquote")


def remove_hidden_rtf_text(source: str) -> tuple[str, int]:
    """The source without its hidden words, and how many places they were."""
    if not _HIDING_SIGN.search(source):
        return source, 0
    kept: list[str] = []
    outer: list[bool] = []
    hidden = open_place = False
    places = at = 0
    while token := _TOKEN.match(source, at):
        at = token.end() + int(token[1] or 0)
        word, brace = (token[2] or "").lower(), token[4]
        if brace == "{":
            outer.append(hidden)
        elif brace == "}":
            hidden = outer.pop() if outer else False
        elif word == "v":
            hidden = token[3] != "0"
            continue
        elif word == "plain":
            hidden = False
        if not hidden:
            open_place = open_place and bool(brace)
            kept.append(source[token.start() : at])
        elif brace or (word and word not in _CHARACTERS):
            kept.append(source[token.start() : at])
        elif not open_place and (word or token[0].strip()):
            open_place = True
            places += 1
    return "".join(kept) + source[at:], places
