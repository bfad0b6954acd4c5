"""Decides whether the next build finds answers as well as the one that answers now, on a file of questions."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import SouffleurError
from knowledge.retrieval.evaluation import evaluate, questions_from
from knowledge.storage.index_versions import WATCHED, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.retrieval.search import Search
    from knowledge.storage.index_versions import Build

log = logging.getLogger(__name__)

_TOLERANCE = 0.01  # of a score between 0 and 1: less than one question in a hundred


@dataclass(frozen=True, slots=True)
class Gate:
    """The questions of `file`, put to both builds."""

    file: Path
    search: Search

    @property
    def questions(self) -> str | None:
        """What the questions are: another file, or another content, gives another word; None if it cannot be read."""
        try:
            return hashlib.sha256(self.file.read_bytes()).hexdigest()[:16]
        except OSError:
            return None

    def verdict(self, serving: Build, coming: Build) -> Verdict | None:
        """Whether `coming` may take the place of `serving`; None while nobody can tell.

        That is so while the next build's model is away, and while the questions cannot be read. Where the model of the
        build that answers is away, words alone answer for it, as they do for people.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        questions = self.questions
        try:
            asked = questions_from(self.file)
        except SouffleurError as error:
            log.warning("the next index waits, its gate cannot be asked: %s", error)
            return None
        if questions is None:
            return None  # the file came back in between
        next_one = self.search.within(coming)
        theirs = evaluate(next_one, asked)
        if theirs.degraded and next_one.has_meaning:
            return None
        ours = evaluate(self.search.within(serving), asked)
        now, then = ours.report["all"], theirs.report["all"]
        passed = all(then[score] >= now[score] - _TOLERANCE for score in WATCHED)
        return Verdict(passed, questions, now, then)
