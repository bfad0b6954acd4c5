"""Puts the values of custom properties in the place of var(), as a browser does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tinycss2

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAX_DEPTH = 12
_MAX_CHARACTERS = 2_000


def substitute_variables(value: str, variables: Mapping[str, str], depth: int = 0) -> str | None:
    """A value without var(); None if a variable is not known and has no fallback, or refers to itself."""
    if "var(" not in value.lower():
        return value
    if depth > _MAX_DEPTH or len(value) > _MAX_CHARACTERS:
        return None
    return _substitute(tinycss2.parse_component_value_list(value), variables, depth)


def _substitute(tokens: Sequence[Any], variables: Mapping[str, str], depth: int) -> str | None:
    made: list[str] = []
    for token in tokens:
        if token.type == "function":
            part = (
                _variable_value(token, variables, depth)
                if token.lower_name == "var"
                else _wrap(f"{token.name}(", _substitute(token.arguments, variables, depth))
            )
        elif token.type == "() block":
            part = _wrap("(", _substitute(token.content, variables, depth))
        else:
            part = token.serialize()
        if part is None:
            return None
        made.append(part)
    return "".join(made).strip()


def _wrap(opening: str, inner: str | None) -> str | None:
    return None if inner is None else f"{opening}{inner})"


def _variable_value(token: Any, variables: Mapping[str, str], depth: int) -> str | None:
    names = [each for each in token.arguments if each.type == "ident"]
    if not names:
        return None
    if (known := variables.get(names[0].value)) is not None:
        found = substitute_variables(known, variables, depth + 1)
        if found is not None:
            return found
    comma = next((n for n, each in enumerate(token.arguments) if each.type == "literal" and each.value == ","), None)
    return None if comma is None else _substitute(token.arguments[comma + 1 :], variables, depth + 1)
