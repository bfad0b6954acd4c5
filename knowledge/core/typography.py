"""Sets French sentences, so that no line begins with a sign that belongs to the word before it. Pure; holds no text."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
_BOUND = re.compile(r" (?=[?!;:»](?:\W|$))|(?<=«) ")


def in_french(text: str) -> str:
    """The text with a no-break space before high signs, and within quotation marks."""
    return _BOUND.sub("\N{NO-BREAK SPACE}", text)


def all_in_french(texts: T, but: Collection[str] = ()) -> T:
    """Every text of a dataclass, set; those with these names stay as they are."""
    written = ((field.name, getattr(texts, field.name)) for field in fields(texts) if field.name not in but)
    return replace(texts, **{name: in_french(text) for name, text in written if isinstance(text, str)})
