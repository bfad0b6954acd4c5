"""Compares JSON by fields and types: what the local Slack sends, with what real workspaces sent.

A message, a view and the envelope of an event look the same wherever they come: each is compared as one kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from tests.conformance.conftest import REFERENCE

Shape: TypeAlias = Mapping[str, frozenset[str]]
Parts: TypeAlias = "dict[str, list[object]]"
# What an app gave, and Slack only gives back.
_GIVEN_BY_APPS = ("blocks", "event_payload", "values")
_ENVELOPE = "event_callback"


def split_parts(value: object, kind: str) -> Parts:
    """The parts of a value by their kind: its messages, its views, the envelope of an event, and the rest."""
    parts: Parts = {}
    if isinstance(value, dict) and isinstance(value.get("event"), dict):
        parts["envelope"] = [{name: one for name, one in value.items() if name != "event"}]
        value = value["event"]
    rest = _take_out(value, parts, is_top=True)
    if isinstance(rest, dict) and _is_message(rest) and kind.startswith("message"):
        parts.setdefault("message", []).append(rest)
    else:
        parts.setdefault(kind, []).append(rest)
    return parts


def _take_out(value: object, parts: Parts, *, is_top: bool = False) -> object:
    """A value without the messages and views in it, which are put into `parts`."""
    if isinstance(value, list):
        return [_take_out(one, parts) for one in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, object] = {}
    for name, one in value.items():
        if name in _GIVEN_BY_APPS and isinstance(one, list | dict):
            kept[name] = type(one)()
        elif name == "view" and isinstance(one, dict):
            parts.setdefault("view", []).append(_take_out(one, parts))
        else:
            kept[name] = _take_out(one, parts)
    if not is_top and _is_message(kept):
        parts.setdefault("message", []).append(kept)
        return {}
    return kept


def _is_message(value: Mapping[str, object]) -> bool:
    return "ts" in value and "text" in value and "ok" not in value


def list_fields(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Each field with its type, as ("messages[].user", "text")."""
    yield path, _name_type(value)
    if isinstance(value, dict):
        for name, one in value.items():
            yield from list_fields(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            yield from list_fields(one, f"{path}[]")


def _name_type(value: object) -> str:
    if value is None:
        return "null"
    for kind, name in ((bool, "yes or no"), (int | float, "number"), (str, "text"), (list, "list")):
        if isinstance(value, kind):
            return name
    return "object"


def build_shape(values: Iterable[object]) -> Shape:
    """The fields of all these values together, each with its types."""
    types: dict[str, set[str]] = {}
    for value in values:
        for path, kind in list_fields(value):
            types.setdefault(path, set()).add(kind)
    return {path: frozenset(kinds) for path, kinds in types.items()}


def build_shapes(values: Iterable[tuple[str, object]]) -> dict[str, Shape]:
    """The shape of each kind of part in values that come with the kind of their rest."""
    gathered: Parts = {}
    for kind, value in values:
        for name, parts in split_parts(value, kind).items():
            gathered.setdefault(name, []).extend(parts)
    return {kind: build_shape(parts) for kind, parts in gathered.items()}


def read_recorded(kinds: Mapping[str, str]) -> dict[str, Shape]:
    """The shapes of all samples and examples. `kinds` has the kind of each recorded event or interaction, by file."""
    return build_shapes([*_read_answers(), *_read_events(kinds)])


def _read_answers() -> Iterator[tuple[str, object]]:
    for path in sorted((REFERENCE / "samples").glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((REFERENCE / "api-ref" / "methods").glob("*/*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        for example in (page.get("response") or {}).get("examples") or []:
            yield page["name"], _read_example(example)


def _read_events(kinds: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for path in sorted((REFERENCE / "samples" / "events").glob("*.json")):
        yield kinds.get(path.stem, path.stem), json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((REFERENCE / "api-ref" / "events").glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(example := page.get("example"), dict):
            yield page["name"], example


@cache
def _read_example(text: str) -> Any:
    """An example of the reference; one that is no JSON tells nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return {}
