"""A request to the engine and its answer, as they go over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: method, path with its query, body, and which collections its key may read."""

    method: str
    path: str
    body: bytes = b""
    may_read: Callable[[str], bool] = lambda _: True
    names: dict[str, str] = field(default_factory=dict)

    def parse_body(self, shape: type[Body]) -> Body:
        """Parse the body as a model of qdrant-client; ValidationError if it is none."""
        return shape.model_validate_json(self.body or b"{}")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call: HTTP status and JSON."""

    status: int
    body: bytes


def success_answer(result: object, seconds: float = 0.0) -> Answer:
    """The answer that carries a result."""
    return Answer(200, _write_json({"result": result, "status": "ok", "time": seconds}))


def refusal_answer(status: int, sentence: str) -> Answer:
    """The answer that carries an error."""
    return Answer(status, _write_json({"status": {"error": sentence}, "time": 0.0}))


def _write_json(value: object) -> bytes:
    """What a search finds is mostly text, which orjson writes in a third of pydantic's time."""
    return orjson.dumps(value, default=to_jsonable_python)


def format_validation_error(error: ValidationError) -> str:
    """The first fault of a body, as a sentence."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"Format error in JSON body: {'.'.join(map(str, first['loc']))}: {first['msg']}"
