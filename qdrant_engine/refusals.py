"""Refuse a call as a Qdrant server does: with a status and a sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pydantic import ValidationError

_NO_POINT = "No point with id"
_PANIC = "PanicException"
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

    The engine raises Python's own errors for arguments, a bare `Exception` for nearly everything else, and a
    `PanicException`, which is no `Exception`, where it has a fault of its own.
    """
    try:
        yield
    except (Refusal, ValidationError):
        raise
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        raise refuse_input(str(error).partition("\n")[0]) from error
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise Refusal(500, f"Service internal error: {_PANIC}") from error
        if type(error) is not Exception:
            raise
        sentence = str(error)
        if sentence.startswith(_NO_POINT):
            raise Refusal(404, f"Not found: {sentence}") from error
        if sentence.startswith(_BROKEN):
            raise Refusal(500, sentence) from error
        raise refuse_input(sentence) from error
