"""Loads questions to measure retrieval with, and says which passages are right for a question."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from knowledge.core.passages import Passage


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question and what a right passage is.

    A right passage contains one of the texts of `must_contain`, after white space is folded. Where there are none, it
    is of the `document` (a path, or a file's name) and on one of its `pages` (any page if there are none). A question
    with neither has no answer. `reference` is a right answer written by a person, `kind` says how the question is
    asked (keyword, typo …). Both are empty if the file has none.
    """

    language: str
    text: str
    must_contain: tuple[str, ...]
    reference: str = ""
    kind: str = ""
    document: str = ""
    pages: frozenset[int] = frozenset()

    @property
    def is_answerable(self) -> bool:
        """Whether the documents have an answer."""
        return bool(self.must_contain or self.document)

    def accepts_passage(self, passage: Passage) -> bool:
        """Whether a passage is right."""
        if self.must_contain:
            return contains_expected_text(self.must_contain, passage.excerpt.text)
        return self._accepts_place(passage, _names_of(passage.path))

    def count_right_texts(self, texts: Mapping[str, Sequence[Passage]]) -> int:
        """Counts the right ones among folded texts, each with the passages that have it."""
        if self.must_contain:
            pieces = [fold_whitespace(piece) for piece in self.must_contain]
            return sum(any(piece in text for piece in pieces) for text in texts)
        return sum(any(self._accepts_place(one, _names_of(one.path)) for one in same) for same in texts.values())

    def _accepts_place(self, passage: Passage, names: frozenset[str]) -> bool:
        if not self.document or _normalize_name(self.document) not in names:
            return False
        first = passage.excerpt.page
        if not self.pages or first is None:
            return not self.pages
        last = passage.excerpt.last_page or first
        return any(first <= page <= last for page in self.pages)


def load_evaluation_questions(path: Path) -> list[EvaluationQuestion]:
    """Loads the questions of a JSON lines file.

    A line holds `lang`, `question`, and `must_contain`, `document` with `pages`, or `passage`, the name of a document
    that is one paragraph. A line whose `answerable` is false has no right passage.

    Raises:
        SouffleurError: the file or one of its lines cannot be read, or no question has an answer.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SouffleurError(f"The questions in {path} cannot be read ({error}): name a JSON lines file.") from error
    questions = [_parse_question_line(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not any(question.is_answerable for question in questions):
        raise SouffleurError(
            f"{path} holds no question with something in must_contain or document: there is nothing to measure."
        )
    return questions


def group_passages_by_text(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    """Groups passages by their text after white space is folded: copies count once."""
    texts: dict[str, list[Passage]] = {}
    for passage in passages:
        texts.setdefault(fold_whitespace(passage.excerpt.text), []).append(passage)
    return texts


def contains_expected_text(must_contain: Sequence[str], text: str) -> bool:
    """Whether a text contains one of the expected pieces, after white space is folded."""
    folded = fold_whitespace(text)
    return any(fold_whitespace(piece) in folded for piece in must_contain)


def fold_whitespace(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def _parse_question_line(line: str, where: str) -> EvaluationQuestion:
    try:
        return _question_from_fields(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise SouffleurError(
            f"{where} is no question: it needs lang, question, and must_contain or document ({error})."
        ) from error


def _question_from_fields(fields: dict[str, object]) -> EvaluationQuestion:
    language, text, wanted = fields["lang"], fields["question"], fields.get("must_contain", [])
    document = fields.get("document") or fields.get("passage") or ""
    pages = fields.get("pages") or []
    if not (isinstance(language, str) and isinstance(text, str) and text.strip() and isinstance(wanted, list)):
        raise TypeError("a field is of the wrong kind")
    if not all(isinstance(piece, str) and piece.strip() for piece in wanted):
        raise TypeError("must_contain holds something else than words")
    if not (isinstance(document, str) and isinstance(pages, list) and all(type(page) is int for page in pages)):
        raise TypeError("document is no name, or pages holds something else than numbers")
    if fields.get("answerable") is False:
        wanted, document = [], ""
    elif not (wanted or document) and (fields.get("answerable") or "must_contain" not in fields):
        raise KeyError("nothing says what a right passage is")
    reference, kind = (str(fields[name]) if isinstance(fields.get(name), str) else "" for name in ("answer", "kind"))
    return EvaluationQuestion(language, text, tuple(wanted), reference, kind, document, frozenset(pages))


@lru_cache(maxsize=4096)
def _names_of(path: str) -> frozenset[str]:
    """The names that a question may give a document: its path, its file's name, and that without the suffix."""
    given = PurePosixPath(_normalize_name(path))
    return frozenset((str(given), given.name, given.stem))


def _normalize_name(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).replace("\\", "/").removeprefix("./")
