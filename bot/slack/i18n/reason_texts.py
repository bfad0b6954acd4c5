"""Tells in one language what the worker wrote in English: why a file or a folder is not as people want it.

Leaves the words to `reason_words_…`. What has none, of another version of the worker say, is told in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failure_reasons import ParsedReason, parse_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.failure_reasons import FailureReason


@dataclass(frozen=True, slots=True)
class ReasonTexts:
    """Every reason in one language, with what stands between its thousands.

    Braces name the same as in English. A sentence that begins with the file's name begins with it in each language.
    """

    templates: Mapping[FailureReason, str]
    thousands: str

    def translate_reason(self, sentence: str) -> str:
        """The sentence in this language."""
        said = parse_reason(sentence)
        return self._fill_template(said) if said else sentence

    def _fill_template(self, said: ParsedReason) -> str:
        words = self.templates.get(said.reason, said.reason)
        return words.format(**{name: self._format_field(held) for name, held in said.fields.items()})

    def _format_field(self, held: str | int | ParsedReason) -> str | _FormattedNumber:
        match held:
            case ParsedReason():
                return self._fill_template(held)
            case int():
                return _FormattedNumber(held, self.thousands)
            case str():
                return held


@dataclass(frozen=True, slots=True)
class _FormattedNumber:
    n: int
    thousands: str

    def __format__(self, how: str) -> str:
        return format(self.n, how).replace(",", self.thousands)
