"""The sample documents open, agree with each other and hold what the question files ask of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from playground.sample_writer.__main__ import write_sample_documents
from tests.playground.documents import DOCUMENTS, fold, pages_of

QUESTIONS = Path(__file__).parents[1] / "questions"
FORMATS = {".pdf", ".docx", ".pptx", ".xlsx", ".html", ".md", ".txt", ".csv", ".eml"}
# Whoever tried the worker on this folder has left its marker there.
FILES = (path for path in DOCUMENTS.rglob("*") if path.is_file() and path.name != ".souffleur")
ALL = sorted(path.relative_to(DOCUMENTS).as_posix() for path in FILES)
PDFS = [name for name in ALL if name.endswith(".pdf")]

# Every document that states one of these must state it alike.
SHARED_FACTS = [
    ("2,60 €", ["Guide du télétravail.pdf", "Grille des salaires et primes.xlsx", "faq-rh.html"]),
    ("33,80 €", ["Guide du télétravail.pdf", "Grille des salaires et primes.xlsx"]),
    ("2299", ["Guide du télétravail.pdf", "Security handbook.pdf", "astreinte.md", "annuaire.csv"]),
    ("180 € par semaine", ["Grille des salaires et primes.xlsx", "astreinte.md"]),
    ("45 € par intervention", ["Grille des salaires et primes.xlsx", "astreinte.md"]),
    ("30 juin 2026", ["projets/api-commandes.md", "projets/Stratégie 2026.pptx"]),
    ("TELE-CHAISE", ["Guide du télétravail.pdf", "Expense policy.docx"]),
    ("S-07", ["Security handbook.pdf", "procédure-sinistre.txt"]),
    ("OR-1090", ["projets/lampe Orion/Manuel atelier - lampe Orion.pdf", "fournisseurs.csv"]),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a question file, as far as the documents are concerned."""

    id: str
    document: str
    pages: tuple[int, ...]
    must_contain: tuple[str, ...]


def asked(language: str) -> Iterator[Asked]:
    for line in (QUESTIONS / f"maison-lumiere-{language}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert row["answerable"] == bool(row["must_contain"]) == bool(row["answer"]), row["id"]
        yield Asked(row["id"], row["document"], tuple(row["pages"]), tuple(row["must_contain"]))


def test_every_format_is_there_and_the_whole_is_small() -> None:
    assert {Path(name).suffix for name in ALL} == FORMATS
    assert sum((DOCUMENTS / name).stat().st_size for name in ALL) < 2_000_000


@pytest.mark.parametrize("name", ALL)
def test_every_page_of_a_document_holds_words(name: str) -> None:
    assert all(len(page.split()) > 10 for page in pages_of(DOCUMENTS / name))


@pytest.mark.parametrize(("language", "at_least"), [("fr", 60), ("en", 25)])
def test_the_facts_asked_for_stand_on_the_pages_named(language: str, at_least: int) -> None:
    questions = [question for question in asked(language) if question.must_contain]
    missing = [(question.id, fact) for question in questions for fact in _missing(question)]
    assert not missing
    assert len(questions) >= at_least


def _missing(question: Asked) -> list[str]:
    """The facts that do not stand where they should: the first on the pages named, the others in any document."""
    pages = [fold(page) for page in pages_of(DOCUMENTS / question.document)]
    named = [pages[number - 1] for number in question.pages] or pages
    first, *others = question.must_contain
    missing = [] if any(first in page for page in named) else [first]
    return missing + [fact for fact in others if fact not in _everything()]


@cache
def _everything() -> str:
    return fold(" ".join(page for name in ALL for page in pages_of(DOCUMENTS / name)))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_some_questions_have_no_answer_in_the_documents(language: str) -> None:
    assert 4 <= sum(not question.must_contain for question in asked(language)) <= 10


@pytest.mark.parametrize(("fact", "names"), SHARED_FACTS, ids=[fact for fact, _ in SHARED_FACTS])
def test_documents_agree_on_a_fact(fact: str, names: list[str]) -> None:
    assert [name for name in names if fact not in fold(" ".join(pages_of(DOCUMENTS / name)))] == []


@pytest.mark.parametrize("name", PDFS)
def test_each_bookmark_of_a_pdf_leads_to_its_heading(name: str) -> None:
    pages = [fold(page) for page in pages_of(DOCUMENTS / name)]
    with pypdfium2.PdfDocument(DOCUMENTS / name) as pdf:
        bookmarks = [(fold(entry.get_title()), entry.get_dest().get_index()) for entry in pdf.get_toc()]
    assert len(bookmarks) > 8
    assert [title for title, at in bookmarks if title not in pages[at]] == []


def test_drawing_twice_gives_the_same_bytes_and_the_documents_kept_here(tmp_path: Path) -> None:
    """Bytes are compared between two runs only: another zlib may pack the same pages otherwise."""
    for first, second in zip(
        write_sample_documents(tmp_path / "1"), write_sample_documents(tmp_path / "2"), strict=True
    ):
        assert first.read_bytes() == second.read_bytes()
        assert pages_of(first) == pages_of(DOCUMENTS / first.relative_to(tmp_path / "1"))
