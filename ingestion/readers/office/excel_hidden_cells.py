"""Finds the hidden cells of a workbook: hidden rows and columns, the format `;;;`, white on white.

Rows that a filter or a closed outline hides stay: the sheet has a button for them. White text stays where a table
style, a conditional format or a picture may colour the cell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingestion.readers.text_colours import WHITE, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.cell import ReadOnlyCell as Cell
    from openpyxl.styles.colors import Color
    from openpyxl.styles.fills import Fill

_WORKBOOK_PART, _RELATIONS_PART = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_CHUNK = 1 << 20
_TAG = re.compile(rb"<(?:\w+:)?(row|col|autoFilter|filterColumn|picture|conditionalFormatting|table)\b([^>]*)>", re.S)
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_ON_VALUES = (b"1", b"true")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_WHITE_INDEXES = (1, 9)  # of the palette that old workbooks index
_THEME_WHITE = 0  # the first colour of a theme is its page's
_LIGHTLY_DARKENED = -0.04

Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(slots=True)
class HiddenCells:
    """The hidden cells of one sheet; `places` counts those with a value that were asked for."""

    rows: set[int] = field(default_factory=set)
    columns: list[tuple[int, int]] = field(default_factory=list)
    coloured_areas: list[Area] = field(default_factory=list)
    has_background_picture: bool = False
    places: int = 0
    _last_row: int = 0
    _met: set[int] = field(default_factory=set)
    _white: dict[tuple[int, int], bool] = field(default_factory=dict)

    def is_cell_visible(self, cell: Cell) -> bool:
        """Whether people see a cell with a value."""
        if cell.row in self.rows:
            self.places += cell.row not in (self._last_row, self._last_row + 1)
            self._last_row = cell.row
            return False
        if any(first <= cell.column <= last for first, last in self.columns):
            self.places += cell.column not in self._met
            self._met.add(cell.column)
            return False
        hidden = is_blank_format(cell.number_format, cell.value) or self._is_white(cell)
        self.places += hidden
        return not hidden

    def _is_white(self, cell: Cell) -> bool:
        key = id(cell.font), id(cell.fill)
        if key not in self._white:
            ink = cell.font.color
            self._white[key] = ink is not None and _is_white(ink) and _lies_on_white(cell.fill)
        if not self._white[key] or self.has_background_picture:
            return False
        return not any(r <= cell.row <= s and c <= cell.column <= d for r, c, s, d in self.coloured_areas)


def is_blank_format(number_format: str, value: object) -> bool:
    """Whether a number format shows nothing."""
    sections = [section.replace('""', "").strip() for section in number_format.split(";")]
    if any(sections[:3]) or len(sections) < 3:
        return False
    return not isinstance(value, str) or (len(sections) > 3 and not sections[3])


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
    hidden_cells = HiddenCells()
    outlined: set[int] = set()
    filtered: list[Area] = []
    tables = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
    related = [each for each in _relation_targets(archive, tables, name).values() if each in archive.namelist()]
    _collect_hidden_areas(hidden_cells, outlined, filtered, _hiding_tags(archive, part))
    for table in related:
        if posixpath.dirname(table).endswith("tables"):
            _collect_hidden_areas(hidden_cells, outlined, filtered, _hiding_tags(archive, table))
    hidden_cells.rows -= outlined
    hidden_cells.rows = {row for row in hidden_cells.rows if not any(area[0] <= row <= area[2] for area in filtered)}
    return hidden_cells


def _collect_hidden_areas(
    hidden_cells: HiddenCells,
    outlined: set[int],
    filtered: list[Area],
    tags: Iterator[tuple[bytes, dict[bytes, bytes]]],
) -> None:
    last: list[Area] = []
    for tag, said in tags:
        if tag == b"row" and said.get(b"hidden") in _ON_VALUES and b"r" in said:
            row = int(said[b"r"])
            hidden_cells.rows.add(row)
            if said.get(b"outlineLevel", b"0") != b"0":
                outlined.add(row)
        elif tag == b"col" and said.get(b"hidden") in _ON_VALUES and said.get(b"outlineLevel", b"0") == b"0":
            hidden_cells.columns.append((int(said[b"min"]), int(said[b"max"])))
        elif tag == b"autoFilter":
            last = _parse_areas(said.get(b"ref", b""))
        elif tag == b"filterColumn":
            filtered += last
        elif tag == b"picture":
            hidden_cells.has_background_picture = True
        elif tag in (b"conditionalFormatting", b"table"):
            hidden_cells.coloured_areas += _parse_areas(said.get(b"sqref") or said.get(b"ref", b""))


def _hiding_tags(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    """The tags of a part that concern hiding, read as a stream."""
    rest = b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            chunk = rest + chunk
            cut = chunk.rfind(b"<")
            rest = chunk[cut:] if cut >= 0 else b""
            for found in _TAG.finditer(chunk, 0, max(cut, 0)):
                yield found[1], dict(_ATTRIBUTE.findall(found[2]))


def _parse_areas(reference: bytes) -> list[Area]:
    found = _REFERENCE.finditer(reference.decode("ascii", "replace"))
    return [(int(f[2]), _column_number(f[1]), int(f[4] or f[2]), _column_number(f[3] or f[1])) for f in found]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _is_white(ink: Color) -> bool:
    if ink.type == "theme":
        return bool(ink.theme == _THEME_WHITE and (ink.tint or 0.0) >= _LIGHTLY_DARKENED)
    if ink.type == "indexed":
        return ink.indexed in _WHITE_INDEXES
    known = parse_colour(str(ink.rgb)[-6:])
    return known is not None and is_similar_colour(known, WHITE)


def _lies_on_white(fill: Fill) -> bool:
    kind = getattr(fill, "fill_type", "gradient")
    return kind is None or (kind == "solid" and _is_white(fill.fgColor))
