"""Decides which lines open and close a block of code, by the rules of CommonMark, and moves them where all agree.

A fence is indented by three spaces at most: further in it is text, in which links are alive, or code of a list.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(?:(`{3,}+)[^`\n]*+|(~{3,}+)[^\n]*+)\n?$")
_LONG_BACKTICKS = "`" * 8
_INDENTED_FENCE = re.compile(r"[ \t]*+((?:`{3,}+|~{3,}+)[ \t]*+[\w+#-]*+[ \t]*+\n?)$")
_MOST_SPACES = 3  # before a fence


def parse_fence_opening(line: str) -> str | None:
    """Returns the marks of the fence that `line` opens, or None."""
    fence = _FENCE.match(line)
    return fence and (fence[1] or fence[2])


def closes_fence(line: str, marks: str) -> bool:
    """Whether `line` closes the fence of `marks`: at least as many of the same marks, and no text."""
    found = parse_fence_opening(line)
    return found is not None and found.startswith(marks) and line.strip(" \t\n") == found


def align_fence(line: str) -> str:
    """Moves a fence that stands further in to three spaces, where it is a fence in every list and outside of one."""
    fence = _INDENTED_FENCE.match(line)
    return f"{' ' * _MOST_SPACES}{fence[1]}" if fence and not parse_fence_opening(line) else line


def align_closing_fence(line: str, depth: int) -> str:
    """Moves a fence that closes code where it does so for all: as far in as it began, and nothing after it."""
    return align_code(line.strip(" \t\n"), depth) + ("\n" if line.endswith("\n") else "")


def align_code(line: str, depth: int) -> str:
    """Indents a line of code at least as far as its fence: else it would end the list around it."""
    return line if is_blank(line) else " " * (depth - count_indent(line)) + line


def is_blank(line: str) -> bool:
    """Whether a line is empty for Markdown: no space but the plain one and the tab counts as none."""
    return not line.strip(" \t\n")


def count_indent(line: str) -> int:
    """Counts the spaces at the beginning of a line."""
    return len(line) - len(line.lstrip(" "))


def fence_with_backticks(line: str) -> str:
    """Converts a fence of tildes to backticks, since some programs know only these."""
    fence = parse_fence_opening(line)
    info = line.strip()[len(fence or "") :].replace("`", "'")
    return f"{line[: count_indent(line)]}{_LONG_BACKTICKS}{info}" + ("\n" if line.endswith("\n") else "")


def remove_long_backticks(code: str) -> str:
    """Removes runs of backticks that would close a fence made by `fence_with_backticks`."""
    return code.replace(_LONG_BACKTICKS, "'")


def enclose_in_fence(lines: list[str]) -> list[str]:
    """Encloses lines in a fence that is longer than every run of backticks in them."""
    longest = max((len(backticks) for line in lines for backticks in re.findall("`+", line)), default=0)
    marks = "`" * max(3, longest + 1)
    return [marks, *lines, marks]
