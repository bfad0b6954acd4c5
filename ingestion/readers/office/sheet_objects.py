"""Reads what lies on a sheet beside its cells: text boxes, charts, SmartArt, comments, headers and footers."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, collapse_whitespace, insert_doubt_mark, label_comment
from ingestion.readers.office.charts_and_equations import read_chart, read_diagram
from ingestion.readers.office.package import OfficePackage, PartRelation
from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, find_child, find_descendant, list_named, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element as Node

    from ingestion.readers.office.excel_hidden_cells import HiddenCells

_BOOK = "xl/workbook.xml"
_END_BYTES = 64 << 10  # of a sheet: its headers and footers stand behind its cells
_MAX_TINY_SIZE, _MAX_TINY_POINTS = 150, 1.5  # hundredths of a point in boxes, points in comments
_COMMENTS = ("comment", "threadedComment")
_PARTS = ("drawing", "comments", "threadedComment")
_THREAD = "tc={"  # the author of the plain comment that stands for a thread
_ON_VALUES = ("1", "true")
_SHAPES = ("sp", "graphicFrame", "grpSp", "pic", "cxnSp")
_CODE = re.compile(r'&(?:"[^"]{0,200}"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d{1,3}|.)', re.I | re.S)
_MARGIN = re.compile(r"<(?:\w{1,20}:)?((?:odd|even|first)(?:Header|Footer))\b[^<>]*>([^<]+)<")
_PAGE = re.compile(r"&[PN]", re.I)
_WORD = re.compile(r"[^\W\d_]+")


class SheetExtras:
    """Gives the elements beside the cells of each sheet; the caller closes it."""

    def __init__(self, path: Path, *, comments: bool) -> None:
        self._package = OfficePackage.open(path)
        self._comments = comments
        self.margins: list[str] = []  # headers and footers of the sheets that were asked for
        book = self._package.parse_part(_BOOK)
        relations = self._package.list_relations(_BOOK)
        people = next((one.target for one in relations.values() if one.kind == "person"), "")
        self._people = {
            attribute_value(person, "id"): attribute_value(person, "displayName")
            for person in list_named(self._package.parse_part(people), "person")
        }
        sheets = list_named(book, "sheet")
        self._parts = {
            attribute_value(sheet, "name"): relations[attribute_value(sheet, "id")].target
            for sheet in sheets
            if attribute_value(sheet, "id") in relations
        }

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def sheet_elements(self, title: str, hidden: HiddenCells) -> Iterator[Element]:
        """What lies on a sheet; `hidden` knows its hidden cells, and counts what is left out here."""
        self.margins += margin_lines(self._package.read_end(self._parts.get(title, ""), _END_BYTES))
        for relation in self._package.list_relations(self._parts.get(title, "")).values():
            root = self._package.parse_part(relation.target) if relation.kind in _PARTS else None
            if root is None:
                continue
            if relation.kind == "drawing":
                yield from self._drawing_elements(root, self._package.list_relations(relation.target), hidden)
            elif self._comments:
                yield from _comment_elements(root, hidden, self._people)

    def _drawing_elements(
        self, root: Node, relations: dict[str, PartRelation], hidden: HiddenCells
    ) -> Iterator[Element]:
        for shape in [node for node in root.iter() if local_name(node) in _SHAPES and _is_hidden(node)]:
            hidden.places += any(local_name(node) == "t" for node in shape.iter())
            if (parent := shape.getparent()) is not None:
                parent.remove(shape)
        for node in root.iter():
            name = local_name(node)
            if name == "sp":
                yield from _box_elements(node, hidden)
            elif name in ("chart", "relIds"):
                relation = relations.get(attribute_value(node, "id" if name == "chart" else "dm"))
                part = self._package.parse_part(relation.target) if relation else None
                if part is not None:
                    yield from read_chart(part) if name == "chart" else read_diagram(part)


def _is_hidden(shape: Node) -> bool:
    named = find_descendant(shape, "cNvPr")
    return named is not None and attribute_value(named, "hidden") in _ON_VALUES


def _box_elements(shape: Node, hidden: HiddenCells) -> Iterator[Element]:
    """A paragraph for each one in a text box."""
    properties = find_child(shape, "spPr")
    fills = [node for node in properties if local_name(node).endswith("Fill")] if properties is not None else []
    is_plain = not fills or local_name(fills[0]) == "noFill"
    ground = WHITE if is_plain else _plain_colour(fills[0])
    for paragraph in list_named(shape, "p"):
        words = ""
        for run in (node for node in paragraph if local_name(node) in ("r", "fld")):
            text = "".join(str(node.text or "") for node in run if local_name(node) == "t")
            look = find_child(run, "rPr")
            size = attribute_value(look, "sz")
            ink = (
                next((_plain_colour(node) for node in look if local_name(node) == "solidFill"), None)
                if look is not None
                else None
            )
            is_same = ink is not None and is_similar_colour(ink, ground or WHITE)
            if (size.isdecimal() and int(size) <= _MAX_TINY_SIZE) or (is_same and ground is not None):
                hidden.places += bool(text.strip())
                continue
            words += insert_doubt_mark(text) if is_same and text.strip() else text
        if words.strip():
            yield Element(collapse_whitespace(words))


def _plain_colour(fill: Node) -> Colour | None:
    told = find_descendant(fill, "srgbClr", "sysClr")
    if told is None or len(told):
        return None
    return parse_colour(attribute_value(told, "val")) or parse_colour(attribute_value(told, "lastClr"))


def _comment_elements(root: Node, hidden: HiddenCells, people: Mapping[str, str]) -> Iterator[Element]:
    """The comments of a sheet; those of a thread stand in a part of their own, and once more as a plain one."""
    authors = ["".join(map(str, node.itertext())) for node in list_named(root, "author")]
    for comment in list_named(root, *_COMMENTS):
        cell, number = attribute_value(comment, "ref"), attribute_value(comment, "authorId")
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        if author.startswith(_THREAD):
            continue
        author = people.get(attribute_value(comment, "personId"), author)
        words = "".join(_comment_runs(comment, hidden))
        if not words.strip():
            continue
        if _is_in_hidden_cell(cell, hidden):
            hidden.places += 1
        else:
            yield Element(label_comment(words, author, cell))


def _comment_runs(comment: Node, hidden: HiddenCells) -> Iterator[str]:
    for text in list_named(comment, "t", "text"):
        run = text.getparent()
        look = find_child(run, "rPr")
        said = {local_name(node): node for node in look} if look is not None else {}
        size = attribute_value(said["sz"], "val") if "sz" in said else ""
        ink = parse_colour(attribute_value(said["color"], "rgb")[-6:]) if "color" in said else None
        tiny = size.replace(".", "", 1).isdecimal() and float(size) <= _MAX_TINY_POINTS
        if tiny or (ink is not None and is_similar_colour(ink, WHITE)):
            hidden.places += bool(str(text.text or "").strip())
        else:
            yield str(text.text or "")


def _is_in_hidden_cell(cell: str, hidden: HiddenCells) -> bool:
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
    from openpyxl.utils.exceptions import CellCoordinatesException

    try:
        letters, row = coordinate_from_string(cell)
        column = column_index_from_string(letters)
    except (CellCoordinatesException, ValueError):
        return False
    return row in hidden.rows or any(first <= column <= last for first, last in hidden.columns)


def words_of_margin(text: str) -> str:
    """What a header or footer says beside fields; empty where it only says which page this is, as in "Page 1"."""
    words = " ".join(_CODE.sub(" ", text.replace("&&", "\0")).replace("\0", "&").split())
    return words if says_more_than_page(words, has_number=_PAGE.search(text) is not None) else ""


def says_more_than_page(words: str, *, has_number: bool) -> bool:
    """Whether the words of a margin, beside its fields, are more than the label of a page's number, such as "Page"."""
    return len(_WORD.findall(words)) > has_number


def margin_lines(end_of_sheet: bytes) -> Iterator[str]:
    """The words of the headers and footers that stand at the end of a sheet in XML."""
    for _, text in _MARGIN.findall(end_of_sheet.decode("utf-8", "replace")):
        yield words_of_margin(unescape(text))


def margin_elements(lines: Iterable[str]) -> Iterator[Element]:
    """Each header and footer once, where it says anything."""
    return (Element(line) for line in dict.fromkeys(lines) if line)
