"""Decides whether the next build finds answers as well as the one that answers now, on a file of questions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.builds import WATCHED, Verdict
from knowledge.evaluation import evaluate, questions_from

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.builds import Build
    from knowledge.search import Search

_TOLERANCE = 0.01  # of a score between 0 and 1: less than one question in a hundred


@dataclass(frozen=True, slots=True)
class Gate:
    """The questions of `file`, put to both builds."""

    file: Path
    search: Search

    @property
    def questions(self) -> str:
        """What the questions are: another file, or another content, gives another word."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()[:16]

    def verdict(self, serving: Build, coming: Build) -> Verdict | None:
        """Whether `coming` may take the place of `serving`; None while its model is away, so that nobody can tell.

        Raises:
            SouffleurError: the questions cannot be read.
            IndexUnavailable: Qdrant failed.
        """
        asked = questions_from(self.file)
        theirs = evaluate(self.search.within(coming), asked)
        ours = evaluate(self.search.within(serving), asked)
        if len(theirs.degraded) > len(ours.degraded):
            return None
        now, then = ours.report["all"], theirs.report["all"]
        passed = all(then[score] >= now[score] - _TOLERANCE for score in WATCHED)
        return Verdict(passed, self.questions, now, then)
