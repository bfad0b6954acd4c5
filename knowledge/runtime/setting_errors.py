"""Says in one sentence what is wrong with settings, in words for whoever runs the bot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

# By pydantic's types of error; the words in braces are of its context.
_REASONS: Mapping[str, str] = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_parsing": "must be yes or no",
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be less than {lt}",
    "literal_error": "must be one of: {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long: {max_length} characters at most",
}
_OWN_PREFIX = "Value error, "
_JOINED = re.compile(r" or (?=')")


def format_setting_errors(error: ValidationError) -> str:
    """One sentence that names each setting and says what it must be."""
    parts = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "_".join(str(part) for part in problem["loc"]).upper()
        reason = _format_reason(problem["type"], problem["msg"], problem.get("ctx", {}))
        # A problem of several settings together names them itself.
        parts.append(f"{name} is not usable ({reason[:1].lower() + reason[1:]})" if name else reason)
    return "; ".join(parts) + ": correct it in the environment or in .env and start again."


def _format_reason(kind: str, message: str, context: Mapping[str, object]) -> str:
    if kind in _REASONS:
        told = {name: _format_bound(value) for name, value in context.items()}
        return _REASONS[kind].format(**told)
    return message.removeprefix(_OWN_PREFIX)


def _format_bound(value: object) -> str:
    """A number without a useless fraction; the words of a choice without pydantic's quotes."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _JOINED.sub(", ", str(value)).replace("'", "")
