"""Defines the result of one check of `python -m bot check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["well", "doubtful", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `sentence` says what to do if something is wrong."""

    verdict: Severity
    what: str
    sentence: str
