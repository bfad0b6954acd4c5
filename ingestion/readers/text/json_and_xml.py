"""Reads JSON and XML files as data or prose."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from ingestion.readers.elements import ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.text.data_elements import DataRecord, DataValue, elements_from_data
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.xml_tree import local_name, parse_xml, strip_namespace
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element as Node

    Json = str | bool | list["Json"] | dict[str, "Json"] | None

_JSON_CONSTANTS = {True: "true", False: "false", None: ""}
_TITLE_FIELDS = ("title", "titre", "name")


def read_json(path: Path) -> ParsedDocument:
    """A JSON file, or one JSON value a line; numbers stay as written."""
    text = decode_text(path.read_bytes())
    try:
        found: Json = _parse_json(text)
    except json.JSONDecodeError as error:
        failure = make_failure(FailureCode.NOT_JSON, name=path.name, line=error.lineno, column=error.colno)
        raise UnreadableDocument(failure) from error
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
    return _document_from_data(path, _data_from_node(parse_xml(path.read_bytes(), path.name)))


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
