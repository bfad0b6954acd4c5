"""Turn data (names with values, lists, nested) into elements that people and searches understand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, fold, squared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.readers.elements import Rows

_DEEPEST = 6  # headings below are of this level
_LONG = 300  # a value beyond it is a paragraph rather than a line among others
_MOST_COLUMNS = 50
_TABLE_ROWS = 2
_LABELS = ("title", "titre", "name", "nom", "label", "id", "key")
_LABEL_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Record:
    """Names with their values, in order; a name may come more than once."""

    fields: tuple[tuple[str, Value], ...]


Value = str | Record | tuple["Value", ...]


def data_elements(value: Value, level: int = 1) -> Iterator[Element]:
    """The elements of a value: what is nested stands under a heading, what is regular is a table."""
    if isinstance(value, Record):
        yield from _record(value, level)
    elif isinstance(value, str):
        if text := value.strip():
            yield Element(text)
    elif rows := _table(value):
        yield Element("", "table", rows=rows)
    else:
        yield from _list(value, level)


def _record(record: Record, level: int) -> Iterator[Element]:
    for plain, run in groupby(record.fields, key=lambda item: isinstance(item[1], str)):
        if plain:
            yield from _lines([(name, value) for name, value in run if isinstance(value, str)])
            continue
        for name, value in run:
            under = list(data_elements(value, level + 1))
            if under:
                label = _label(value) if isinstance(value, Record) else ""
                yield Element(_joined(name, label), "heading", min(level, _DEEPEST))
                yield from under


def _lines(fields: list[tuple[str, str]]) -> Iterator[Element]:
    """Short values as lines of one paragraph, long ones as paragraphs of their own."""
    for long, run in groupby(fields, key=lambda field: len(field[1]) > _LONG or "\n" in field[1]):
        lines = [_joined(name, value.strip()) for name, value in run if value.strip()]
        for text in lines if long else ["\n".join(lines)]:
            if text:
                yield Element(text)


def _list(values: tuple[Value, ...], level: int) -> Iterator[Element]:
    for n, value in enumerate(values, 1):
        if isinstance(value, str):
            if text := value.strip():
                yield Element(text, "list", 1)
        elif under := list(data_elements(value, level + 1)):
            label = _label(value) if isinstance(value, Record) else ""
            yield Element(label or str(n), "heading", min(level, _DEEPEST))
            yield from under


def _table(values: tuple[Value, ...]) -> Rows:
    """The values as rows under their names, when they are flat and share names; else nothing."""
    records = [value for value in values if isinstance(value, Record)]
    if len(records) < max(_TABLE_ROWS, len(values)) or not all(map(_is_flat, records)):
        return ()
    names = dict.fromkeys(name for record in records for name, _ in record.fields)
    if not 1 < len(names) <= _MOST_COLUMNS or any(2 * len(record.fields) < len(names) for record in records):
        return ()
    rows = [[fold(str(dict(record.fields).get(name, ""))) for name in names] for record in records]
    return squared([list(names), *rows])


def _is_flat(record: Record) -> bool:
    names = {name for name, value in record.fields if isinstance(value, str) and len(value) <= _LONG}
    return len(names) == len(record.fields)


def _label(record: Record) -> str:
    """What names a record among others, if one of its values does."""
    plain = {name.lower(): value for name, value in record.fields if isinstance(value, str)}
    return next((fold(plain[name])[:_LABEL_LONGEST] for name in _LABELS if plain.get(name, "").strip()), "")


def _joined(name: str, value: str) -> str:
    return f"{name}: {value}" if name and value else name or value
