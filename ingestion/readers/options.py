"""Says what the readers of this process read besides the text. No setting changes it yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ReadOptions:
    """`comments` says whether the comments beside a document's text are read with it."""

    comments: bool = True


READ_OPTIONS = ReadOptions()
