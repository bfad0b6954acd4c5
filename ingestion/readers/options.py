"""Holds what the administrator wants to be read, for the readers of this process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ReadOptions:
    """`comments` says whether the comments beside a document's text are read with it."""

    comments: bool = True


READ_OPTIONS = ReadOptions()  # of this process; a child gets its own at the start
