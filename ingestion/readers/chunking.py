"""Split a document, once read, into passages of a size that is found and quoted well. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from knowledge.core.passages import Excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingestion.readers.elements import Element, Reading, Rows
    from knowledge.core.passages import Kind

PIPELINE = "4"  # changes whenever reading or splitting changes: what was read by another is read again

CHARACTERS_PER_TOKEN = 4
LEAST = 200 * CHARACTERS_PER_TOKEN  # below this a section joins its neighbours
MOST = 400 * CHARACTERS_PER_TOKEN
LARGEST_CODE = 500 * CHARACTERS_PER_TOKEN
TINY = 40 * CHARACTERS_PER_TOKEN  # top-level sections join only below this

_TITLE_LIKE = 60

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)\]]*\s+(?=[\"“«(\[]?\s?[A-ZÀ-ÖØ-Þ0-9@])")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]\s")
_BLANK_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a passage that is never cut again. `tight` pieces follow the one above without a blank line."""

    text: str
    kind: str
    page: int | None = None
    last_page: int | None = None
    tight: bool = False


@dataclass(slots=True)
class _Section:
    """What stands under one heading, up to the next; its heading is its first piece."""

    path: tuple[str, ...]
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(piece.text) + 2 for piece in self.pieces)

    @property
    def has_body(self) -> bool:
        return any(piece.kind != "heading" for piece in self.pieces)


def split(reading: Reading) -> list[Excerpt]:
    """The passages of a document, in its order; of one that was read by ranges, those of each range."""
    if reading.parts:
        return [excerpt for part in reading.parts for excerpt in split(part)]
    sections = _sections(reading.elements, reading.above)
    groups = list(_grouped(sections, reading.depth or _depth(sections)))
    told = [group for group in groups if group.has_body] or groups
    return [_excerpt(part) for group in told for part in _cut(group)]


def _sections(elements: Iterable[Element], over: tuple[tuple[int, str], ...]) -> list[_Section]:
    above = list(over)
    sections = [_Section(tuple(title for _, title in above))]
    for element in elements:
        if element.kind == "heading":
            above = [(level, title) for level, title in above if level < element.level]
            above.append((element.level, element.text))
            sections.append(_Section(tuple(title for _, title in above)))
        sections[-1].pieces.extend(_pieces(element))
    return [section for section in sections if section.pieces]


def _pieces(element: Element) -> Iterator[_Piece]:
    """An element as pieces that each fit a passage."""
    if element.kind == "code":
        texts = _code(element.text)
    elif element.kind == "table" and element.rows:
        texts = _table(element.rows, header=element.header)
    elif element.kind == "table":
        texts = _packed(element.text.split("\n"), "\n")
    else:
        texts = _prose(_bullet(element) + element.text)
    for text in texts:
        tight = element.kind == "list"
        yield _Piece(text, element.kind, element.page, element.last_page, tight)


def _bullet(element: Element) -> str:
    """What stands before a list item that does not bring its own number."""
    if element.kind != "list":
        return ""
    return "  " * (element.level - 1) + ("" if _NUMBER.match(element.text) else "- ")


def _prose(text: str) -> list[str]:
    if len(text) <= MOST:
        return [text]
    sentences: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        sentences += [sentence] if len(sentence) <= MOST else _packed(sentence.split(), " ")
    return _packed(sentences, " ")


def _code(text: str) -> list[str]:
    if len(text) <= LARGEST_CODE:
        return [text]
    blocks: list[str] = []
    for block in _BLANK_LINE.split(text):
        blocks += [block] if len(block) <= MOST else _packed(block.split("\n"), "\n")
    return _packed(blocks, "\n\n")


def _table(rows: Rows, *, header: bool) -> list[str]:
    """The rows as lines of cells, the header over each part."""
    lines = [" | ".join(row) for row in rows]
    if not header or len(lines) < 2:
        return _packed(lines, "\n")
    room = max(MOST - len(lines[0]) - 1, LEAST)
    return [f"{lines[0]}\n{part}" for part in _packed(lines[1:], "\n", room)]


def _packed(parts: list[str], glue: str, most: int | None = None) -> list[str]:
    """The parts glued in order into few texts of like length, each cut hard where one alone is too long."""
    most = most or MOST
    parts = [part[at : at + most] for part in parts for at in range(0, max(len(part), 1), most)]
    total = sum(len(part) + len(glue) for part in parts)
    fewest = max(-(-total // most), 1)
    texts = _filled(parts, glue, most, total / fewest)
    return texts if len(texts) == fewest else _filled(parts, glue, most, total / len(texts))


def _filled(parts: list[str], glue: str, most: int, goal: float) -> list[str]:
    """The parts glued into texts that come as near to the goal as they can."""
    texts: list[str] = []
    for part in parts:
        longer = len(texts[-1]) + len(glue) + len(part) if texts else 0
        if texts and longer <= most and longer <= goal + len(part) / 2:
            texts[-1] += glue + part
        else:
            texts.append(part)
    return texts


def _depth(sections: list[_Section]) -> int:
    """How many headings name a top-level section: one more where a single heading stands over all the others."""
    return 2 if len({section.path[:1] for section in sections if section.path}) == 1 else 1


def _grouped(sections: list[_Section], depth: int) -> Iterator[_Section]:
    """Small neighbours together, under the path that they share; a heading without text goes with the next."""
    group: _Section | None = None
    for section in sections:
        if group is None:
            group = section
        elif _belong_together(group, section, depth):
            group = _Section(_shared(group, section), group.pieces + section.pieces)
        else:
            yield group
            group = section
    if group is not None:
        yield group


def _belong_together(group: _Section, section: _Section, depth: int) -> bool:
    if not group.has_body:
        return _is_over(group, section)
    if group.path[:depth] != section.path[:depth]:
        return group.size <= TINY and section.size <= TINY
    smaller = min(group.size, section.size)
    most = MOST + TINY if smaller <= TINY else MOST
    return _introduces(group, section) or (smaller < LEAST and group.size + section.size <= most)


def _is_over(group: _Section, section: _Section) -> bool:
    return group.path == section.path[: len(group.path)]


def _introduces(group: _Section, section: _Section) -> bool:
    """Whether a group is the few words between a heading and the first heading under it."""
    return group.size <= 2 * TINY and bool(group.path) and _is_over(group, section)


def _shared(group: _Section, section: _Section) -> tuple[str, ...]:
    if not group.has_body or _introduces(group, section):
        return section.path
    shared = 0
    for ours, theirs in zip(group.path, section.path, strict=False):
        if ours != theirs:
            break
        shared += 1
    return group.path[:shared]


def _cut(section: _Section) -> list[_Section]:
    """A section as parts of about a passage's size at most; a tiny rest stays with the part before it."""
    if section.size <= MOST + TINY:
        return [section]
    *parts, last = _parts(section)
    if parts and last.size <= 2 * TINY and parts[-1].size + last.size <= MOST + 2 * TINY:
        return [*parts[:-1], _Section(section.path, parts[-1].pieces + last.pieces)]
    return [*parts, last]


def _parts(section: _Section) -> Iterator[_Section]:
    wanted = min(MOST, section.size // -(-section.size // MOST) + LEAST // 2)
    part = _Section(section.path)
    for piece in section.pieces:
        if part.has_body and part.size + len(piece.text) > _room(piece, wanted):
            leading = _introduction(part)
            yield part
            part = _Section(section.path, leading)
        part.pieces.append(piece)
    yield part


def _room(piece: _Piece, wanted: int) -> int:
    """Code may stretch a passage, rather than part from the sentence that announces it."""
    return LARGEST_CODE if piece.kind == "code" else wanted


def _introduction(part: _Section) -> list[_Piece]:
    """The last piece, taken from a part when it announces what follows."""
    last = part.pieces[-1]
    if not _announces(last):
        return []
    rest = _Section(part.path, part.pieces[:-1])
    if not rest.has_body:
        return []
    part.pieces.pop()
    return [*_introduction(part), last]


def _announces(piece: _Piece) -> bool:
    """Whether a piece makes sense only with what follows: a heading, or what reads like one."""
    if piece.kind != "text":
        return piece.kind == "heading"
    return piece.text[-1] == ":" or (len(piece.text) < _TITLE_LIKE and piece.text[-1].isalnum())


def _excerpt(section: _Section) -> Excerpt:
    pages = [p for piece in section.pieces for p in (piece.page, piece.last_page) if p is not None]
    return Excerpt(
        text=_joined(section.pieces),
        page=min(pages, default=None),
        last_page=max(pages, default=None),
        section=section.path,
        kind=_kind(section.pieces),
    )


def _joined(pieces: list[_Piece]) -> str:
    text = pieces[0].text
    for above, piece in pairwise(pieces):
        text += ("\n" if above.tight and piece.tight else "\n\n") + piece.text
    return text


def _kind(pieces: list[_Piece]) -> Kind:
    """Code or table when most of the passage is, text otherwise."""
    sizes: Counter[str] = Counter()
    for piece in pieces:
        sizes[piece.kind] += len(piece.text)
    for kind in ("code", "table"):
        if 2 * sizes[kind] > sizes.total():
            return kind
    return "text"
