"""Refuse a call as a Qdrant server does: with a status and a sentence."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_POINT = "No point with id"
_BROKEN = "Service"  # how the engine's sentences begin where the fault is its own


class Refusal(Exception):
    """A call that is not carried out: the HTTP status and the sentence of its answer."""

    def __init__(self, status: int, sentence: str) -> None:
        """Keep both for the answer."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def refuse_input(sentence: str) -> Refusal:
    """A refusal of what the caller sent."""
    return Refusal(400, f"Wrong input: {sentence}")


def refuse_unsupported(what: str) -> Refusal:
    """A refusal of what a server can do and this engine cannot."""
    return Refusal(501, f"Not in this engine: {what}")


@contextlib.contextmanager
def translate_engine_errors() -> Iterator[None]:
    """Turn the engine's errors into refusals, by its own sentence.

    The engine raises `ValueError` and `TypeError` for arguments, and a bare `Exception` for everything else.
    """
    try:
        yield
    except (ValueError, TypeError) as error:
        raise refuse_input(str(error).partition("\n")[0]) from error
    except Exception as error:
        if type(error) is not Exception:
            raise
        sentence = str(error)
        if sentence.startswith(_NO_POINT):
            raise Refusal(404, f"Not found: {sentence}") from error
        if sentence.startswith(_BROKEN):
            raise Refusal(500, sentence) from error
        raise refuse_input(sentence) from error
