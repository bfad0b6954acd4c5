"""The arguments of a Web API call, from JSON, form or query."""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from playground.slack.rules.errors import SlackError
from playground.slack.web_api.json_values import JsonObject, as_objects

_TRUE = frozenset({"true", "1", "t"})


class Arguments:
    """Named arguments; text of forms and values of JSON are read the same way."""

    def __init__(self, values: Mapping[str, object]) -> None:
        # The SDK sends None for what the app left out.
        self.values = {name: value for name, value in values.items() if value is not None}

    def has(self, name: str) -> bool:
        """Whether the argument came at all, even empty."""
        return name in self.values

    def text(self, name: str) -> str:
        """The argument as text; empty when it did not come."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def optional(self, name: str) -> str | None:
        """The argument as text; None when it did not come or is empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool | None:
        """A yes or a no; None when it did not come."""
        if name not in self.values:
            return None
        return self.text(name).casefold() in _TRUE

    def number(self, name: str, default: int, most: int) -> int:
        """A count from 1 to `most`."""
        try:
            return min(most, max(1, int(self.text(name) or default)))
        except ValueError:
            raise SlackError("invalid_limit") from None

    def mapping(self, name: str) -> JsonObject | None:
        """An object, or the JSON text of one."""
        value = self._decoded(name)
        return value if isinstance(value, dict) else None

    def objects(self, name: str) -> list[JsonObject] | None:
        """A list of objects, or its JSON text; None when it did not come."""
        value = self._decoded(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(as_objects(value)) != len(value):
            raise SlackError("invalid_blocks_format" if name == "blocks" else "invalid_arguments")
        return value

    def require(self, names: Iterable[str]) -> None:
        """Refuse the call when an argument did not come or is empty."""
        missing = [name for name in names if self.values.get(name) in (None, "")]
        if missing:
            raise SlackError("invalid_arguments", [f"missing required field: {name}" for name in missing])

    def _decoded(self, name: str) -> object:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            decoded: object = json.loads(value) if value else None
        except ValueError:
            code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            raise SlackError(code, [f"must be valid JSON [json-pointer:/{name}]"]) from None
        return decoded


async def read_arguments(request: web.Request) -> Arguments:
    """Read the arguments of query and body; the body wins."""
    values: dict[str, object] = dict(request.query)
    if request.content_type == "application/json":
        values |= _json_object(await request.text())
    elif request.content_type == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl(await request.text(), keep_blank_values=True))
    elif request.content_type == "multipart/form-data":
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Arguments(values)


def _json_object(body: str) -> JsonObject:
    try:
        value: object = json.loads(body or "{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
