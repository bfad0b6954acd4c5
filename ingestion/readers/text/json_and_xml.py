"""Read JSON and XML files as the data, or the prose, that they hold."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from ingestion.readers.elements import Reading, fold
from ingestion.readers.text.data_elements import Record, Value, data_elements
from ingestion.readers.text.encodings import decoded
from ingestion.readers.titles import title_of
from ingestion.readers.xml_tree import bare, local, parsed
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element as Node

    Json = str | bool | list["Json"] | dict[str, "Json"] | None

_WORDS = {True: "true", False: "false", None: ""}
_TITLES = ("title", "titre", "name")


def read_json(path: Path) -> Reading:
    """A JSON file, or one with a JSON value on each line; numbers stay as they are written."""
    text = decoded(path.read_bytes())
    try:
        found: Json = _parsed(text)
    except json.JSONDecodeError as error:
        sentence = Reason.NOT_JSON.about(name=path.name, line=error.lineno, column=error.colno)
        raise UnreadableDocument(sentence) from error
    return _reading(path, _value(found))


def _parsed(text: str) -> Json:
    try:
        whole: Json = _decoder.decode(text)
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith(("}", "]")):
            raise
        return [_decoder.decode(line) for line in lines]
    return whole


_decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def _value(found: Json) -> Value:
    if isinstance(found, dict):
        return Record(tuple((name, _value(each)) for name, each in found.items()))
    if isinstance(found, list):
        return tuple(_value(each) for each in found)
    return found if isinstance(found, str) else _WORDS[found]


def read_xml(path: Path) -> Reading:
    """An XML file: what repeats is a table or a list, what is mixed with tags is prose."""
    return _reading(path, _node(parsed(path.read_bytes(), path.name)))


def _node(node: Node) -> Value:
    attributes = [(bare(name), str(value)) for name, value in node.attrib.items()]
    children = list(node)
    words = fold("".join(node.itertext())) if not children or _is_mixed(node) else ""
    if words and not attributes:
        return words
    if words or not children:
        return Record((*attributes, ("", words)))
    fields: list[tuple[str, Value]] = list(attributes)
    for name, run in groupby(children, key=local):
        values = tuple(_node(child) for child in run)
        fields.append((name, values if len(values) > 1 else values[0]))
    return Record(tuple(fields))


def _is_mixed(node: Node) -> bool:
    """Whether words stand between a node's children."""
    return bool((node.text or "").strip()) or any((child.tail or "").strip() for child in node)


def _reading(path: Path, value: Value) -> Reading:
    plain = dict(value.fields) if isinstance(value, Record) else {}
    title = next((title for name in _TITLES if isinstance(title := plain.get(name), str)), "")
    return Reading(title_of(path, [], title), None, list(data_elements(value)))
