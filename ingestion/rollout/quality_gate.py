"""Decides whether the next build finds answers as well as the one that answers now, on a file of questions."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import SouffleurError
from knowledge.retrieval.evaluation import evaluate_search, load_evaluation_questions
from knowledge.storage.index_versions import GATE_METRICS, QualityGateResult

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.retrieval.search import PassageSearch
    from knowledge.storage.index_versions import IndexVersion

log = logging.getLogger(__name__)

_TOLERANCE = 0.01  # of a score between 0 and 1: less than one question in a hundred


@dataclass(frozen=True, slots=True)
class QualityGate:
    """The questions of `file`, put to both builds."""

    questions_file: Path
    search: PassageSearch

    @property
    def questions_hash(self) -> str | None:
        """What the questions are: another file, or another content, gives another word; None if it cannot be read."""
        try:
            return hashlib.sha256(self.questions_file.read_bytes()).hexdigest()[:16]
        except OSError:
            return None

    def compare_versions(self, serving_version: IndexVersion, next_version: IndexVersion) -> QualityGateResult | None:
        """Whether `coming` may take the place of `serving`; None while nobody can tell.

        That is so while the next build's model is away, and while the questions cannot be read. Where the model of the
        build that answers is away, words alone answer for it, as they do for people.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        questions = self.questions_hash
        try:
            asked = load_evaluation_questions(self.questions_file)
        except SouffleurError as error:
            log.warning("the next index waits, its gate cannot be asked: %s", error)
            return None
        if questions is None:
            return None  # the file came back in between
        next_one = self.search.open_version_search(next_version)
        theirs = evaluate_search(next_one, asked)
        if theirs.degraded_reasons and next_one.has_dense_vectors:
            return None
        ours = evaluate_search(self.search.open_version_search(serving_version), asked)
        now, then = ours.metrics["all"], theirs.metrics["all"]
        passed = all(then[score] >= now[score] - _TOLERANCE for score in GATE_METRICS)
        return QualityGateResult(passed, questions, now, then)
