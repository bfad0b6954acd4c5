"""Tells in one language what the worker wrote in English: why a file or a folder is not as people want it.

Leaves the words to `reason_words_…`. What has none, of another version of the worker say, is told in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failure_reasons import Said, read_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.core.failure_reasons import Reason


@dataclass(frozen=True, slots=True)
class ReasonTexts:
    """Every reason in one language, with what stands between its thousands.

    Braces name the same as in English. A sentence that begins with the file's name begins with it in each language.
    """

    words: Mapping[Reason, str]
    thousands: str

    def told(self, sentence: str) -> str:
        """The sentence in this language."""
        said = read_back(sentence)
        return self._told(said) if said else sentence

    def _told(self, said: Said) -> str:
        words = self.words.get(said.reason, said.reason)
        return words.format(**{name: self._field(held) for name, held in said.fields.items()})

    def _field(self, held: str | int | Said) -> str | _Number:
        match held:
            case Said():
                return self._told(held)
            case int():
                return _Number(held, self.thousands)
            case str():
                return held


@dataclass(frozen=True, slots=True)
class _Number:
    n: int
    thousands: str

    def __format__(self, how: str) -> str:
        return format(self.n, how).replace(",", self.thousands)
