"""Decides where a long Markdown text goes on in the next message, and what must be said again there. Pure.

What is open where a page ends goes on by its own rules on the next: code in its fence, rows under their table's head,
items under the item that they belong to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answering.output_filter.code_fences import closes_fence, parse_fence_opening

# Slack refuses a message near 13,000 characters, blocks included; what is left is for the sources.
PAGE_LENGTH = 10_500
_COMFORTABLE_LENGTH = 9_500
_CITATION = re.compile(r"\[\d+(?:, *\d+)*\]")
_LIST_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])(?: |$)")
_TABLE_ROW = re.compile(r" {0,3}\|")
_SENTENCE_END = re.compile(r"[.!?…][»”\"')*_]*(?: ?\[\d+(?:, *\d+)*\])*$")
_TABLE_DIVIDER = re.compile(r" {0,3}\|?[ :|-]*-[ :|-]*$")
_MAX_REPEATED_PART = 4  # a page gives no more than this part of itself to what is said again


@dataclass(frozen=True, slots=True)
class PageText:
    """The next words of the page at hand; `full` says that the words after it belong on the next."""

    text: str
    is_full: bool


def split_pages(
    shown: str, words: str, page: int = PAGE_LENGTH, comfortable: int = _COMFORTABLE_LENGTH
) -> list[PageText]:
    """Distribute `words` over the page that already shows `shown` and the pages after it.

    A page ends once it is comfortably full, before a line that stands for itself; where there is none in time, at
    another line's end, at a sentence's, or where a word ends.
    """
    result, again = [], ""
    while len(shown) + len(words) > comfortable:
        cut = _find_page_end(shown, words, len(again), page, comfortable)
        if cut is None:
            break
        head, tail = words[:cut].rstrip(), words[cut:].lstrip("\n")
        fence = find_open_fence(shown + head)
        result.append(PageText(head + (f"\n{_closing_fence(fence)}" if fence else ""), is_full=True))
        again = repeat_open_block(shown + words[:cut], words[cut:], page)
        shown, words = "", again + tail
    return [*result, PageText(words, is_full=False)] if words else result


def find_open_fence(text: str) -> str | None:
    """The line that opened the code fence in which the text ends, or None."""
    opened: str | None = None
    for line in text.splitlines():
        if opened is None:
            opened = line.strip() if parse_fence_opening(line) else None
        elif closes_fence(line, _closing_fence(opened)):
            opened = None
    return opened


def close_open_fence(text: str) -> str:
    """What must follow the text so that no code fence stays open."""
    fence = find_open_fence(text)
    return f"\n{_closing_fence(fence)}\n" if fence else ""


def _closing_fence(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]


def _find_page_end(shown: str, words: str, again: int, page: int, comfortable: int) -> int | None:
    """Where in `words` the page ends, beyond the first `again` characters; None while there is room."""
    text, haste = shown + words, (page - comfortable) // 4
    for end in range(max(comfortable, len(shown) - 1), min(page, len(text) - 1)):
        if _is_good_page_end(text, end, (end - comfortable) // haste if haste else 3):
            return max(end - len(shown), 0)
    most = page - len(shown)
    if len(words) <= most:
        return None
    line_end = words.rfind("\n", again, max(most, 0))
    if line_end <= 0 and shown.endswith("\n"):
        return 0
    before = max(line_end, 0) or max(words.rfind(" ", again, max(most, 0)), 0)
    if not shown and not words[again:before].strip():
        return most
    cut = _move_before_citation(words, before)
    return cut if shown or cut > again else before


def _is_good_page_end(text: str, end: int, haste: int) -> bool:
    """Whether a page may end here: with more haste (0 to 3) at any line's end, at last at a sentence's."""
    if text[end] == "\n":
        after = text[end:].lstrip("\n")
        return bool(after.strip(" ")) and (haste > 0 or _separates_blocks(text[:end], after))
    if text[end] != " " or haste < 3 or not text[end + 1].isupper():
        return False
    line = text[:end].rsplit("\n", 1)[-1]
    return bool(_SENTENCE_END.search(line)) and not _TABLE_ROW.match(line) and not find_open_fence(text[:end])


def _separates_blocks(before: str, after: str) -> bool:
    """Whether what is known to come after a line's end stands for itself, and what is before wants nothing more."""
    last = before.rsplit("\n", 1)[-1]
    if after[0] in " \t" or last.startswith("#"):
        return False
    return not (_TABLE_ROW.match(after) and _TABLE_ROW.match(last)) and not find_open_fence(before)


def repeat_open_block(before: str, after: str, page: int = PAGE_LENGTH) -> str:
    """What a message must begin with, so that `after` is read there as it would be below `before`."""
    fence = find_open_fence(before)
    again = f"{fence}\n" if fence else _repeat_head_or_items(before, after)
    return again if len(again) <= page // _MAX_REPEATED_PART else ""


def _repeat_head_or_items(before: str, after: str) -> str:
    if not before.endswith("\n") and not after.startswith("\n"):
        return ""  # the line goes on
    lines, after = before.rstrip("\n").split("\n"), after.lstrip("\n")
    if _TABLE_ROW.match(after):
        return _repeat_table_head(lines)
    depth = len(after) - len(after.lstrip(" "))
    above: list[str] = []
    for line in reversed(lines):
        item = _LIST_ITEM.match(line)
        if depth == 0 or not (item or not line.strip() or line.startswith(" ")):
            break
        if item and len(item[1]) < depth:
            depth = len(item[1])
            above.append(f"{item[1]}{item[2]} …\n")
    return "".join(reversed(above))


def _repeat_table_head(lines: list[str]) -> str:
    """The first two rows of the table in which the lines end: its labels, and what says that they are."""
    first = len(lines)
    while first and _TABLE_ROW.match(lines[first - 1]):
        first -= 1
    head = lines[first : first + 2]
    return "".join(f"{line}\n" for line in head) if len(head) == 2 and _TABLE_DIVIDER.match(head[1]) else ""


def _move_before_citation(words: str, cut: int) -> int:
    """The cut, before the citation that it would break."""
    return next((match.start() for match in _CITATION.finditer(words) if match.start() < cut < match.end()), cut)
