"""Decides by a file of questions whether the next index finds answers as well as the serving one."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import SouffleurError
from knowledge.retrieval.evaluation import evaluate_search
from knowledge.retrieval.evaluation_questions import load_evaluation_questions
from knowledge.storage.index_versions import GATE_METRICS, IndexVersion, QualityGateResult

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.retrieval.hybrid_search import PassageSearch

log = logging.getLogger(__name__)

_TOLERANCE = 0.01  # of a score between 0 and 1: less than one question in a hundred


@dataclass(frozen=True, slots=True)
class QualityGate:
    """Asks both indexes the questions of a file."""

    questions_file: Path
    search: PassageSearch

    @property
    def questions_hash(self) -> str | None:
        """A short hash of the file's content; None if the file cannot be read."""
        try:
            return hashlib.sha256(self.questions_file.read_bytes()).hexdigest()[:16]
        except OSError:
            return None

    def compare_versions(self, serving_version: IndexVersion, next_version: IndexVersion) -> QualityGateResult | None:
        """Say whether the next index may replace the serving one; None while this cannot be measured."""
        questions_hash = self.questions_hash
        try:
            evaluation_questions = load_evaluation_questions(self.questions_file)
        except SouffleurError as error:
            log.warning("the next index waits, its gate cannot be asked: %s", error)
            return None
        if questions_hash is None:
            return None  # the file came back in between
        next_search = self.search.open_version_search(next_version)
        next_report = evaluate_search(next_search, evaluation_questions)
        if next_report.degraded_reasons and next_search.has_dense_vectors:
            return None
        serving_report = evaluate_search(self.search.open_version_search(serving_version), evaluation_questions)
        before, after = serving_report.metrics["all"], next_report.metrics["all"]
        passed = all(after[metric] >= before[metric] - _TOLERANCE for metric in GATE_METRICS)
        return QualityGateResult(passed, questions_hash, before, after)
