"""Makes the contents of test documents: small, real, and some of them broken."""

from __future__ import annotations

import io
import warnings
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from tests.torture.doubles_server import UNEMBEDDABLE

if TYPE_CHECKING:
    from random import Random

WORDS = (
    *("télétravail", "badge", "congés", "facture", "atelier", "lampe", "client", "devis", "contrat", "imprimante"),
    *("remote", "office", "invoice", "holiday", "printer", "meeting", "warranty", "shipping", "policy", "deadline"),
)
_SLOW_FILES = 3  # different PDF and DOCX files; each is made once, because that is slow
_REFUSED_ONE_IN = 12
SUFFIXES = (".md", ".txt", ".csv", ".html", ".pdf", ".docx")


def make_content(rng: Random, suffix: str) -> bytes:
    """Make the content of a new file with this suffix."""
    if suffix == ".pdf":
        return _pdf(rng.randrange(_SLOW_FILES))
    if suffix == ".docx":
        return _docx(rng.randrange(_SLOW_FILES))
    makers = {".csv": _csv, ".html": _html, ".md": _markdown}
    return makers.get(suffix, _text)(rng).encode()


def make_broken_content(rng: Random, suffix: str) -> bytes:
    """Make a content that no reader can read."""
    return rng.choice(
        [b"", b" \n", b"%PDF-1.4 cut", b"PK\x03\x04 cut"] if suffix in (".pdf", ".docx") else [b"", b"\n"]
    )


def _sentences(rng: Random, most: int) -> str:
    sentences = [" ".join(rng.choices(WORDS, k=rng.randint(5, 14))).capitalize() + "." for _ in range(most)]
    if rng.randrange(_REFUSED_ONE_IN) == 0:
        sentences.insert(rng.randrange(len(sentences)), f"An {UNEMBEDDABLE} sentence.")
    return " ".join(sentences)


def _text(rng: Random) -> str:
    return "\n\n".join(_sentences(rng, rng.randint(2, 12)) for _ in range(rng.randint(1, 6)))


def _markdown(rng: Random) -> str:
    title = f"# {rng.choice(WORDS).capitalize()} {rng.randint(1, 99)}\n\n" if rng.random() < 0.7 else ""
    sections = (f"## {rng.choice(WORDS)}\n\n{_sentences(rng, rng.randint(3, 20))}" for _ in range(rng.randint(1, 8)))
    return title + "\n\n".join(sections)


def _csv(rng: Random) -> str:
    return "\n".join(["name,amount,note", *(_row(rng) for _ in range(rng.randint(2, 80)))]) + "\n"


def _row(rng: Random) -> str:
    return f"{rng.choice(WORDS)},{rng.randint(1, 9999)},{' '.join(rng.choices(WORDS, k=4))}"


def _html(rng: Random) -> str:
    title = f"<title>{rng.choice(WORDS)} {rng.randint(1, 99)}</title>" if rng.random() < 0.5 else ""
    parts = (f"<h2>{rng.choice(WORDS)}</h2><p>{_sentences(rng, rng.randint(2, 15))}</p>" for _ in range(4))
    return f"<html><head>{title}</head><body>{''.join(parts)}</body></html>"


@cache
def _pdf(number: int) -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    pdf.set_font("helvetica", size=11)
    for page in range(1, number + 2):
        pdf.add_page()
        pdf.multi_cell(0, text=f"Contrat {number}, partie {page}.\n\n" + "La garantie couvre la lampe. " * 40)
    return bytes(pdf.output())


@cache
def _docx(number: int) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from docx import Document
    document = Document()
    document.add_heading(f"Règlement {number}", level=1)
    for section in range(3):
        document.add_heading(f"Article {section}", level=2)
        document.add_paragraph("Le badge ouvre la porte du bureau pendant la semaine. " * 25)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
