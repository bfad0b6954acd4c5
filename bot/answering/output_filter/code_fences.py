"""Decides which lines open and close a block of code, as CommonMark says. Pure; the one definition for all.

A fence is indented by three spaces at most: further in it is text, in which links are alive.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(?:(`{3,}+)[^`\n]*+|(~{3,}+)[^\n]*+)\n?$")
_LONG_BACKTICKS = "`" * 8
_INDENTED_FENCE = re.compile(r"\s*+(?:`{3,}+|~{3,}+)[ \t]*+[\w+#-]*+\s*+$")


def parse_fence_opening(line: str) -> str | None:
    """The marks of a fence that `line` may open, or None."""
    fence = _FENCE.match(line)
    return fence and (fence[1] or fence[2])


def closes_fence(line: str, marks: str) -> bool:
    """Whether `line` ends the code that `marks` opened: at least as many of the same, and nothing else."""
    found = parse_fence_opening(line)
    return found is not None and found.startswith(marks) and line.strip() == found


def resembles_fence(line: str) -> bool:
    """Whether `line` is a fence wherever it stands: in a list's item it may be indented as far as one likes."""
    return _INDENTED_FENCE.match(line) is not None


def leaves_code_block(line: str, depth: int) -> bool:
    """Whether `line` may lie outside code that was opened at `depth` spaces: less indented, it ends a list's item."""
    return bool(line.strip()) and count_indent(line) < depth


def count_indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def fence_with_backticks(line: str) -> str:
    """A fence of tildes as one of backticks: not every reader's program knows the other kind."""
    fence = parse_fence_opening(line)
    info = line.strip()[len(fence or "") :].replace("`", "'")
    return f"{line[: count_indent(line)]}{_LONG_BACKTICKS}{info}" + ("\n" if line.endswith("\n") else "")


def remove_long_backticks(code: str) -> str:
    """Code that closes no fence which `in_backticks` has made."""
    return code.replace(_LONG_BACKTICKS, "'")


def enclose_in_fence(lines: list[str]) -> list[str]:
    """Lines as code, in a fence that none of them can close."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    marks = "`" * max(3, longest + 1)
    return [marks, *lines, marks]
