"""Convert JSON values to the type that a caller expects. Used by the whole local Slack."""

from collections.abc import Iterator
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]


def as_object(value: object) -> JsonObject:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[JsonObject]:
    """The objects among a list; anything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The value if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def walk(value: object) -> Iterator[JsonObject]:
    """Every object within a value, itself included, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
