"""Finds the hidden cells of a workbook: rows, columns, cells under a merged one, the format `;;;`, ink like its ground.

Rows that a filter or a closed outline hides are doubtful: the sheet has a button for them. So is white text where a
table style, a conditional format or a picture may colour the cell.
"""

from __future__ import annotations

import codecs
import posixpath
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Literal

from ingestion.readers.text_colours import BLACK, WHITE, Colour, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.cell import ReadOnlyCell as Cell
    from openpyxl.styles.colors import Color
    from openpyxl.styles.fills import Fill

_WORKBOOK_PART, _RELATIONS_PART = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_CHUNK = 1 << 20
_TAG = re.compile(
    r"<(?:[\w.-]+:)?(row|col|autoFilter|filterColumn|picture|conditionalFormatting|table|sheetFormatPr|mergeCell)"
    r"(?=[\s/>])((?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>"
)
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.-]+)""")
_OFF_VALUES = ("", "0", "false", "off")
_MAX_TINY_POINTS = 1.5
_MAX_TINY_WIDTH = 0.3  # characters
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_WHITE_INDEXES = (1, 9)  # of the palette that old workbooks index
_BLACK_INDEXES = (0, 8, 64)  # the last is the window's text
_THEME_WHITE, _THEME_BLACK = 0, 1  # the first colour of a theme is its page's, the second its text's
_LIGHTLY_DARKENED = -0.04
_FEW_ROWS = 64
# Parts of a number format that show nothing of the value: quoted and escaped text, conditions, spaces and fillings.
_FORMAT_LITERAL = re.compile(r'"[^"]*+"|\\.|\[[^\[\]]*+\]|[_*].')


Area = tuple[int, int, int, int]  # first row, first column, last row, last column
Visibility = Literal["shown", "doubt", "hidden"]


@dataclass(slots=True)
class HiddenCells:
    """The hidden cells of one sheet; `places` counts those with a value that were asked for.

    `doubtful_rows` and `doubtful_columns` may be shown again by a button; all cells are doubtful if `is_doubtful`.
    """

    rows: set[int] = field(default_factory=set)
    doubtful_rows: set[int] = field(default_factory=set)
    columns: list[tuple[int, int]] = field(default_factory=list)
    doubtful_columns: list[tuple[int, int]] = field(default_factory=list)
    coloured_areas: list[Area] = field(default_factory=list)
    tall_merges: list[Area] = field(default_factory=list)
    merges_by_row: defaultdict[int, list[Area]] = field(default_factory=lambda: defaultdict(list))
    has_background_picture: bool = False
    is_doubtful: bool = False
    places: int = 0
    _last_row: int = 0
    _met: set[int] = field(default_factory=set)
    _looks: dict[tuple[int, int, str], Visibility] = field(default_factory=dict)

    def judge_cell(self, cell: Cell) -> Visibility:
        """Whether people see a cell with a value."""
        if cell.row in self.rows:
            self.places += cell.row not in (self._last_row, self._last_row + 1)
            self._last_row = cell.row
            return "hidden"
        if any(first <= cell.column <= last for first, last in self.columns):
            self.places += cell.column not in self._met
            self._met.add(cell.column)
            return "hidden"
        if self._is_covered(cell) or is_blank_format(cell.number_format, cell.value):
            self.places += 1
            return "hidden"
        look = self._judge_look(cell)
        self.places += look == "hidden"
        if look != "shown" or self.is_doubtful or cell.row in self.doubtful_rows:
            return "doubt" if look != "hidden" else "hidden"
        return "doubt" if any(first <= cell.column <= last for first, last in self.doubtful_columns) else "shown"

    def _judge_look(self, cell: Cell) -> Visibility:
        key = id(cell.font), id(cell.fill), cell.number_format
        if key not in self._looks:
            self._looks[key] = _judge_font(cell)
        if self._looks[key] == "hidden" and (self.has_background_picture or self._is_coloured(cell)):
            return "doubt"
        return self._looks[key]

    def _is_covered(self, cell: Cell) -> bool:
        """Whether a merged cell lies over this one: it shows the value of its first cell alone."""
        here = (*self.merges_by_row.get(cell.row, ()), *self.tall_merges)
        return any(
            r <= cell.row <= s and c <= cell.column <= d and (cell.row, cell.column) != (r, c) for r, c, s, d in here
        )

    def note_merge(self, area: Area) -> None:
        """Note a merged area, with each of its rows if they are few."""
        if area[2] - area[0] > _FEW_ROWS:
            self.tall_merges.append(area)
        else:
            for row in range(area[0], area[2] + 1):
                self.merges_by_row[row].append(area)

    def _is_coloured(self, cell: Cell) -> bool:
        return any(r <= cell.row <= s and c <= cell.column <= d for r, c, s, d in self.coloured_areas)


def _judge_font(cell: Cell) -> Visibility:
    """Whether a cell's ink and size hide it, on its own fill."""
    size = cell.font.sz
    if size is not None and size <= _MAX_TINY_POINTS:
        return "hidden"
    ink, ground = _colour(cell.font.color) if cell.font.color is not None else BLACK, _ground(cell.fill)
    if "[white]" in cell.number_format.lower() and ground == WHITE:
        return "doubt"
    return "hidden" if ink is not None and ground is not None and is_similar_colour(ink, ground) else "shown"


def is_blank_format(number_format: str, value: object) -> bool:
    """Whether a number format shows nothing of a value; its fourth part is for words."""
    if isinstance(value, str):
        for_words = _FORMAT_LITERAL.sub("", number_format).lower().split(";")[3:4]
        return any("@" not in part and "general" not in part for part in for_words)
    sections = [section.replace('""', "").strip() for section in number_format.split(";")]
    return len(sections) > 2 and not any(sections[:3])


def find_hidden_cells(path: Path) -> dict[str, HiddenCells]:
    """The hidden cells of each sheet, by its name."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {_WORKBOOK_PART, _RELATIONS_PART} <= names:
            return {}
        targets = _relation_targets(archive, _RELATIONS_PART, path.name)
        sheets = [
            node for node in parse_xml(archive.read(_WORKBOOK_PART), path.name).iter() if local_name(node) == "sheet"
        ]
        parts = {attribute_value(sheet, "name"): targets.get(attribute_value(sheet, "id"), "") for sheet in sheets}
        return {name: _hidden_cells_of_sheet(archive, part, path.name) for name, part in parts.items() if part in names}


def _relation_targets(archive: zipfile.ZipFile, relations: str, name: str) -> dict[str, str]:
    """The target part of each relation."""
    if relations not in archive.namelist():
        return {}
    folder = posixpath.dirname(posixpath.dirname(relations))
    nodes = [node for node in parse_xml(archive.read(relations), name).iter() if local_name(node) == "Relationship"]
    return {
        attribute_value(node, "Id"): posixpath.normpath(
            posixpath.join("/", folder, attribute_value(node, "Target"))
        ).lstrip("/")
        for node in nodes
    }


def _hidden_cells_of_sheet(archive: zipfile.ZipFile, part: str, name: str) -> HiddenCells:
    found = _TagReader(HiddenCells())
    tables = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
    related = [each for each in _relation_targets(archive, tables, name).values() if each in archive.namelist()]
    for each in (part, *(table for table in related if posixpath.dirname(table).endswith("tables"))):
        for tag, said in _hiding_tags(archive, each):
            found.read_tag(tag, said)
    return found.finish()


class _TagReader:
    """Collects what the tags of a sheet and of its tables say."""

    def __init__(self, cells: HiddenCells) -> None:
        self._cells = cells
        self._filtered: list[Area] = []
        self._last_filter: list[Area] = []
        self._row = 0

    def read_tag(self, tag: str, said: dict[str, str]) -> None:
        """Read one tag with its attributes."""
        if tag == "row":
            self._read_row(said)
        elif tag == "col":
            self._read_column(said)
        elif tag == "autoFilter":
            self._last_filter = _parse_areas(said.get("ref", ""))
        elif tag == "filterColumn":
            self._filtered += self._last_filter
        elif tag == "mergeCell":
            for area in _parse_areas(said.get("ref", "")):
                self._cells.note_merge(area)
        elif tag == "picture":
            self._cells.has_background_picture = True
        elif tag == "sheetFormatPr":
            self._cells.is_doubtful = _is_on(said, "zeroHeight") or _is_zero(said, "defaultRowHeight")
        else:
            self._cells.coloured_areas += _parse_areas(said.get("sqref") or said.get("ref", ""))

    def finish(self) -> HiddenCells:
        """The hidden cells, once all tags were read."""
        rows = self._cells.rows
        filtered = {row for row in rows if any(area[0] <= row <= area[2] for area in self._filtered)}
        self._cells.doubtful_rows |= filtered
        rows -= self._cells.doubtful_rows
        return self._cells

    def _read_row(self, said: dict[str, str]) -> None:
        number = said.get("r", "").strip()
        self._row = int(number) if number.isdecimal() else self._row + 1
        if _is_on(said, "hidden") or _is_zero(said, "ht"):
            self._cells.rows.add(self._row)
            if said.get("outlineLevel", "0").strip() != "0":
                self._cells.doubtful_rows.add(self._row)

    def _read_column(self, said: dict[str, str]) -> None:
        if not _is_on(said, "hidden") and not _is_zero(said, "width", _MAX_TINY_WIDTH):
            return
        outlined = said.get("outlineLevel", "0").strip() != "0"
        columns = self._cells.doubtful_columns if outlined else self._cells.columns
        columns.append((int(said["min"]), int(said["max"])))


def _is_on(said: dict[str, str], name: str) -> bool:
    return said.get(name, "").strip().lower() not in _OFF_VALUES


def _is_zero(said: dict[str, str], name: str, most: float = 0.5) -> bool:
    try:
        return float(said.get(name, "")) <= most
    except ValueError:
        return False


def _hiding_tags(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The tags of a part that concern hiding, read as a stream."""
    rest = ""
    with archive.open(part) as content:
        start = content.read(_CHUNK)
        decoder = codecs.getincrementaldecoder(_encoding_of(start))("replace")
        chunk = start
        while chunk:
            text = rest + decoder.decode(chunk)
            cut = text.rfind("<")
            rest = text[cut:] if cut >= 0 else ""
            for found in _TAG.finditer(text, 0, max(cut, 0)):
                said = _ATTRIBUTE.findall(found[2])
                yield found[1], {name: unescape(double or single) for name, double, single in said}
            chunk = content.read(_CHUNK)


def _encoding_of(start: bytes) -> str:
    """The encoding of an XML part, as its parser finds it."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if start[:1] == b"<" else "utf-16-be"
    named = _ENCODING.match(start.removeprefix(codecs.BOM_UTF8))
    try:
        return codecs.lookup(named[1].decode()).name if named else "utf-8"
    except LookupError:
        return "utf-8"


def _parse_areas(reference: str) -> list[Area]:
    found = _REFERENCE.finditer(reference)
    return [(int(f[2]), _column_number(f[1]), int(f[4] or f[2]), _column_number(f[3] or f[1])) for f in found]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _colour(ink: Color) -> Colour | None:
    """A colour of a workbook; None if the theme decides, and it is not the theme's white or black."""
    if ink.type == "theme":
        if ink.theme == _THEME_WHITE:
            return WHITE if (ink.tint or 0.0) >= _LIGHTLY_DARKENED else None
        return BLACK if ink.theme == _THEME_BLACK and not ink.tint else None
    if ink.type == "indexed":
        return {**dict.fromkeys(_WHITE_INDEXES, WHITE), **dict.fromkeys(_BLACK_INDEXES, BLACK)}.get(ink.indexed)
    return parse_colour(str(ink.rgb)[-6:])


def _ground(fill: Fill) -> Colour | None:
    kind = getattr(fill, "fill_type", "gradient")
    return WHITE if kind is None else _colour(fill.fgColor) if kind == "solid" else None
