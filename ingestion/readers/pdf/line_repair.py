"""Joins lines that pdfium breaks, halves letters drawn twice, and finds pages whose text is no language. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingestion.readers.elements import insert_doubt_mark, remove_doubt_marks
from ingestion.readers.pdf.lines import LineCell, PdfLine

_MARK_SIZE = 0.85  # times the size of its line: a mark is at most so large
_MARK_CHARACTERS = 12
_MARK_DISTANCE = 0.8  # times the size: how far a mark stands above or below
_SAME_LEVEL = 0.45  # times the size: how far two parts of a line may be apart in height; one may begin with a mark
_NEAR = 0.7  # times the size: how far they may be apart
_OVERLAP = 0.6  # times the size: a raised mark may stand over what follows
_FEWEST_DOUBLED = 8  # characters
_SPACE = 0.15
_FEWEST = 40  # characters: fewer say little
_FEWEST_SYLLABLES = 40
_MAX_BROKEN_SHARE = 0.2  # of controls, private signs and signs without a meaning
_BROKEN = frozenset({"Cc", "Co", "Cn"})
_KNOWN_CONTROLS = frozenset("\t\n\r\x02")  # the last marks a hyphen at a line's end
_HANGUL = range(0xAC00, 0xD7A4)
_NARROW_BLOCKS = 3  # of 128 signs: Korean needs many more, an alphabet that was shifted there does not
_NARROW_SHARE = 0.97


def join_broken_lines(lines: Iterable[PdfLine]) -> Iterator[PdfLine]:
    """The lines, each with its marks and with what follows them on the same level."""
    whole: PdfLine | None = None
    for line in map(_halve_letters, lines):
        joined = _join(whole, line) if whole is not None else None
        if joined is None and whole is not None:
            yield whole
        whole = joined or line
    if whole is not None:
        yield whole


def _halve_letters(line: PdfLine) -> PdfLine:
    """The line with each letter once, where every letter of it comes twice."""
    text = remove_doubt_marks(line.text)
    if len(text) < _FEWEST_DOUBLED or any(word[::2] != word[1::2] for word in text.split()):
        return line
    cells = tuple(replace(cell, text=_halve(cell.text)) for cell in line.cells)
    return replace(line, text=_halve(line.text), cells=cells, bold=True)


def _halve(text: str) -> str:
    plain = remove_doubt_marks(text)
    once = " ".join(word[::2] for word in plain.split())
    return once if plain == text else insert_doubt_mark(once)


def _join(whole: PdfLine, line: PdfLine) -> PdfLine | None:
    """The line with the next one at its end; None if that is a line of its own."""
    size = max(whole.size, line.size)
    gap, rise = line.x - whole.right, abs(line.y - whole.y)
    if whole.page != line.page or not -_OVERLAP * size < gap < _NEAR * size or whole.mono or line.mono:
        return None
    if _is_mark(line, whole) or (line.size == whole.size and rise < _SAME_LEVEL * size):
        return _append(whole, line, gap, whole)
    return _append(whole, line, gap, line) if _is_mark(whole, line) else None


def _is_mark(mark: PdfLine, line: PdfLine) -> bool:
    return (
        mark.size <= _MARK_SIZE * line.size
        and len(mark.text) <= _MARK_CHARACTERS
        and abs(mark.y - line.y) < _MARK_DISTANCE * line.size
    )


def _append(whole: PdfLine, line: PdfLine, gap: float, look: PdfLine) -> PdfLine:
    """Both as one line, which looks and stands as `look` does."""
    space = " " if gap > _SPACE * look.size or look is line else ""
    cells: tuple[LineCell, ...] = ()
    if whole.cells or line.cells:
        *before, last = whole.cells or (LineCell(whole.text, whole.x, whole.right),)
        first, *after = line.cells or (LineCell(line.text, line.x, line.right),)
        cells = (*before, LineCell(f"{last.text}{space}{first.text}", last.x, first.right, last.gap), *after)
    return replace(look, text=f"{whole.text}{space}{line.text}", x=whole.x, right=line.right, cells=cells)


def find_garbled_pages(lines: Iterable[PdfLine]) -> set[int]:
    """The pages whose text is no language."""
    texts: dict[int, list[str]] = {}
    for line in lines:
        texts.setdefault(line.page, []).append(line.text)
    return {page for page, own in texts.items() if is_garbled("".join(own))}


def is_garbled(text: str) -> bool:
    """Whether a text is too long to be a formula and has no letters that mean something."""
    signs = Counter(text)  # a text has few different ones
    for space in [sign for sign in signs if sign.isspace()]:
        del signs[space]
    if signs.total() < _FEWEST:
        return False
    broken = sum(many for sign, many in signs.items() if (not sign.isascii() or sign < " ") and _is_broken(sign))
    return broken > _MAX_BROKEN_SHARE * signs.total() or _is_shifted_alphabet(signs)


def _is_broken(sign: str) -> bool:
    return sign == "\ufffd" or (
        unicodedata.category(sign) in _BROKEN and sign not in _KNOWN_CONTROLS and sign != "\ufffe"
    )


def _is_shifted_alphabet(signs: Counter[str]) -> bool:
    """Whether all Korean syllables come from a part of the table that is as small as an alphabet."""
    blocks: Counter[int] = Counter()
    for sign, many in signs.items():
        if ord(sign) in _HANGUL:
            blocks[ord(sign) // 128] += many
    syllables = blocks.total()
    if syllables < _FEWEST_SYLLABLES or 2 * syllables < sum(many for sign, many in signs.items() if sign.isalpha()):
        return False
    usual = blocks.most_common(_NARROW_BLOCKS)
    return sum(many for _, many in usual) >= _NARROW_SHARE * syllables
