"""Splits a parsed document into passages of a good size for search and quotation. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingestion.readers.elements import Element, ParsedDocument, Rows
from knowledge.core.passages import Excerpt, PassageKind

PIPELINE_VERSION = "13"  # changes whenever reading or splitting changes: what was read by another is read again

CHARACTERS_PER_TOKEN = 4
MIN_EXCERPT_CHARACTERS = 200 * CHARACTERS_PER_TOKEN  # below this a section joins its neighbours
MAX_EXCERPT_CHARACTERS = 400 * CHARACTERS_PER_TOKEN
MAX_CODE_CHARACTERS = 500 * CHARACTERS_PER_TOKEN
TINY_CHARACTERS = 40 * CHARACTERS_PER_TOKEN  # top-level sections join only below this

_MAX_TITLE_CHARACTERS = 60
_MAX_HEADER_CHARACTERS = 1_000  # of a table: a longer one leaves no room for rows
_MAX_COLUMN_NAME = 100
_DEEPEST_BLOCK = 32  # columns

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)\]]*\s+(?=[\"“«(\[]?\s?[A-ZÀ-ÖØ-Þ0-9@])")
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]\s")
_BLOCK_END = re.compile(r"\s*(?:[)}\]]|(?:end|else|elif|except|finally|catch)\b)")


@dataclass(frozen=True, slots=True)
class _ExcerptPiece:
    """A part of a passage that is never cut again. A `tight` piece follows another without a blank line.

    A `doubtful` piece may be hidden from people.
    """

    text: str
    kind: str
    page: int | None = None
    last_page: int | None = None
    tight: bool = False
    doubtful: bool = False


@dataclass(slots=True)
class _Section:
    """The pieces from one heading to the next; the heading is the first piece."""

    path: tuple[str, ...]
    pieces: list[_ExcerptPiece] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(piece.text) + 2 for piece in self.pieces)

    @property
    def has_body(self) -> bool:
        return any(piece.kind != "heading" for piece in self.pieces)


def split_into_excerpts(document: ParsedDocument) -> list[Excerpt]:
    """The passages of a document, in order, then those of its members; of each page range if it was read by ranges."""
    if document.parts:
        return [excerpt for part in document.parts for excerpt in split_into_excerpts(part)]
    inside = [
        replace(excerpt, member=member.name)
        for member in document.members
        if member.document
        for excerpt in split_into_excerpts(member.document)
    ]
    return [*_split_elements(document), *inside]


def _split_elements(document: ParsedDocument) -> list[Excerpt]:
    sections = _sections_of(document.elements, document.above)
    groups = _join_bare_headings(_group_sections(sections, document.depth or _top_level_depth(sections)))
    return [_excerpt_from_section(part) for group in groups for part in _cut_section(group)]


def _sections_of(elements: Iterable[Element], over: tuple[tuple[int, str], ...]) -> list[_Section]:
    above = list(over)
    sections = [_Section(tuple(title for _, title in above))]
    for element in elements:
        if element.kind == "heading":
            above = [(level, title) for level, title in above if level < element.level]
            above.append((element.level, element.text))
            sections.append(_Section(tuple(title for _, title in above)))
        sections[-1].pieces.extend(_pieces_of_element(element))
    return [section for section in sections if section.pieces]


def _pieces_of_element(element: Element) -> Iterator[_ExcerptPiece]:
    """The element as pieces that each fit into a passage."""
    if element.kind == "code":
        texts = _split_code(element.text)
    elif element.kind == "table" and element.rows:
        texts = _split_table(element.rows, header=element.header)
    elif element.kind == "table":
        texts = _join_evenly(element.text.split("\n"), "\n")
    else:
        texts = _split_prose(_list_bullet(element) + element.text)
    for text in texts:
        tight = element.kind == "list"
        yield _ExcerptPiece(text, element.kind, element.page, element.last_page, tight, element.doubtful)


def _list_bullet(element: Element) -> str:
    """The bullet of a list item that has no number of its own."""
    if element.kind != "list":
        return ""
    return "  " * (element.level - 1) + ("" if _ITEM_NUMBER.match(element.text) else "- ")


def _split_prose(text: str) -> list[str]:
    if len(text) <= MAX_EXCERPT_CHARACTERS:
        return [text]
    sentences: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        sentences += [sentence] if len(sentence) <= MAX_EXCERPT_CHARACTERS else _join_evenly(sentence.split(), " ")
    return _join_evenly(sentences, " ")


def _split_code(text: str) -> list[str]:
    if len(text) <= MAX_CODE_CHARACTERS:
        return [text]
    return _join_evenly(_list_code_blocks(text), "\n\n")


def _list_code_blocks(text: str) -> list[str]:
    """Functions, classes and paragraphs of code, whole where they fit: what follows a blank line with least indent."""
    if len(text) <= MAX_EXCERPT_CHARACTERS:
        return [text]
    lines = text.split("\n")
    starts_by_indent: dict[int, list[int]] = {}
    for n, (above, line) in enumerate(pairwise(lines), 1):
        indent = len(line) - len(line.lstrip())
        if line.strip() and not above.strip() and indent <= _DEEPEST_BLOCK and not _BLOCK_END.match(line):
            starts_by_indent.setdefault(indent, []).append(n)
    if not starts_by_indent:
        return _join_evenly(lines, "\n")
    starts = starts_by_indent[min(starts_by_indent)]
    blocks = ["\n".join(lines[a:b]).strip("\n") for a, b in pairwise([0, *starts, len(lines)])]
    return [part for block in blocks for part in _list_code_blocks(block)]


def _split_table(rows: Rows, *, header: bool) -> list[str]:
    """The rows as lines of cells, with the header above each part."""
    lines = [" | ".join(row) for row in rows]
    if not header or len(lines) < 2:
        return _join_evenly(lines, "\n")
    if len(lines[0]) > _MAX_HEADER_CHARACTERS:
        return _join_evenly([text for row in rows[1:] for text in _named_cells(rows[0], row)], "\n\n")
    room = max(MAX_EXCERPT_CHARACTERS - len(lines[0]) - 1, MIN_EXCERPT_CHARACTERS)
    return [f"{lines[0]}\n{part}" for part in _join_evenly(lines[1:], "\n", room)]


def _named_cells(header: tuple[str, ...], row: tuple[str, ...]) -> list[str]:
    """A row of a very wide table as text: each filled cell after its column's name; each part begins with the first."""
    cells = [
        f"{name}: {cell}" if name else cell
        for name, cell in ((name[:_MAX_COLUMN_NAME], cell) for name, cell in zip(header, row, strict=True))
        if cell
    ]
    first = cells[0][:_MAX_COLUMN_NAME] if cells else ""
    parts = _join_evenly(cells, " | ", MAX_EXCERPT_CHARACTERS - len(first) - 3)
    return [part if n == 0 else f"{first} | {part}" for n, part in enumerate(parts)] if cells else []


def _join_evenly(parts: list[str], glue: str, most: int | None = None) -> list[str]:
    """Join the parts, in order, into few texts of similar length; a part that is too long is cut."""
    most = most or MAX_EXCERPT_CHARACTERS
    parts = [part[at : at + most] for part in parts for at in range(0, max(len(part), 1), most)]
    total = sum(len(part) + len(glue) for part in parts)
    fewest = max(-(-total // most), 1)
    texts = _join_up_to_goal(parts, glue, most, total / fewest)
    return texts if len(texts) == fewest else _join_up_to_goal(parts, glue, most, total / len(texts))


def _join_up_to_goal(parts: list[str], glue: str, most: int, goal: float) -> list[str]:
    """Join the parts into texts as close to the goal length as possible."""
    texts: list[str] = []
    for part in parts:
        longer = len(texts[-1]) + len(glue) + len(part) if texts else 0
        if texts and longer <= most and longer <= goal + len(part) / 2:
            texts[-1] += glue + part
        else:
            texts.append(part)
    return texts


def _top_level_depth(sections: list[_Section]) -> int:
    """The depth of top-level sections: 2 if a single heading is above all others, else 1."""
    return 2 if len({section.path[:1] for section in sections if section.path}) == 1 else 1


def _group_sections(sections: list[_Section], depth: int) -> Iterator[_Section]:
    """Join small neighbours under their common path; a heading without text joins the next section."""
    group: _Section | None = None
    for section in sections:
        if group is None:
            group = section
        elif _belong_together(group, section, depth):
            group = _Section(_shared_path(group, section), group.pieces + section.pieces)
        else:
            yield group
            group = section
    if group is not None:
        yield group


def _join_bare_headings(groups: Iterable[_Section]) -> Iterator[_Section]:
    """Put headings with nothing under them before the next section; many of them, or the last, are one of their own."""
    bare: list[_ExcerptPiece] = []
    for group in groups:
        if not group.has_body:
            bare += group.pieces
            continue
        if _Section((), bare).size > MIN_EXCERPT_CHARACTERS:
            yield _Section((), bare)
            bare = []
        yield _Section(group.path, [*bare, *group.pieces])
        bare = []
    if bare:
        yield _Section((), bare)


def _belong_together(group: _Section, section: _Section, depth: int) -> bool:
    if not group.has_body:
        return _is_ancestor(group, section)
    if group.path[:depth] != section.path[:depth]:
        return group.size <= TINY_CHARACTERS and section.size <= TINY_CHARACTERS
    smaller = min(group.size, section.size)
    most = MAX_EXCERPT_CHARACTERS + TINY_CHARACTERS if smaller <= TINY_CHARACTERS else MAX_EXCERPT_CHARACTERS
    return _introduces(group, section) or (smaller < MIN_EXCERPT_CHARACTERS and group.size + section.size <= most)


def _is_ancestor(group: _Section, section: _Section) -> bool:
    return group.path == section.path[: len(group.path)]


def _introduces(group: _Section, section: _Section) -> bool:
    """Whether a group is only a short text between a heading and its first subheading."""
    return group.size <= 2 * TINY_CHARACTERS and bool(group.path) and _is_ancestor(group, section)


def _shared_path(group: _Section, section: _Section) -> tuple[str, ...]:
    if not group.has_body or _introduces(group, section):
        return section.path
    shared = 0
    for ours, theirs in zip(group.path, section.path, strict=False):
        if ours != theirs:
            break
        shared += 1
    return group.path[:shared]


def _cut_section(section: _Section) -> list[_Section]:
    """Cut a section into parts of about a passage's size; a tiny rest stays with the part before it."""
    if section.size <= MAX_EXCERPT_CHARACTERS + TINY_CHARACTERS:
        return [section]
    *parts, last = _parts_of_section(section)
    if (
        parts
        and last.size <= 2 * TINY_CHARACTERS
        and parts[-1].size + last.size <= MAX_EXCERPT_CHARACTERS + 2 * TINY_CHARACTERS
    ):
        return [*parts[:-1], _Section(section.path, parts[-1].pieces + last.pieces)]
    return [*parts, last]


def _parts_of_section(section: _Section) -> Iterator[_Section]:
    wanted = min(
        MAX_EXCERPT_CHARACTERS, section.size // -(-section.size // MAX_EXCERPT_CHARACTERS) + MIN_EXCERPT_CHARACTERS // 2
    )
    part = _Section(section.path)
    for piece in section.pieces:
        if part.has_body and part.size + len(piece.text) > _max_part_size(piece, wanted):
            leading = _take_introduction(part)
            yield part
            part = _Section(section.path, leading)
        part.pieces.append(piece)
    yield part


def _max_part_size(piece: _ExcerptPiece, wanted: int) -> int:
    """The largest size of a part; code may be longer, to stay with the sentence that announces it."""
    return MAX_CODE_CHARACTERS if piece.kind == "code" else wanted


def _take_introduction(part: _Section) -> list[_ExcerptPiece]:
    """Remove and return the last piece of a part if it announces what follows."""
    last = part.pieces[-1]
    if not _introduces_next(last):
        return []
    rest = _Section(part.path, part.pieces[:-1])
    if not rest.has_body:
        return []
    part.pieces.pop()
    return [*_take_introduction(part), last]


def _introduces_next(piece: _ExcerptPiece) -> bool:
    """Whether a piece needs the next one: a heading, or a line that reads like one."""
    if piece.kind != "text":
        return piece.kind == "heading"
    return piece.text[-1] == ":" or (len(piece.text) < _MAX_TITLE_CHARACTERS and piece.text[-1].isalnum())


def _excerpt_from_section(section: _Section) -> Excerpt:
    pages = [p for piece in section.pieces for p in (piece.page, piece.last_page) if p is not None]
    return Excerpt(
        text=_join_pieces(section.pieces),
        page=min(pages, default=None),
        last_page=max(pages, default=None),
        section=section.path,
        kind=_excerpt_kind(section.pieces),
        doubtful=any(piece.doubtful for piece in section.pieces),
    )


def _join_pieces(pieces: list[_ExcerptPiece]) -> str:
    text = pieces[0].text
    for above, piece in pairwise(pieces):
        text += ("\n" if above.tight and piece.tight else "\n\n") + piece.text
    return text


def _excerpt_kind(pieces: list[_ExcerptPiece]) -> PassageKind:
    """Code or table if most of the passage is; else text."""
    sizes: Counter[str] = Counter()
    for piece in pieces:
        sizes[piece.kind] += len(piece.text)
    for kind in ("code", "table"):
        if 2 * sizes[kind] > sizes.total():
            return kind
    return "text"
