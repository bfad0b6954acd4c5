"""Standard output that says it is a terminal, and keeps what is written."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# Styles, the cursor hidden and shown, a line drawn anew.
_OUR_SEQUENCES = re.compile(r"\x1b\[(?:[\d;]*m|\?25[lh]|2K|1A)|\r")


class Terminal(io.StringIO):
    """What the commands print on a terminal."""

    def isatty(self) -> bool:
        return True

    def read_words(self) -> str:
        """What was written so far, without the sequences of styles and of drawing anew."""
        return _OUR_SEQUENCES.sub("", self.getvalue())


def open_terminal(monkeypatch: pytest.MonkeyPatch, *, columns: int = 80, term: str = "xterm-256color") -> Terminal:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": term, "COLUMNS": str(columns), "LINES": "24"}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    return terminal
