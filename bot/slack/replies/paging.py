"""Splits a long Markdown text over several messages, and repeats in each what its first lines need. Pure.

A code block that is open at the end of a page is opened again on the next, a table gets its head, a list its parents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answering.output_filter.code_fences import closes_fence, parse_fence_opening
from bot.slack.views.data_tables import TABLE_ROW

# A stream ends near 10,600 bytes of UTF-8 (reported), so a text of é or 日 ends sooner than one of plain letters.
PAGE_BYTES = 10_000
_COMFORTABLE_BYTES = 9_000
_CITATION = re.compile(r"\[\d+(?:, *\d+)*\]")
_LIST_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])(?: |$)")
_SENTENCE_END = re.compile(r"[.!?…][»”\"')*_]*(?: ?\[\d+(?:, *\d+)*\])*$")
_TABLE_DIVIDER = re.compile(r" {0,3}\|?(?=[ :|]*+-)[ :|-]*+$")
_MAX_REPEATED_PART = 4  # at most a quarter of a page repeats text of the page before


@dataclass(frozen=True, slots=True)
class PageText:
    """The next words of a page; `is_full` says that the words after them belong on the next page."""

    text: str
    is_full: bool


def split_pages(
    shown: str, words: str, page: int = PAGE_BYTES, comfortable: int = _COMFORTABLE_BYTES
) -> list[PageText]:
    """Distribute `words` over the page that already shows `shown` and the pages after it.

    From `comfortable` bytes on, a page ends before the next block of text. If none comes in time, it ends at the end
    of a line, then of a sentence, then of a word, at `page` bytes at the latest. Slack takes one table in a message:
    the page ends before the second.
    """
    result, again = [], ""
    while True:
        text = shown + words
        table = _find_second_table(text, len(shown) + len(again))
        whole = text if table is None else text[:table]
        most, enough = _count_fitting(whole, page), _count_fitting(whole, comfortable)
        cut = None
        if enough < len(whole):
            cut = _find_page_end(shown, words[: len(whole) - len(shown)], len(again), most, enough)
        if cut is None:
            if table is None:
                break
            cut = table - len(shown)
        is_before_table = table == len(shown) + cut
        head, tail = words[:cut].rstrip(), words[cut:].lstrip("\n")
        fence = find_open_fence(shown + head)
        result.append(PageText(head + (f"\n{_closing_fence(fence)}" if fence else ""), is_full=True))
        again = "" if is_before_table else repeat_open_block(shown + words[:cut], words[cut:], page)
        shown, words = "", again + tail
    return [*result, PageText(words, is_full=False)] if words else result


def _count_fitting(text: str, most: int) -> int:
    """How many characters of a text, and of plain letters after it, fit into so many bytes of UTF-8."""
    written = text.encode(errors="surrogatepass")
    room = most - len(written)
    return len(text) + room if room >= 0 else len(written[:most].decode(errors="ignore"))


def _find_second_table(text: str, start: int) -> int | None:
    """Where the second table of a text may begin, from `start` on; what stands in a code fence is no table."""
    opened: str | None = None
    has_table, in_rows, at = False, False, 0
    for line in text.splitlines(keepends=True):
        is_row = opened is None and TABLE_ROW.match(line) is not None
        if opened is not None:
            opened = None if closes_fence(line, _closing_fence(opened)) else opened
        elif parse_fence_opening(line):
            opened = line.strip()
        elif is_row and not in_rows and has_table and at >= start:
            return at
        has_table = has_table or (is_row and _TABLE_DIVIDER.match(line) is not None)
        in_rows, at = is_row, at + len(line)
    return None


def find_open_table(text: str) -> int:
    """Where the rows begin in which a text ends; its length where it ends in none, or in code."""
    shown = text.rstrip(" ")
    rows, end = len(text), len(shown.removesuffix("\n"))
    while end > 0:
        start = shown.rfind("\n", 0, end) + 1
        if not TABLE_ROW.match(shown[start:end]):
            break
        rows, end = start, start - 1
    return rows if rows < len(text) and not find_open_fence(text[:rows]) else len(text)


def find_open_fence(text: str) -> str | None:
    """The line that opened the code fence in which the text ends, or None."""
    return _FenceTracker(text).find_open_fence_at(len(text))


def close_open_fence(text: str) -> str:
    """The text that closes the code fence in which a text ends; empty if none is open."""
    fence = find_open_fence(text)
    return f"\n{_closing_fence(fence)}\n" if fence else ""


class _FenceTracker:
    """Follows the code fences of a text. Each line is read once: every call must ask for a later place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read_until = 0
        self._open_fence: str | None = None

    def find_open_fence_at(self, end: int) -> str | None:
        """The line that opened the fence in which the text up to `end` ends, or None."""
        whole = self._text.rfind("\n", self._read_until, end) + 1
        if whole:
            self._open_fence = self._read_lines(self._text[self._read_until : whole])
            self._read_until = whole
        return self._read_lines(self._text[self._read_until : end])

    def _read_lines(self, lines: str) -> str | None:
        opened = self._open_fence
        for line in lines.splitlines():
            if opened is None:
                opened = line.strip() if parse_fence_opening(line) else None
            elif closes_fence(line, _closing_fence(opened)):
                opened = None
        return opened


def _closing_fence(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]


def _find_page_end(shown: str, words: str, again: int, page: int, comfortable: int) -> int | None:
    """Where in `words` the page ends, beyond the first `again` characters; None while there is room."""
    words = words[: 2 * page]  # later text has no influence on this page
    text, haste = shown + words, (page - comfortable) // 4
    fences = _FenceTracker(text)
    for end in range(max(comfortable, len(shown) - 1), min(page, len(text) - 1)):
        if _is_good_page_end(text, fences, end, (end - comfortable) // haste if haste else 3):
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


def _is_good_page_end(text: str, fences: _FenceTracker, end: int, haste: int) -> bool:
    """Whether a page may end here; `haste` 0 asks for the end of a block, 1 of a line, 3 of a sentence."""
    if text[end] == "\n":
        after = text[end:].lstrip("\n")
        if not after.strip(" "):
            return False
        return haste > 0 or (_separates_blocks(text[:end], after) and not fences.find_open_fence_at(end))
    if text[end] != " " or haste < 3 or not text[end + 1].isupper():
        return False
    line = text[:end].rsplit("\n", 1)[-1]
    ends_sentence = _SENTENCE_END.search(line) is not None and not TABLE_ROW.match(line)
    return ends_sentence and not fences.find_open_fence_at(end)


def _separates_blocks(before: str, after: str) -> bool:
    """Whether the end of a line outside code separates two blocks, of which the second can stand alone."""
    last = before.rsplit("\n", 1)[-1]
    if after[0] in " \t" or last.startswith("#"):
        return False
    return not (TABLE_ROW.match(after) and TABLE_ROW.match(last))


def repeat_open_block(before: str, after: str, page: int = PAGE_BYTES) -> str:
    """The text that a message needs before `after`, so that it reads as it would below `before`."""
    fence = find_open_fence(before)
    again = f"{fence}\n" if fence else _repeat_head_or_items(before, after)
    return again if len(again) <= page // _MAX_REPEATED_PART else ""


def _repeat_head_or_items(before: str, after: str) -> str:
    if not before.endswith("\n") and not after.startswith("\n"):
        return ""  # both are one line
    lines, after = before.rstrip("\n").split("\n"), after.lstrip("\n")
    if TABLE_ROW.match(after):
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
    """The first two rows of the table in which the lines end: its labels and the row of dashes."""
    first = len(lines)
    while first and TABLE_ROW.match(lines[first - 1]):
        first -= 1
    head = lines[first : first + 2]
    return "".join(f"{line}\n" for line in head) if len(head) == 2 and _TABLE_DIVIDER.match(head[1]) else ""


def _move_before_citation(words: str, cut: int) -> int:
    """The cut, moved before a citation that it would break."""
    return next((match.start() for match in _CITATION.finditer(words) if match.start() < cut < match.end()), cut)
