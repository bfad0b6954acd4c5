"""Leaves out of an answer the largest files inside a mail or archive, where all together are more than it may hold."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ingestion.readers.text.text_limit import TEXT_SHARE
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure

if TYPE_CHECKING:
    from ingestion.reader_processes.sandbox_pool import DocumentContent

LEAST_LINE_BYTES = 256  # what a line costs in memory, however short it is
_MEMBER_BYTES = 4 << 10  # at most: the lines that tell a file inside, its name and failure


def count_answer_bytes(memory_mb: int) -> int:
    """How long an answer may be, in bytes."""
    return (memory_mb << 20) // TEXT_SHARE


def encode_line(value: object) -> bytes:
    """A line of an answer."""
    # Half a character is refused at the other end.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def leave_out_large_members(content: DocumentContent, memory_mb: int) -> DocumentContent:
    """The content without the largest files inside, as few as make the answer short enough; each says why."""
    if not content.members:
        return content
    sizes: Counter[str] = Counter()
    for excerpt in content.excerpts:
        sizes[excerpt.member] += max(len(encode_line(asdict(excerpt))), LEAST_LINE_BYTES)
    left = count_answer_bytes(memory_mb) - (len(content.members) + 1) * _MEMBER_BYTES - sizes.total()
    dropped: set[str] = set()
    for name, size in sizes.most_common():
        if left >= 0:
            break
        if name:
            dropped.add(name)
            left += size
    if not dropped:
        return content
    members = [
        replace(
            member,
            pages=None,
            passages=0,
            failure=make_failure(FailureCode.TOO_MUCH_MEMORY, name=PurePosixPath(member.name).name, mb=memory_mb),
        )
        if member.name in dropped
        else member
        for member in content.members
    ]
    excerpts = [excerpt for excerpt in content.excerpts if excerpt.member not in dropped]
    return replace(content, excerpts=excerpts, members=members)
