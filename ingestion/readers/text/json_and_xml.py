"""Reads JSON and XML files as data or prose, and turns records and lists into elements."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ingestion.readers.elements import (
    Element,
    ParsedDocument,
    Rows,
    choose_document_title,
    collapse_whitespace,
    normalize_rows,
)
from ingestion.readers.reading_options import reject_long_text
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.xml_tree import local_name, parse_xml, strip_namespace
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element as Node

    Json = str | bool | list["Json"] | dict[str, "Json"] | None

_MAX_HEADING_LEVEL = 6  # headings below are of this level
_LONG_VALUE_CHARACTERS = 300  # a value beyond it is a paragraph rather than a line among others
_MAX_COLUMNS = 50
_TABLE_ROWS = 2
_LABEL_FIELDS = ("title", "titre", "name", "nom", "label", "id", "key")
_MAX_LABEL_CHARACTERS = 120
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(r"<\?xml\b[^<>]{0,200}\?>")


@dataclass(frozen=True, slots=True)
class DataRecord:
    """Names with values, in order; a name may occur more than once."""

    fields: tuple[tuple[str, DataValue], ...]


DataValue = str | DataRecord | tuple["DataValue", ...]


def elements_from_data(value: DataValue, level: int = 1) -> Iterator[Element]:
    """The elements of a value: nested data gets a heading, regular data becomes a table."""
    if isinstance(value, DataRecord):
        yield from _record_elements(value, level)
    elif isinstance(value, str):
        if text := value.strip():
            yield Element(text)
    elif rows := _table_rows(value):
        yield Element("", "table", rows=rows)
    else:
        yield from _list_elements(value, level)


def _record_elements(record: DataRecord, level: int) -> Iterator[Element]:
    for plain, run in groupby(record.fields, key=lambda item: isinstance(item[1], str)):
        if plain:
            yield from _field_elements([(name, value) for name, value in run if isinstance(value, str)])
            continue
        for name, value in run:
            under = list(elements_from_data(value, level + 1))
            if under:
                label = _record_label(value) if isinstance(value, DataRecord) else ""
                yield Element(_labelled_text(name, label), "heading", min(level, _MAX_HEADING_LEVEL))
                yield from under


def _field_elements(fields: list[tuple[str, str]]) -> Iterator[Element]:
    """Short values as lines of one paragraph, long values as own paragraphs."""
    for long, run in groupby(fields, key=lambda field: len(field[1]) > _LONG_VALUE_CHARACTERS or "\n" in field[1]):
        lines = [_labelled_text(name, value.strip()) for name, value in run if value.strip()]
        for text in lines if long else ["\n".join(lines)]:
            if text:
                yield Element(text)


def _list_elements(values: tuple[DataValue, ...], level: int) -> Iterator[Element]:
    for n, value in enumerate(values, 1):
        if isinstance(value, str):
            if text := value.strip():
                yield Element(text, "list", 1)
        elif under := list(elements_from_data(value, level + 1)):
            label = _record_label(value) if isinstance(value, DataRecord) else ""
            yield Element(label or str(n), "heading", min(level, _MAX_HEADING_LEVEL))
            yield from under


def _table_rows(values: tuple[DataValue, ...]) -> Rows:
    """The values as rows if they are flat and share names; else empty."""
    records = [value for value in values if isinstance(value, DataRecord)]
    if len(records) < max(_TABLE_ROWS, len(values)) or not all(map(_is_flat, records)):
        return ()
    names = dict.fromkeys(name for record in records for name, _ in record.fields)
    if not 1 < len(names) <= _MAX_COLUMNS or any(2 * len(record.fields) < len(names) for record in records):
        return ()
    rows = [[collapse_whitespace(str(dict(record.fields).get(name, ""))) for name in names] for record in records]
    return normalize_rows([list(names), *rows])


def _is_flat(record: DataRecord) -> bool:
    names = {name for name, value in record.fields if isinstance(value, str) and len(value) <= _LONG_VALUE_CHARACTERS}
    return len(names) == len(record.fields)


def _record_label(record: DataRecord) -> str:
    """The name of a record, from one of its values."""
    plain = {name.lower(): value for name, value in record.fields if isinstance(value, str)}
    return next(
        (
            collapse_whitespace(plain[name])[:_MAX_LABEL_CHARACTERS]
            for name in _LABEL_FIELDS
            if plain.get(name, "").strip()
        ),
        "",
    )


def _labelled_text(name: str, value: str) -> str:
    return f"{name}: {value}" if name and value else name or value


_JSON_CONSTANTS = {True: "true", False: "false", None: ""}
_TITLE_FIELDS = ("title", "titre", "name")


def read_json(path: Path) -> ParsedDocument:
    """A JSON file, or one JSON value a line; numbers stay as written."""
    reject_long_text(path)
    text = decode_text(path.read_bytes())
    try:
        found: Json = _parse_json(text)
    except json.JSONDecodeError as error:
        raise make_unreadable(FailureCode.NOT_JSON, name=path.name, line=error.lineno, column=error.colno) from error
    return _document_from_data(path, _data_from_json(found))


def _parse_json(text: str) -> Json:
    try:
        whole: Json = _decoder.decode(text)
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith(("}", "]")):
            raise
        return [_decoder.decode(line) for line in lines]
    return whole


_decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def _data_from_json(found: Json) -> DataValue:
    if isinstance(found, dict):
        return DataRecord(tuple((name, _data_from_json(each)) for name, each in found.items()))
    if isinstance(found, list):
        return tuple(_data_from_json(each) for each in found)
    return found if isinstance(found, str) else _JSON_CONSTANTS[found]


def read_xml(path: Path) -> ParsedDocument:
    """An XML file: repeated nodes become a table or list, mixed content becomes prose."""
    content = path.read_bytes()
    try:
        root = parse_xml(content.lstrip(), path.name)
    except UnreadableDocument as error:
        if error.failure.code is not FailureCode.BROKEN_XML:
            raise
        root = parse_xml(_rewrite_xml(content), path.name)
    return _document_from_data(path, _data_from_node(root))


def _rewrite_xml(content: bytes) -> bytes:
    """The document in the encoding that its bytes have, whatever it declares, without characters that XML forbids."""
    text = _FORBIDDEN.sub("", decode_text(content, declares=True)).lstrip("\ufeff \t\r\n")
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _data_from_node(node: Node) -> DataValue:
    attributes = [(strip_namespace(name), str(value)) for name, value in node.attrib.items()]
    children = list(node)
    words = collapse_whitespace("".join(node.itertext())) if not children or _is_mixed(node) else ""
    if words and not attributes:
        return words
    if words or not children:
        return DataRecord((*attributes, ("", words)))
    fields: list[tuple[str, DataValue]] = list(attributes)
    for name, run in groupby(children, key=local_name):
        values = tuple(_data_from_node(child) for child in run)
        fields.append((name, values if len(values) > 1 else values[0]))
    return DataRecord(tuple(fields))


def _is_mixed(node: Node) -> bool:
    """Whether there are words between a node's children."""
    return bool((node.text or "").strip()) or any((child.tail or "").strip() for child in node)


def _document_from_data(path: Path, value: DataValue) -> ParsedDocument:
    plain = dict(value.fields) if isinstance(value, DataRecord) else {}
    title = next((title for name in _TITLE_FIELDS if isinstance(title := plain.get(name), str)), "")
    return ParsedDocument(choose_document_title(path, [], title), None, list(elements_from_data(value)))
