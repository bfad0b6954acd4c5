"""Writes failures in the reader's language. A code that a language lacks is written in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import format_failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.failure_codes import FailureCode
    from knowledge.core.failures import Failure


@dataclass(frozen=True, slots=True)
class FailureTexts:
    """The sentence of every failure code in one language, and the separator of its thousands.

    Braces name the same parameters as in English.
    """

    templates: Mapping[FailureCode, str]
    thousands: str

    def write_failure(self, failure: Failure | None) -> str:
        """The failure as a sentence in this language; empty where there is none."""
        return format_failure(failure, self.templates, self.thousands) if failure else ""


ENGLISH_FAILURES = FailureTexts(ENGLISH_FAILURE_TEXTS, thousands=",")
