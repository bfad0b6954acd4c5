"""Decides what may leave in an answer: no foreign link, no image, no mention. Pure.

Links to sources are built by our own code after the answer, never taken from the model's text. Code in a line
is left as it is; a backtick that encloses nothing in its line becomes an apostrophe, so that what is code here
is code for whoever renders it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = re.compile(r"`+")
_OPENS_LINK = re.compile(r"<(?=[@!#]|[A-Za-z][\w+.-]*:)")
_STRAY = re.compile(r"\\?`")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\s*<?[^)\n]*\)")
_DEFINITION = re.compile(r"^((?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*\[[^\]\n]+\]):")
_REST = r"[^\s`<>)\[\]]*[^\s`<>)\[\].,;:!?*_'\"»]"
# What Slack makes a link or a mention of without any markup: `<…>`, an address, a domain with a path.
_LIVE = re.compile(
    r"<((?:[@!#]|(?:https?|ftp|mailto|tel|slack):)[^>\n]*)>"
    rf"|(?<![\w+-])([\w+.-]*://(?:\[[\da-f]*:[\da-f:]*\])?{_REST}|[\w+.-]*mailto:{_REST}|(?:tel|slack):{_REST}|www\.{_REST}"
    rf"|(?:[\w-]+\.)+[^\W\d_]{{2,}}(?::\d+)?[/?#]{_REST})",
    re.IGNORECASE,
)


def safe(text: str, *, opens_line: bool = True) -> str:
    """`text` with every link, image and mention turned into plain words or inline code, which Slack never follows.

    `opens_line` says that a line begins with `text`: only there may `[label]:` define a link.
    """
    given = ""
    for n, (part, code) in enumerate(parts(text)):
        harmless = part if code else _harmless(part, opens_line=opens_line and n == 0)
        between = " " if given.endswith("`") and harmless.startswith("`") else ""
        given += between + harmless
    return given


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """The stretches of `text`, each with whether it is code. Only those that are code hold backticks."""
    at = 0
    for start, end in code_spans(text):
        yield _STRAY.sub("'", text[at:start]), False
        yield text[start:end], True
        at = end
    yield _STRAY.sub("'", text[at:]), False


def code_spans(text: str) -> list[tuple[int, int]]:
    """Where in the lines of `text` code begins and ends: between two runs of as many backticks."""
    spans: list[tuple[int, int]] = []
    at = 0
    while opened := opening_run(text, at):
        closed = next((run for run in _RUN.finditer(text, opened.end()) if len(run[0]) == len(opened[0])), None)
        at = opened.end()
        if closed and "\n" not in text[at : closed.start()]:
            spans.append((opened.start(), at := closed.end()))
    return spans


def opening_run(text: str, at: int = 0) -> re.Match[str] | None:
    """The next run of backticks that may open code: one that is not escaped."""
    begin = at
    while run := _RUN.search(text, at):
        before = text[begin : run.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return run
        at = run.start() + 1
    return None


def _harmless(prose: str, *, opens_line: bool) -> str:
    prose = _IMAGE.sub(lambda match: match[1] or match[2] or "", prose)
    prose = _LINK.sub(lambda match: f"[{match[1]}]" if match[1].isdecimal() else match[1], prose)
    if opens_line:
        prose = _DEFINITION.sub(r"\1 :", prose)
    prose = _LIVE.sub(lambda match: f"`{(match[1] or match[2]).lstrip('@!#')}`", prose)
    # Two codes in a row, or a backslash before one, would be read otherwise.
    prose = prose.replace("``", "` `").replace("\\`", "\\ `")
    # What is left of these was never closed, or opened on another line.
    return _OPENS_LINK.sub("< ", prose.replace("](", "] ("))
