from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.failures import SouffleurError
from knowledge.core.passages import Excerpt, Passage, passages_from_excerpts
from knowledge.retrieval.evaluation_questions import (
    EvaluationQuestion,
    group_passages_by_text,
    load_evaluation_questions,
)


def passages(path: str, *excerpts: Excerpt) -> list[Passage]:
    document = Document(path, Fingerprint(1, 1, 1, 1), path, path, 1, DocumentState.WORDS, title=path)
    return passages_from_excerpts(document, list(excerpts))


def loaded(tmp_path: Path, *rows: dict[str, object]) -> list[EvaluationQuestion]:
    file = tmp_path / "q.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n\n" for row in rows), encoding="utf-8")
    return load_evaluation_questions(file)


def test_questions_are_read_line_by_line(tmp_path: Path) -> None:
    row = {"lang": "fr", "question": "où ?", "must_contain": ["ici"], "id": 7, "kind": "typo", "answer": "Ici."}
    assert loaded(tmp_path, row, row) == [EvaluationQuestion("fr", "où ?", ("ici",), "Ici.", "typo")] * 2


@pytest.mark.parametrize(
    ("fields", "document", "pages", "answerable"),
    [
        ({"document": "a.pdf", "pages": [3, 5], "answerable": True}, "a.pdf", {3, 5}, True),
        ({"document": "a.pdf", "must_contain": []}, "a.pdf", set(), True),
        ({"passage": "2ecec7ee05", "article": "Sport"}, "2ecec7ee05", set(), True),
        ({"document": "a.pdf", "pages": [], "answerable": False}, "", set(), False),
        ({"document": "", "pages": [], "must_contain": [], "answerable": False}, "", set(), False),
        ({"must_contain": []}, "", set(), False),
    ],
    ids=["pages", "document", "paragraph", "unanswerable in a document", "unanswerable anywhere", "nothing expected"],
)
def test_what_is_right_may_be_a_place(
    tmp_path: Path, fields: dict[str, object], document: str, pages: set[int], answerable: bool
) -> None:
    other: dict[str, object] = {"lang": "en", "question": "how?", "must_contain": ["so"]}
    question, _ = loaded(tmp_path, {"lang": "en", "question": "where?", **fields}, other)
    assert (question.document, {*question.pages}, question.is_answerable) == (document, pages, answerable)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"answerable": True, "must_contain": []},
        {"document": 7},
        {"document": "a.pdf", "pages": 3},
        {"document": "a.pdf", "pages": ["3"]},
    ],
    ids=str,
)
def test_a_question_without_a_clear_right_passage_is_refused(tmp_path: Path, fields: dict[str, object]) -> None:
    with pytest.raises(SouffleurError, match="line 1 is no question"):
        loaded(tmp_path, {"lang": "en", "question": "where?", **fields})


@pytest.mark.parametrize("name", ["reports/Été.pdf", "Été.pdf", "Été", "E\u0301te\u0301.pdf"])
def test_a_document_is_named_by_its_path_or_its_file_name(name: str) -> None:
    [passage] = passages("reports/Été.pdf", Excerpt("text"))
    assert EvaluationQuestion("fr", "?", (), document=name).accepts_passage(passage)
    assert not EvaluationQuestion("fr", "?", (), document="t.pdf").accepts_passage(passage)


def test_a_passage_lies_on_every_page_that_it_touches() -> None:
    across, unpaged = passages("a.pdf", Excerpt("text", page=2, last_page=4), Excerpt("more"))
    asked = {page: EvaluationQuestion("en", "?", (), document="a.pdf", pages=frozenset({page})) for page in range(1, 6)}
    assert [page for page, question in asked.items() if question.accepts_passage(across)] == [2, 3, 4]
    assert not any(question.accepts_passage(unpaged) for question in asked.values())
    assert EvaluationQuestion("en", "?", (), document="a.pdf").accepts_passage(unpaged)


def test_the_same_text_in_two_documents_is_one_right_passage() -> None:
    first, second = Excerpt("deux jours par mois", page=1), Excerpt("deux  jours\npar mois", page=1)
    texts = group_passages_by_text([*passages("a.txt", first, Excerpt("pas deux jours")), *passages("b.txt", second)])
    expected = {"deux jours": 2, "nulle part": 0}
    assert {one: EvaluationQuestion("fr", "?", (one,)).count_right_texts(texts) for one in expected} == expected
    assert EvaluationQuestion("fr", "?", (), document="b.txt").count_right_texts(texts) == 1
    assert EvaluationQuestion("fr", "?", (), document="a.txt", pages=frozenset({1})).count_right_texts(texts) == 1
