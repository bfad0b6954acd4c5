"""Refuses a file at once whose text cannot be handed to the worker: else it would be read for minutes, for nothing."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from pathlib import Path

TEXT_SHARE = 64  # what a reader answers may have this part of the memory that reading may take
PROSE_PERCENT, TABLE_PERCENT = 115, 150  # of the file: what the answer has; a table repeats its header
_MB = 1 << 20


def reject_long_text(path: Path, percent: int = PROSE_PERCENT) -> None:
    """Refuse the file at `path` if its text, `percent` of the file in an answer, is too long for an answer."""
    memory, _ = resource.getrlimit(resource.RLIMIT_AS)
    size = path.stat().st_size
    if memory == resource.RLIM_INFINITY or size * percent <= memory // TEXT_SHARE * 100:
        return
    most = memory // TEXT_SHARE * 100 // percent // _MB
    needed = -(-size * percent * TEXT_SHARE // (100 * _MB))
    raise UnreadableDocument(
        make_failure(FailureCode.TOO_MUCH_TEXT, name=path.name, mb=size // _MB, most=most, needed=needed)
    )
