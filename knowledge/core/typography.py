"""Sets French sentences, so that no line begins with a sign that belongs to the word before it. Pure; holds no text."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
_BREAKING_SPACE = re.compile(r" (?=[?!;:»](?:\W|$))|(?<=«) ")


def add_french_spaces(text: str) -> str:
    """The text with a no-break space before high signs, and within quotation marks."""
    return _BREAKING_SPACE.sub("\N{NO-BREAK SPACE}", text)


def add_french_spaces_to_fields(texts: T, except_fields: Collection[str] = ()) -> T:
    """Every text of a dataclass, set; those with these names stay as they are."""
    written = ((field.name, getattr(texts, field.name)) for field in fields(texts) if field.name not in except_fields)
    return replace(texts, **{name: add_french_spaces(text) for name, text in written if isinstance(text, str)})
